import { told } from './status-told.ts';
import type { TextRule } from './text-rule.ts';

/** What Go prints of an answer other than 200 to CONNECT: the words of its status, and nothing else. */
function refusedTunnel(words: string, status?: string): TextRule {
  const pattern = new RegExp(
    `\\b(?:Get|Head|Post|Put|Patch|Delete) "?https:\\/\\/\\S{1,500}: (?<why>${words})(?=[\\s"')\\]}]*$|"[,}])`,
    'g',
  );
  return { code: 'proxy', pattern, ...(status === undefined ? {} : { facts: { status } }) };
}

/** Proxies; they go before the rest, because the trouble that they report is their own. */
export const PROXY_RULES: readonly TextRule[] = [
  {
    code: 'proxy',
    pattern: /proxyconnect tcp: dial tcp (?<proxy>[^\s,"]{1,260}): (?<why>.{1,300})/g,
  },
  { code: 'proxy', pattern: /proxyconnect tcp: (?<why>.{1,300})/g },
  { code: 'proxy', pattern: /socks connect tcp (?<proxy>[^\s,"]{1,260}?)->\S{1,260}: (?<why>.{1,300})/g },
  refusedTunnel('Proxy Authentication Required', '407'),
  refusedTunnel('Forbidden', '403'),
  refusedTunnel('Bad Gateway', '502'),
  refusedTunnel('Service Unavailable', '503'),
  refusedTunnel('Gateway Time-?out', '504'),
  refusedTunnel('(?:Proxy|Tunnel) [\\w ]{1,40}|URL ?Blocked|Access Denied'),
  {
    code: 'proxy',
    pattern:
      /(?:CONNECT tunnel failed, response |Received HTTP code |Proxy response \(|the proxy refused to connect to it \()(?<status>\d{3})/g,
  },
  { code: 'proxy', pattern: /Could not resolve proxy: (?<proxy>[\w.-]{1,260})/g },
  {
    code: 'proxy',
    pattern:
      /\b407 Proxy Authentication Required|Proxy Authentication Required|the proxy asks for a user name and password/g,
    facts: { status: '407' },
  },
  { code: 'proxy', pattern: told('407') },
  {
    code: 'proxy',
    pattern: /X-Squid-Error: (?<why>ERR_[A-Z_]{1,60})|Generated .{1,120} \(squid\/[\d.]{1,20}\)/g,
  },
  { code: 'proxy', pattern: /\bUND_ERR_PRX_(?:TLS|CONN)\b|the proxy itself can't be used/g },
];

/** Names, connections, time: what happens before anything is answered. */
export const NETWORK_RULES: readonly TextRule[] = [
  {
    // The names of services exist only inside the cluster.
    code: 'noRouteFromOutside',
    pattern:
      /lookup (?<host>[\w-]{1,63}\.[\w-]{1,63}\.svc(?:\.cluster\.local)?)\.?(?: on (?<nameServer>[^\s,]{1,60}))?: (?:getaddrinfow: )?(?:no such host|No such host is known)/gi,
  },
  {
    code: 'noRouteFromOutside',
    pattern:
      /(?:Could not resolve host: |getaddrinfo ENOTFOUND |unable to resolve host address ['"])(?<host>[\w-]{1,63}\.[\w-]{1,63}\.svc(?:\.cluster\.local)?)\b/g,
  },
  {
    // Where the address means something only inside the cluster, that is why.
    code: 'timeout',
    pattern: /[:(] ?(?<noRoute>no route to host|network is unreachable|host is down)\b/gi,
    facts: { phase: 'connect' },
  },
  {
    code: 'timeout',
    pattern: /\b(?<noRoute>EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)\b/g,
    facts: { phase: 'connect' },
  },
  {
    code: 'noSuchHost',
    pattern:
      /lookup (?<host>[^\s,"]{1,260}?)(?: on (?<nameServer>[^\s,]{1,60}))?: (?:getaddrinfow: )?(?<why>no such host|no such host is known|server misbehaving|temporary failure in name resolution|name or service not known|nodename nor servname provided|no answer from dns server|no address associated with hostname|the requested name is valid|i\/o timeout|read udp [^\s,]{1,200}: i\/o timeout)/gi,
  },
  { code: 'noSuchHost', pattern: /Could not resolve host(?:name)?:? ['"]?(?<host>[\w.-]{1,260})/gi },
  { code: 'noSuchHost', pattern: /unable to resolve host address ['"](?<host>[\w.-]{1,260})/g },
  {
    code: 'noSuchHost',
    pattern: /getaddrinfo (?:ENOTFOUND|EAI_AGAIN|EAI_FAIL|ENODATA) (?<host>[\w.-]{1,260})/g,
  },
  { code: 'noSuchHost', pattern: /UnknownHostException: (?<host>[\w.-]{1,260})/g },
  {
    code: 'noSuchHost',
    pattern:
      /\b(?:ENOTFOUND|EAI_AGAIN|EAI_NONAME)\b|[:\]] ?(?:Name or service not known|Temporary failure in name resolution)\b/g,
  },
  {
    code: 'refused',
    pattern:
      /: ?connection refused\b|\(connection refused\)|was refused - did you specify the right host or port|actively refused it/gi,
  },
  { code: 'refused', pattern: /(?:Couldn't|Could not) connect to server\b/g },
  { code: 'refused', pattern: /\bECONNREFUSED\b/g },
  { code: 'timeout', pattern: /TLS handshake timeout\b/g, facts: { phase: 'handshake' } },
  {
    code: 'timeout',
    pattern:
      /(?:(?:net\/http: request canceled|context deadline exceeded|net\/http: request canceled while waiting for connection) \(Client\.Timeout (?:exceeded while awaiting headers|or context cancellation while reading body)\))|Client\.Timeout exceeded while (?:awaiting headers|reading body)|timeout awaiting response headers|\bUND_ERR_(?:HEADERS|BODY)_TIMEOUT\b|server was unable to return a response in the time allotted/g,
    facts: { phase: 'answer' },
  },
  { code: 'timeout', pattern: /: i\/o timeout\b/g, facts: { phase: 'connect' } },
  {
    code: 'timeout',
    pattern:
      /[:(] ?(?:connection timed out|operation timed out|timeout was reached)\b|(?:Connection|Operation) timed out after \d{1,9} milliseconds|did not properly respond after a period of time|\b(?:ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_CONNECT_TIMEOUT)\b|Connect Timeout Error/gi,
    facts: { phase: 'connect' },
  },
  { code: 'timeout', pattern: /context deadline exceeded\b/g },
  {
    code: 'connectionCut',
    pattern:
      /\b(?:Get|Head|Post|Put|Patch|Delete|GET|HEAD|POST|PUT|PATCH|DELETE) "?https?:\/\/\S{1,500}: (?:[\w .:/[\]>-]{0,200}: )?(?:unexpected )?EOF(?![\w])/g,
  },
  {
    code: 'connectionCut',
    pattern:
      /: ?connection reset by peer\b|: broken pipe\b|\b(?:read|write):errno=(?:104|54|32)\b|forcibly closed by the remote host/gi,
  },
  {
    code: 'connectionCut',
    pattern:
      /\bSSL_ERROR_SYSCALL\b|Client network socket disconnected before secure TLS connection was established|unexpected eof while reading/g,
    facts: { phase: 'handshake' },
  },
  {
    code: 'connectionCut',
    pattern:
      /\bsocket hang up\b|Empty reply from server|transfer closed with \d{1,15} bytes remaining|http: server closed idle connection|http2: server sent GOAWAY|http2: client connection lost/g,
    facts: { phase: 'answer' },
  },
  {
    code: 'connectionCut',
    pattern: /\b(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)\b|: the connection was cut\b/g,
  },
];
