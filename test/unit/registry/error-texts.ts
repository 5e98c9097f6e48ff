import type { FindingCode } from '../../../src/registry/diagnosis/finding.ts';

export interface ExpectedFinding {
  code: FindingCode;
  address: string;
  /** Those that must be there; others may. */
  arguments?: Readonly<Record<string, string>>;
}

export interface ErrorText {
  name: string;
  text: string;
  /** The decisive first. */
  findings: readonly ExpectedFinding[];
}

const UNKNOWN: readonly ExpectedFinding[] = [{ code: 'unknown', address: '' }];
const SERVICE = 'image-registry.openshift-image-registry.svc';
const ROUTE = 'default-route-openshift-image-registry.apps.lab.example.com';
const LAYER = `sha256:${'1a2b'.repeat(16)}`;
const MANIFEST = `sha256:${'9f8e'.repeat(16)}`;

/** The page that an OpenShift router shows where no pod is behind a route, with its style left out. */
const ROUTER_PAGE = `<html>
  <head>
    <meta name="viewport" content="width=device-width, initial-scale=1">
  <style type="text/css">
  body { margin: 0; }
  </style>
  </head>
  <body>
    <div>
      <h1>Application is not available</h1>
      <p>The application is currently not serving requests at this endpoint. It may not have been started or is still starting.</p>
    </div>
  </body>
</html>`;

/** In the shapes in which the programs print them; hosts and names are made up. */
export const ERROR_TEXTS: readonly ErrorText[] = [
  // The reference command.
  {
    name: 'documented: a secure client, an insecure registry',
    text: 'error: error communicating with registry: Get https://172.30.30.30:5000/healthz: http: server gave HTTP response to HTTPS client',
    findings: [{ code: 'httpResponseToHttps', address: '172.30.30.30:5000' }],
  },
  {
    name: 'documented: an insecure client, a secure registry',
    text: String.raw`error: error communicating with registry: Get http://172.30.30.30:5000/healthz: malformed HTTP response "\x15\x03\x01\x00\x02\x02"`,
    findings: [
      {
        code: 'malformedHttpResponse',
        address: '172.30.30.30:5000',
        arguments: { answer: String.raw`\x15\x03\x01\x00\x02\x02` },
      },
    ],
  },
  {
    name: 'documented: both in brackets',
    text: String.raw`error: error communicating with registry: [Get https://172.30.30.30:5000/healthz: x509: certificate signed by unknown authority, Get http://172.30.30.30:5000/healthz: malformed HTTP response "\x15\x03\x01\x00\x02\x02"]`,
    findings: [
      { code: 'unknownAuthority', address: '172.30.30.30:5000' },
      { code: 'malformedHttpResponse', address: '172.30.30.30:5000' },
    ],
  },
  {
    name: 'documented: the wrong authority',
    text: 'error: error communicating with registry: Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority',
    findings: [{ code: 'unknownAuthority', address: '172.30.30.30:5000' }],
  },
  {
    name: 'both in brackets, as a newer Go quotes them',
    text: String.raw`error: failed to ping registry 172.30.99.7:5000: [Get "https://172.30.99.7:5000/": tls: failed to verify certificate: x509: certificate signed by unknown authority, Get "http://172.30.99.7:5000/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\x15\x03\x01\x00\x02\x02"]`,
    findings: [
      { code: 'unknownAuthority', address: '172.30.99.7:5000' },
      { code: 'malformedHttpResponse', address: '172.30.99.7:5000' },
    ],
  },
  {
    name: 'the hint about --force-insecure as a second error in the brackets',
    text: `error: failed to ping registry ${ROUTE}:80: [Get "https://${ROUTE}:80/": http: server gave HTTP response to HTTPS client, \n* Append --force-insecure if you really want to prune the registry using insecure connection.]`,
    findings: [{ code: 'httpResponseToHttps', address: `${ROUTE}:80` }],
  },
  {
    name: 'the service from outside, with the advice that follows',
    text: `error: failed to ping registry ${SERVICE}:5000: [Get https://${SERVICE}:5000/: dial tcp: lookup ${SERVICE} on 192.0.2.53:53: no such host, Get http://${SERVICE}:5000/: dial tcp: lookup ${SERVICE} on 192.0.2.53:53: no such host]\n* Please provide a reachable route to the integrated registry using --registry-url.`,
    findings: [
      {
        code: 'noRouteFromOutside',
        address: `${SERVICE}:5000`,
        arguments: { host: SERVICE, nameServer: '192.0.2.53:53' },
      },
    ],
  },
  {
    name: 'the service from outside, by the system’s resolver',
    text: `error: failed to ping registry docker-registry.default.svc:5000: Get "https://docker-registry.default.svc:5000/": dial tcp: lookup docker-registry.default.svc: no such host`,
    findings: [{ code: 'noRouteFromOutside', address: 'docker-registry.default.svc:5000' }],
  },
  {
    name: 'a client certificate without a token',
    text: 'error: you must use a client config with a token',
    findings: [{ code: 'noToken', address: '' }],
  },
  {
    name: 'no host to be found',
    text: 'error: unable to find the remote registry host: no managed image found',
    findings: [
      {
        code: 'noSuchHost',
        address: '',
        arguments: { registry: 'unnamed', why: 'no managed image found' },
      },
    ],
  },
  {
    name: 'deletions refused',
    text: `Deleting layer link ${LAYER} in repository team-a/web
error deleting repository team-a/web layer link ${LAYER} from the registry: 401 Unauthorized
Deleting blob ${LAYER}
error deleting blob ${LAYER} from the registry: 401 Unauthorized
Summary: deleted 0 objects
error: [imagestream team-a/web: failed to delete layer link ${LAYER}: 401 Unauthorized, image ${MANIFEST}: failed to delete blob ${LAYER}: 401 Unauthorized]`,
    findings: [{ code: 'unauthorized', address: '', arguments: { status: '401', deleting: 'true' } }],
  },
  {
    name: 'deletions refused, at a registry that was named',
    text: `$ oc adm prune images --registry-url=https://${ROUTE} --confirm
error deleting manifest link ${MANIFEST} from repository team-a/web: 403 Forbidden`,
    findings: [
      { code: 'forbidden', address: `${ROUTE}:443`, arguments: { status: '403', deleting: 'true' } },
    ],
  },
  {
    name: 'deletion disabled, seen by the prune',
    text: `error deleting blob ${LAYER} from the registry: 405 Method Not Allowed`,
    findings: [{ code: 'deletionDisabled', address: '', arguments: { status: '405' } }],
  },
  {
    name: 'deletion disabled, in the registry’s words',
    text: `error: image ${MANIFEST}: failed to delete blob ${LAYER}: unsupported: The operation is unsupported.`,
    findings: [{ code: 'deletionDisabled', address: '' }],
  },
  {
    name: 'deletion disabled, seen by curl',
    text: `$ curl -X DELETE https://${ROUTE}/v2/team-a/web/manifests/${MANIFEST}
{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}`,
    findings: [{ code: 'deletionDisabled', address: `${ROUTE}:443` }],
  },
  {
    name: 'a list that may not be read',
    text: 'Error from server (Forbidden): images.image.openshift.io is forbidden: User "developer" cannot list resource "images" in API group "image.openshift.io" at the cluster scope',
    findings: [
      {
        code: 'forbidden',
        address: '',
        arguments: { user: 'developer', verb: 'list', resource: 'images', group: 'image.openshift.io' },
      },
    ],
  },
  {
    name: 'several lists that may not be read',
    text: `Failed to list daemonsets: daemonsets.apps is forbidden: User "system:serviceaccount:ops:pruner" cannot list resource "daemonsets" in API group "apps" at the cluster scope
 - * Make sure to update clusterRoleBindings.
error: pods is forbidden: User "system:serviceaccount:ops:pruner" cannot list resource "pods" in API group "" at the cluster scope`,
    findings: [
      {
        code: 'forbidden',
        address: '',
        arguments: { user: 'system:serviceaccount:ops:pruner', resource: 'daemonsets, pods' },
      },
    ],
  },
  {
    name: 'what may be read but not changed',
    text: `Error from server (Forbidden): pods is forbidden: User "developer" cannot list resource "pods" in API group "" at the cluster scope
error updating image stream team-a/web to remove image references: imagestreams.image.openshift.io "web" is forbidden: User "developer" cannot update resource "imagestreams/status" in API group "image.openshift.io" in the namespace "team-a"`,
    findings: [
      { code: 'forbidden', address: '', arguments: { verb: 'list', resource: 'pods' } },
      {
        code: 'forbidden',
        address: '',
        arguments: { verb: 'update', resource: 'imagestreams/status', namespace: 'team-a' },
      },
    ],
  },
  {
    name: 'a list of one namespace, of OpenShift 3',
    text: 'Error from server (Forbidden): User "developer" cannot list imagestreams in the namespace "team-a"',
    findings: [
      {
        code: 'forbidden',
        address: '',
        arguments: { user: 'developer', verb: 'list', resource: 'imagestreams', namespace: 'team-a' },
      },
    ],
  },
  {
    name: 'nobody’s list',
    text: 'Error from server (Forbidden): pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
    findings: [{ code: 'unauthorized', address: '', arguments: { user: 'system:anonymous' } }],
  },
  {
    name: 'a token that has run out',
    text: 'error: You must be logged in to the server (Unauthorized)',
    findings: [{ code: 'unauthorized', address: '', arguments: { server: 'api' } }],
  },
  {
    name: 'a ping that something else answers',
    text: 'error: failed to ping registry quay.lab.example.com: unexpected status: 404 Not Found',
    findings: [{ code: 'wrongService', address: 'quay.lab.example.com', arguments: { status: '404' } }],
  },
  {
    name: 'a ping that the router answers',
    text: `error: failed to ping registry https://${ROUTE}: unexpected status: 503 Service Unavailable`,
    findings: [{ code: 'serverError', address: `${ROUTE}:443`, arguments: { status: '503' } }],
  },
  {
    name: 'an authority given, another needed',
    text: `$ oc adm prune images --certificate-authority=/tmp/ca.crt --registry-url=${ROUTE} --confirm
error: failed to ping registry ${ROUTE}: Get "https://${ROUTE}/": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    findings: [{ code: 'wrongAuthorityGiven', address: `${ROUTE}:443` }],
  },
  {
    name: 'an authority of that name, with another key',
    text: `error: failed to ping registry ${SERVICE}:5000: Get "https://${SERVICE}:5000/": x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "openshift-service-serving-signer@1650000000")`,
    findings: [
      {
        code: 'unknownAuthority',
        address: `${SERVICE}:5000`,
        arguments: {
          candidate: 'openshift-service-serving-signer@1650000000',
          why: 'crypto/rsa: verification error',
        },
      },
    ],
  },
  {
    name: 'the pruner’s pod log, in klog’s shape',
    text: `I0412 00:00:03.100200       1 request.go:668] Waited for 1.04s due to client-side throttling, not priority and fairness, request: GET:https://172.30.0.1:443/apis/batch/v1?timeout=32s
E0412 00:00:05.300400       1 images.go:378] error communicating with registry: Get "https://${SERVICE}:5000/healthz": dial tcp 172.30.14.15:5000: connect: connection refused
error: failed to ping registry ${SERVICE}:5000: Get "https://${SERVICE}:5000/": dial tcp 172.30.14.15:5000: connect: connection refused`,
    findings: [{ code: 'refused', address: `${SERVICE}:5000` }],
  },

  // Go: certificates.
  {
    name: 'expired',
    text: `Get "https://${ROUTE}/v2/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-01T10:00:00Z is after 2026-02-01T00:00:00Z`,
    findings: [
      {
        code: 'expired',
        address: `${ROUTE}:443`,
        arguments: { now: '2026-03-01T10:00:00Z', notAfter: '2026-02-01T00:00:00Z' },
      },
    ],
  },
  {
    name: 'not yet valid',
    text: `Get "https://${ROUTE}/v2/": x509: certificate has expired or is not yet valid: current time 2026-03-01T10:00:00+02:00 is before 2026-03-02T00:00:00Z`,
    findings: [
      {
        code: 'notYetValid',
        address: `${ROUTE}:443`,
        arguments: { now: '2026-03-01T10:00:00+02:00', notBefore: '2026-03-02T00:00:00Z' },
      },
    ],
  },
  {
    name: 'a clock that was never set',
    text: `Get "https://${SERVICE}:5000/": x509: certificate has expired or is not yet valid: current time 1970-01-01T00:03:12Z is before 2025-11-05T08:00:00Z`,
    findings: [
      {
        code: 'clockSkew',
        address: `${SERVICE}:5000`,
        arguments: { now: '1970-01-01T00:03:12Z', notBefore: '2025-11-05T08:00:00Z' },
      },
    ],
  },
  {
    name: 'expired, as an old Go says it',
    text: 'Error response from daemon: Get https://registry.lab.example.com/v2/: x509: certificate has expired or is not yet valid',
    findings: [
      {
        code: 'expired',
        address: 'registry.lab.example.com:443',
        arguments: { orNotYetValid: 'true' },
      },
    ],
  },
  {
    name: 'another name',
    text: 'Get "https://registry.lab.example.com:5000/v2/": x509: certificate is valid for *.apps.lab.example.com, api.lab.example.com, 192.0.2.10, not registry.lab.example.com',
    findings: [
      {
        code: 'nameMismatch',
        address: 'registry.lab.example.com:5000',
        arguments: {
          names: '*.apps.lab.example.com, api.lab.example.com, 192.0.2.10',
          wanted: 'registry.lab.example.com',
        },
      },
    ],
  },
  {
    name: 'a name mismatch and the http attempt after it',
    text: 'error communicating with registry: [Get https://192.0.2.10:5000/: x509: certificate is valid for 172.30.30.30, docker-registry.default.svc, not 192.0.2.10, Get http://192.0.2.10:5000/: dial tcp 192.0.2.10:5000: connect: connection refused]',
    findings: [
      {
        code: 'nameMismatch',
        address: '192.0.2.10:5000',
        arguments: { names: '172.30.30.30, docker-registry.default.svc', wanted: '192.0.2.10' },
      },
      { code: 'refused', address: '192.0.2.10:5000' },
    ],
  },
  {
    name: 'an address that the certificate doesn’t hold',
    text: "Get https://172.30.30.30:5000/: x509: cannot validate certificate for 172.30.30.30 because it doesn't contain any IP SANs",
    findings: [
      {
        code: 'nameMismatch',
        address: '172.30.30.30:5000',
        arguments: { wanted: '172.30.30.30', none: 'true' },
      },
    ],
  },
  {
    name: 'no names at all',
    text: 'Get "https://registry.lab.example.com/v2/": x509: certificate is not valid for any names, but wanted to match registry.lab.example.com',
    findings: [
      {
        code: 'nameMismatch',
        address: 'registry.lab.example.com:443',
        arguments: { wanted: 'registry.lab.example.com' },
      },
    ],
  },
  {
    name: 'too many names to be listed',
    text: 'Get "https://registry.lab.example.com/v2/": tls: failed to verify certificate: x509: certificate is valid for 137 names, but none matched registry.lab.example.com',
    findings: [
      {
        code: 'nameMismatch',
        address: 'registry.lab.example.com:443',
        arguments: { count: '137', wanted: 'registry.lab.example.com' },
      },
    ],
  },
  {
    name: 'only a common name',
    text: 'Get "https://registry.lab.example.com:5000/v2/": x509: certificate relies on legacy Common Name field, use SANs instead',
    findings: [{ code: 'nameMismatch', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'only a common name, Go 1.15',
    text: 'Error response from daemon: Get "https://registry.lab.example.com:5000/v2/": x509: certificate relies on legacy Common Name field, use SANs or temporarily enable Common Name matching with GODEBUG=x509ignoreCN=0',
    findings: [{ code: 'nameMismatch', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'SHA-1',
    text: 'Get "https://registry.lab.example.com/v2/": x509: certificate signed by unknown authority (possibly because of "x509: cannot verify signature: insecure algorithm SHA1-RSA (temporarily override with GODEBUG=x509sha1=1)" while trying to verify candidate authority certificate "Lab Root")',
    findings: [
      {
        code: 'weakCertificate',
        address: 'registry.lab.example.com:443',
        arguments: { algorithm: 'SHA1-RSA', candidate: 'Lab Root' },
      },
    ],
  },
  {
    name: 'a key that is too small',
    text: 'Get "https://registry.lab.example.com/v2/": tls: failed to verify certificate: crypto/rsa: 512-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)',
    findings: [
      { code: 'weakCertificate', address: 'registry.lab.example.com:443', arguments: { bits: '512' } },
    ],
  },
  {
    name: 'macOS: not trusted',
    text: `error: failed to ping registry ${ROUTE}: Get "https://${ROUTE}/": tls: failed to verify certificate: x509: “*.apps.lab.example.com” certificate is not trusted`,
    findings: [
      {
        code: 'unknownAuthority',
        address: `${ROUTE}:443`,
        arguments: { subject: '*.apps.lab.example.com' },
      },
    ],
  },
  {
    name: 'macOS: another name',
    text: 'Get "https://registry.lab.example.com/": x509: “console.lab.example.com” certificate name does not match input',
    findings: [
      {
        code: 'nameMismatch',
        address: 'registry.lab.example.com:443',
        arguments: { names: 'console.lab.example.com' },
      },
    ],
  },
  {
    name: 'the API server’s certificate',
    text: 'Unable to connect to the server: x509: certificate signed by unknown authority',
    findings: [{ code: 'unknownAuthority', address: '', arguments: { server: 'api' } }],
  },

  // Go: the handshake.
  {
    name: 'no cipher in common',
    text: 'Get "https://registry.lab.example.com:5000/v2/": remote error: tls: handshake failure',
    findings: [
      {
        code: 'tlsVersion',
        address: 'registry.lab.example.com:5000',
        arguments: { alert: 'handshake failure' },
      },
    ],
  },
  {
    name: 'no version in common, the server says',
    text: 'Get "https://registry.lab.example.com:5000/v2/": remote error: tls: protocol version not supported',
    findings: [{ code: 'tlsVersion', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'no version in common, the client says',
    text: 'Error response from daemon: Get "https://registry.lab.example.com:5000/v2/": tls: server selected unsupported protocol version 302',
    findings: [
      {
        code: 'tlsVersion',
        address: 'registry.lab.example.com:5000',
        arguments: { version: 'TLSv1.1', least: 'TLSv1.2' },
      },
    ],
  },
  {
    name: 'a client certificate is asked for',
    text: 'Get "https://registry.lab.example.com:5000/v2/": remote error: tls: certificate required',
    findings: [
      { code: 'wrongService', address: 'registry.lab.example.com:5000', arguments: { asks: 'certificate' } },
    ],
  },
  {
    name: 'neither TLS nor HTTP',
    text: 'Get "https://bastion.lab.example.com:22/v2/": tls: first record does not look like a TLS handshake',
    findings: [{ code: 'wrongService', address: 'bastion.lab.example.com:22' }],
  },
  {
    name: 'SSH where HTTP was asked',
    text: 'Get "http://bastion.lab.example.com:22/": net/http: HTTP/1.x transport connection broken: malformed HTTP status code "SSH-2.0-OpenSSH_9.6"',
    findings: [
      {
        code: 'wrongService',
        address: 'bastion.lab.example.com:22',
        arguments: { answer: 'SSH-2.0-OpenSSH_9.6' },
      },
    ],
  },
  {
    name: 'an old Go that reads HTTP as TLS',
    text: 'v2 ping attempt failed with error: Get https://registry.lab.example.com:5000/v2/: tls: oversized record received with length 20527',
    findings: [{ code: 'httpResponseToHttps', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'HTTP to a TLS port of a newer Go',
    text: `error communicating with registry: GET http://${SERVICE}:5000/: status 400, "Client sent an HTTP request to an HTTPS server."`,
    findings: [{ code: 'malformedHttpResponse', address: `${SERVICE}:5000` }],
  },
  {
    name: 'a registry’s log: its client doesn’t know the authority',
    text: '2026/02/03 04:05:06 http: TLS handshake error from 10.128.2.7:41234: remote error: tls: unknown certificate authority',
    findings: [{ code: 'unknownAuthority', address: '' }],
  },

  // Go: the network.
  {
    name: 'refused, as an old Go says it',
    text: 'Get https://docker-registry.lab.example.com:5000/v2/: dial tcp 192.0.2.20:5000: getsockopt: connection refused',
    findings: [{ code: 'refused', address: 'docker-registry.lab.example.com:5000' }],
  },
  {
    name: 'refused at an IPv6 address',
    text: 'Get "https://[2001:db8::10]:5000/": dial tcp [2001:db8::10]:5000: connect: connection refused',
    findings: [{ code: 'refused', address: '[2001:db8::10]:5000' }],
  },
  {
    name: 'refused on Windows',
    text: 'error: Get "https://registry.lab.example.com:5000/": dial tcp 192.0.2.20:5000: connectex: No connection could be made because the target machine actively refused it.',
    findings: [{ code: 'refused', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'the API server refuses',
    text: 'The connection to the server api.lab.example.com:6443 was refused - did you specify the right host or port?',
    findings: [{ code: 'refused', address: 'api.lab.example.com:6443', arguments: { server: 'api' } }],
  },
  {
    name: 'no such host',
    text: 'error: failed to ping registry registry.lab.example.com: Get "https://registry.lab.example.com/": dial tcp: lookup registry.lab.example.com on 192.0.2.53:53: no such host',
    findings: [
      {
        code: 'noSuchHost',
        address: 'registry.lab.example.com:443',
        arguments: { host: 'registry.lab.example.com', nameServer: '192.0.2.53:53', why: 'no such host' },
      },
    ],
  },
  {
    name: 'a name server that fails',
    text: 'Get "https://registry.lab.example.com/": dial tcp: lookup registry.lab.example.com on 127.0.0.53:53: server misbehaving',
    findings: [
      {
        code: 'noSuchHost',
        address: 'registry.lab.example.com:443',
        arguments: { why: 'server misbehaving' },
      },
    ],
  },
  {
    name: 'a name server that is silent',
    text: 'Get https://registry.lab.example.com/v2/: dial tcp: lookup registry.lab.example.com on 192.0.2.53:53: read udp 198.51.100.4:40000->192.0.2.53:53: i/o timeout',
    findings: [
      {
        code: 'noSuchHost',
        address: 'registry.lab.example.com:443',
        arguments: { nameServer: '192.0.2.53:53' },
      },
    ],
  },
  {
    name: 'no way to the host',
    text: 'error communicating with registry: Get https://172.30.30.30:5000/: dial tcp 172.30.30.30:5000: connect: no route to host',
    findings: [
      {
        code: 'noRouteFromOutside',
        address: '172.30.30.30:5000',
        arguments: { host: '172.30.30.30', why: 'EHOSTUNREACH' },
      },
    ],
  },
  {
    name: 'no way to a host outside',
    text: 'Get "https://registry.lab.example.com/v2/": dial tcp 192.0.2.20:443: connect: no route to host',
    findings: [
      {
        code: 'timeout',
        address: 'registry.lab.example.com:443',
        arguments: { phase: 'connect', why: 'EHOSTUNREACH' },
      },
    ],
  },
  {
    name: 'no connection in time',
    text: 'error communicating with registry: Get "https://172.30.30.30:5000/": dial tcp 172.30.30.30:5000: i/o timeout',
    findings: [{ code: 'timeout', address: '172.30.30.30:5000', arguments: { phase: 'connect' } }],
  },
  {
    name: 'no connection in time, says the system',
    text: 'Get https://172.30.30.30:5000/healthz: dial tcp 172.30.30.30:5000: connect: connection timed out',
    findings: [{ code: 'timeout', address: '172.30.30.30:5000', arguments: { phase: 'connect' } }],
  },
  {
    name: 'no handshake in time',
    text: 'Get "https://registry.lab.example.com/v2/": net/http: TLS handshake timeout',
    findings: [
      { code: 'timeout', address: 'registry.lab.example.com:443', arguments: { phase: 'handshake' } },
    ],
  },
  {
    name: 'no answer in time',
    text: 'Error response from daemon: Get "https://registry.lab.example.com/v2/": net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    findings: [{ code: 'timeout', address: 'registry.lab.example.com:443', arguments: { phase: 'answer' } }],
  },
  {
    name: 'a deadline',
    text: 'Get "https://registry.lab.example.com/v2/": context deadline exceeded',
    findings: [{ code: 'timeout', address: 'registry.lab.example.com:443' }],
  },
  {
    name: 'reset',
    text: 'Get "https://registry.lab.example.com:5000/v2/": read tcp 198.51.100.4:40000->192.0.2.20:5000: read: connection reset by peer',
    findings: [{ code: 'connectionCut', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'closed in the middle',
    text: 'error communicating with registry: Get "https://registry.lab.example.com:5000/": EOF',
    findings: [{ code: 'connectionCut', address: 'registry.lab.example.com:5000' }],
  },

  // Proxies.
  {
    name: 'a proxy that is not there',
    text: `error: failed to ping registry ${ROUTE}: Get "https://${ROUTE}/": proxyconnect tcp: dial tcp 192.0.2.99:3128: connect: connection refused`,
    findings: [
      {
        code: 'proxy',
        address: `${ROUTE}:443`,
        arguments: { proxy: '192.0.2.99:3128', why: 'connect: connection refused' },
      },
    ],
  },
  {
    name: 'a proxy that wants a password',
    text: `error: Get "https://${ROUTE}/": Proxy Authentication Required`,
    findings: [{ code: 'proxy', address: `${ROUTE}:443`, arguments: { status: '407' } }],
  },
  {
    name: 'a proxy that forbids the host',
    text: `error: failed to ping registry ${ROUTE}: Get "https://${ROUTE}/": Forbidden`,
    findings: [{ code: 'proxy', address: `${ROUTE}:443`, arguments: { status: '403' } }],
  },
  {
    name: 'https to an http proxy',
    text: 'Get "https://registry.lab.example.com/v2/": proxyconnect tcp: tls: first record does not look like a TLS handshake',
    findings: [{ code: 'proxy', address: 'registry.lab.example.com:443' }],
  },
  {
    name: 'curl: a proxy that wants a password',
    text: `$ curl -v https://${ROUTE}/v2/
* Uses proxy env variable https_proxy == 'http://proxy.lab.example.com:3128'
* CONNECT tunnel: HTTP/1.1 negotiated
< HTTP/1.1 407 Proxy Authentication Required
* CONNECT tunnel failed, response 407
curl: (56) CONNECT tunnel failed, response 407`,
    findings: [{ code: 'proxy', address: `${ROUTE}:443`, arguments: { status: '407' } }],
  },
  {
    name: 'a proxy that signs for everybody',
    text: `* Connected to ${ROUTE} (192.0.2.30) port 443 (#0)
* SSL certificate problem: unable to get local issuer certificate
*  issuer: C=US; ST=California; O=Zscaler Inc.; OU=Zscaler Inc.; CN=Zscaler Intermediate Root CA
curl: (60) SSL certificate problem: unable to get local issuer certificate
More details here: https://curl.se/docs/sslcerts.html`,
    findings: [
      {
        code: 'interceptingProxy',
        address: `${ROUTE}:443`,
        arguments: {
          issuer: 'C=US; ST=California; O=Zscaler Inc.; OU=Zscaler Inc.; CN=Zscaler Intermediate Root CA',
        },
      },
    ],
  },

  // docker, podman, skopeo, containerd.
  {
    name: 'docker: unknown authority',
    text: 'Error response from daemon: Get "https://registry.lab.example.com:5000/v2/": x509: certificate signed by unknown authority',
    findings: [{ code: 'unknownAuthority', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'docker: HTTP',
    text: 'Error response from daemon: Get "https://192.0.2.20:5000/v2/": http: server gave HTTP response to HTTPS client',
    findings: [{ code: 'httpResponseToHttps', address: '192.0.2.20:5000' }],
  },
  {
    name: 'docker: not logged in',
    text: `$ docker push ${ROUTE}/team-a/web:v1
The push refers to repository [${ROUTE}/team-a/web]
5f70bf18a086: Preparing
no basic auth credentials`,
    findings: [{ code: 'unauthorized', address: ROUTE }],
  },
  {
    name: 'docker: a login that fails',
    text: `Error response from daemon: login attempt to https://${ROUTE}/v2/ failed with status: 401 Unauthorized`,
    findings: [{ code: 'unauthorized', address: `${ROUTE}:443`, arguments: { status: '401' } }],
  },
  {
    name: 'docker: denied',
    text: `Error response from daemon: pull access denied for ${ROUTE}/team-a/web, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
    findings: [
      {
        code: 'forbidden',
        address: '',
        arguments: { said: 'requested access to the resource is denied' },
      },
    ],
  },
  {
    name: 'docker: the router’s page, quoted',
    text: `Error response from daemon: error parsing HTTP 503 response body: invalid character '<' looking for beginning of value: ${JSON.stringify(ROUTER_PAGE)}`,
    findings: [{ code: 'routerUnavailable', address: '' }],
  },
  {
    name: 'podman: unknown authority',
    text: `Error: authenticating creds for "${ROUTE}": pinging container registry ${ROUTE}: Get "https://${ROUTE}/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    findings: [{ code: 'unknownAuthority', address: `${ROUTE}:443` }],
  },
  {
    name: 'podman: not logged in',
    text: `Trying to pull ${ROUTE}/team-a/web:v1...
Error: initializing source docker://${ROUTE}/team-a/web:v1: reading manifest v1 in ${ROUTE}/team-a/web: unauthorized: authentication required`,
    findings: [{ code: 'unauthorized', address: ROUTE, arguments: { said: 'authentication required' } }],
  },
  {
    name: 'skopeo: not logged in, and no words for it',
    text: `time="2026-01-02T03:04:05Z" level=fatal msg="Error parsing image name \\"docker://${ROUTE}/team-a/web:v1\\": reading manifest v1 in ${ROUTE}/team-a/web: unauthorized"`,
    findings: [{ code: 'unauthorized', address: ROUTE }],
  },
  {
    name: 'podman: a retry in logfmt',
    text: `time="2026-01-02T03:04:05Z" level=warning msg="Failed, retrying in 1s ... (1/3). Error: initializing source docker://registry.lab.example.com:5000/team-a/web:v1: pinging container registry registry.lab.example.com:5000: Get \\"https://registry.lab.example.com:5000/v2/\\": dial tcp 192.0.2.20:5000: connect: connection refused"`,
    findings: [{ code: 'refused', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'skopeo: an error of the registry’s storage',
    text: `FATA[0003] Error reading manifest v1 in ${ROUTE}/team-a/web: received unexpected HTTP status: 500 Internal Server Error`,
    findings: [{ code: 'serverError', address: ROUTE, arguments: { status: '500' } }],
  },
  {
    name: 'containerd: a pull by the kubelet',
    text: 'Warning  Failed  12s  kubelet  Failed to pull image "registry.lab.example.com:5000/team-a/web:v1": rpc error: code = Unknown desc = failed to pull and unpack image "registry.lab.example.com:5000/team-a/web:v1": failed to resolve reference "registry.lab.example.com:5000/team-a/web:v1": failed to do request: Head "https://registry.lab.example.com:5000/v2/team-a/web/manifests/v1": http: server gave HTTP response to HTTPS client',
    findings: [{ code: 'httpResponseToHttps', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'a web page where a registry should be',
    text: 'Error response from daemon: error parsing HTTP 404 response body: invalid character \'<\' looking for beginning of value: "<!DOCTYPE html><title>Not here</title>"',
    findings: [{ code: 'wrongService', address: '', arguments: { status: '404' } }],
  },

  // curl, openssl, wget, Python, Java.
  {
    name: 'curl: unknown authority',
    text: `$ curl https://${ROUTE}/healthz
curl: (60) SSL certificate problem: unable to get local issuer certificate
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not establish a secure connection to it.`,
    findings: [{ code: 'unknownAuthority', address: `${ROUTE}:443` }],
  },
  {
    name: 'curl: a root of its own in the chain',
    text: 'curl: (60) SSL certificate problem: self signed certificate in certificate chain',
    findings: [{ code: 'unknownAuthority', address: '' }],
  },
  {
    name: 'curl: self-signed',
    text: 'curl: (60) SSL certificate problem: self-signed certificate',
    findings: [{ code: 'selfSigned', address: '' }],
  },
  {
    name: 'curl: expired',
    text: 'curl: (60) SSL certificate problem: certificate has expired',
    findings: [{ code: 'expired', address: '' }],
  },
  {
    name: 'curl: another name',
    text: "curl: (60) SSL: no alternative certificate subject name matches target host name 'registry.lab.example.com'",
    findings: [{ code: 'nameMismatch', address: '', arguments: { wanted: 'registry.lab.example.com' } }],
  },
  {
    name: 'curl: plain HTTP',
    text: 'curl: (35) error:0A00010B:SSL routines::wrong version number',
    findings: [{ code: 'httpResponseToHttps', address: '' }],
  },
  {
    name: 'curl: refused',
    text: "curl: (7) Failed to connect to registry.lab.example.com port 5000 after 3 ms: Couldn't connect to server",
    findings: [{ code: 'refused', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'curl: no such host',
    text: 'curl: (6) Could not resolve host: registry.lab.example.com',
    findings: [
      {
        code: 'noSuchHost',
        address: 'registry.lab.example.com',
        arguments: { host: 'registry.lab.example.com' },
      },
    ],
  },
  {
    name: 'curl: the router’s page, with its headers',
    text: `$ curl -ik https://${ROUTE}/v2/\nHTTP/1.0 503 Service Unavailable\npragma: no-cache\ncontent-type: text/html\n\n${ROUTER_PAGE}`,
    findings: [{ code: 'routerUnavailable', address: `${ROUTE}:443` }],
  },
  {
    name: 'openssl s_client: unknown authority',
    text: `$ openssl s_client -connect registry.lab.example.com:5000 </dev/null
CONNECTED(00000003)
depth=0 CN = registry.lab.example.com
verify error:num=20:unable to get local issuer certificate
verify return:1
depth=0 CN = registry.lab.example.com
verify error:num=21:unable to verify the first certificate
verify return:1
Verify return code: 21 (unable to verify the first certificate)`,
    findings: [{ code: 'unknownAuthority', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'openssl s_client: self-signed and expired',
    text: `depth=0 CN = registry.lab.example.com
verify error:num=18:self signed certificate
verify return:1
depth=0 CN = registry.lab.example.com
verify error:num=10:certificate has expired
notAfter=Jan  1 00:00:00 2025 GMT`,
    findings: [
      { code: 'expired', address: '' },
      { code: 'selfSigned', address: '' },
    ],
  },
  {
    name: 'openssl s_client: refused',
    text: `$ openssl s_client -connect registry.lab.example.com:5000
4037782CB57F0000:error:8000006F:system library:BIO_connect:Connection refused:../crypto/bio/bio_sock2.c:117:calling connect()
4037782CB57F0000:error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:
connect:errno=111`,
    findings: [{ code: 'refused', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'openssl s_client: cut in the handshake',
    text: `$ openssl s_client -connect registry.lab.example.com:5000
write:errno=104
CONNECTED(00000003)
no peer certificate available`,
    findings: [{ code: 'connectionCut', address: 'registry.lab.example.com:5000' }],
  },
  {
    name: 'openssl: no version in common',
    text: '140735:error:1409442E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:ssl/record/rec_layer_s3.c:1544:SSL alert number 70',
    findings: [{ code: 'tlsVersion', address: '', arguments: { alert: 'protocol version' } }],
  },
  {
    name: 'wget: an issuer that isn’t known',
    text: `Resolving registry.lab.example.com (registry.lab.example.com)... 192.0.2.20
Connecting to registry.lab.example.com (registry.lab.example.com)|192.0.2.20|:443... connected.
ERROR: cannot verify registry.lab.example.com's certificate, issued by ‘CN=Lab Root’:
  Unable to locally verify the issuer's authority.
To connect to registry.lab.example.com insecurely, use \`--no-check-certificate'.`,
    findings: [{ code: 'unknownAuthority', address: 'registry.lab.example.com' }],
  },
  {
    name: 'Python: another name',
    text: "requests.exceptions.SSLError: HTTPSConnectionPool(host='registry.lab.example.com', port=5000): Max retries exceeded with url: /v2/ (Caused by SSLError(SSLCertVerificationError(1, \"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'registry.lab.example.com'. (_ssl.c:1007)\")))",
    findings: [{ code: 'nameMismatch', address: '', arguments: { wanted: 'registry.lab.example.com' } }],
  },
  {
    name: 'Java: unknown authority',
    text: 'javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
    findings: [{ code: 'unknownAuthority', address: '' }],
  },

  // Node.
  {
    name: 'Node: the leaf’s signature',
    text: `Error: unable to verify the first certificate
    at TLSSocket.onConnectSecure (node:_tls_wrap:1677:34)
    at TLSSocket.emit (node:events:524:28) {
  code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
}`,
    findings: [{ code: 'unknownAuthority', address: '' }],
  },
  {
    name: 'Node: another name',
    text: `Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: registry.lab.example.com. is not in the cert's altnames: DNS:*.apps.lab.example.com, IP Address:192.0.2.20`,
    findings: [
      {
        code: 'nameMismatch',
        address: '',
        arguments: { wanted: 'registry.lab.example.com', names: '*.apps.lab.example.com, 192.0.2.20' },
      },
    ],
  },
  {
    name: 'Node: refused',
    text: `AggregateError [ECONNREFUSED]:
    at internalConnectMultiple (node:net:1139:18) {
  [errors]: [
    Error: connect ECONNREFUSED 192.0.2.20:5000`,
    findings: [{ code: 'refused', address: '192.0.2.20:5000' }],
  },
  {
    name: 'Node: no such host',
    text: 'Error: getaddrinfo ENOTFOUND registry.lab.example.com',
    findings: [
      {
        code: 'noSuchHost',
        address: 'registry.lab.example.com',
        arguments: { host: 'registry.lab.example.com' },
      },
    ],
  },
  {
    name: 'Node: cut',
    text: 'Error: Client network socket disconnected before secure TLS connection was established\n    at TLSSocket.onConnectEnd (node:_tls_wrap:1732:19) {\n  code: "ECONNRESET",\n  host: "registry.lab.example.com",\n  port: 5000\n}',
    findings: [{ code: 'connectionCut', address: '' }],
  },

  // As people paste it.
  {
    name: 'from a page, with its quotation marks and spaces',
    text: 'Get “https://registry.lab.example.com/v2/”: x509: certificate has expired or is not yet valid: current\u00a0time 2026-03-01T10:00:00Z is after 2026-02-01T00:00:00Z',
    findings: [
      {
        code: 'expired',
        address: 'registry.lab.example.com:443',
        arguments: { notAfter: '2026-02-01T00:00:00Z' },
      },
    ],
  },
  {
    name: 'a login that fails at the cluster’s own authority',
    text: 'error: Get "https://oauth-openshift.apps.lab.example.com/oauth/token/implicit": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    findings: [
      {
        code: 'unknownAuthority',
        address: 'oauth-openshift.apps.lab.example.com:443',
        arguments: { server: 'api' },
      },
    ],
  },
  {
    name: 'a mirror registry at the port of an old API server',
    text: 'Error: pinging container registry mirror.lab.example.com:8443: Get "https://mirror.lab.example.com:8443/v2/": x509: certificate signed by unknown authority',
    findings: [{ code: 'unknownAuthority', address: 'mirror.lab.example.com:8443' }],
  },

  // This program.
  {
    name: 'ours: expired',
    text: `error communicating with registry: GET https://${ROUTE}:443/: x509: certificate has expired (CERT_HAS_EXPIRED)`,
    findings: [{ code: 'expired', address: `${ROUTE}:443` }],
  },
  {
    name: 'ours: an untrusted certificate, with the advice about the authority',
    text: `error communicating with registry: GET https://${SERVICE}:5000/: x509: certificate signed by unknown authority (UNABLE_TO_VERIFY_LEAF_SIGNATURE)
The cluster publishes an authority that verifies it: the authority of the cluster’s services (CN=openshift-service-serving-signer@1700000000), in the ConfigMap openshift-service-ca.crt in openshift-image-registry. It is not trusted unless you say so:
  oc get configmap openshift-service-ca.crt -n openshift-image-registry -o jsonpath='{.data.service-ca\\.crt}' > registry-ca.crt
  --certificate-authority registry-ca.crt`,
    findings: [{ code: 'unknownAuthority', address: `${SERVICE}:5000` }],
  },
  {
    name: 'ours: verified, then not, then HTTP',
    text: `error communicating with registry: [GET https://127.0.0.1:5000/: http: server gave HTTP response to HTTPS client (ERR_SSL_WRONG_VERSION_NUMBER), GET https://127.0.0.1:5000/ (without verification): http: server gave HTTP response to HTTPS client (ERR_SSL_WRONG_VERSION_NUMBER), GET http://127.0.0.1:5000/: status 503, "starting"]`,
    findings: [
      { code: 'httpResponseToHttps', address: '127.0.0.1:5000' },
      { code: 'serverError', address: '127.0.0.1:5000', arguments: { status: '503' } },
    ],
  },
  {
    name: 'ours: deletion disabled',
    text: `the registry https://${ROUTE} answered 405 Method Not Allowed: deletion is disabled in its configuration (storage.delete.enabled), so nothing was changed. Enable it, or prune only API objects with --prune-registry=false.`,
    findings: [{ code: 'deletionDisabled', address: `${ROUTE}:443`, arguments: { status: '405' } }],
  },

  // Recognised, but about data, not about the way.
  {
    name: 'a manifest that is gone',
    text: `Error: reading manifest v1 in ${ROUTE}/team-a/web: manifest unknown: manifest unknown`,
    findings: [{ code: 'unknown', address: ROUTE, arguments: { said: 'manifest unknown' } }],
  },

  // Not trouble on the way to a registry, or not enough to say so.
  { name: 'nothing', text: '', findings: UNKNOWN },
  { name: 'white space', text: ' \r\n\t\n ', findings: UNKNOWN },
  {
    name: 'prose',
    text: 'Hello! My registry is full and I would like to delete old images. Has the certificate expired, or is the connection refused by somebody? What should I do?',
    findings: UNKNOWN,
  },
  {
    name: 'binary noise',
    text: Array.from({ length: 2000 }, (_, index) => String.fromCharCode((index * 7919) % 256)).join(''),
    findings: UNKNOWN,
  },
  {
    name: 'options that exclude each other',
    text: 'error: --prune-over-size-limit cannot be specified with --keep-tag-revisions nor --keep-younger-than',
    findings: UNKNOWN,
  },
  {
    name: 'a dry run that went well',
    text: `Dry run enabled - no modifications will be made. Add --confirm to remove images
Deleting 3 items from image stream team-a/web
Deleting blob ${LAYER}
Summary: deleted 401 image object(s), updated 503 image stream(s), deleted 405 blob(s)`,
    findings: UNKNOWN,
  },
  {
    name: 'a reference that can’t be parsed',
    text: 'deployment/web namespace=team-a: container web: invalid image reference "web:": invalid reference format\nerror: failed to build graph - no changes made',
    findings: UNKNOWN,
  },
  {
    name: 'a quota, which is forbidden too',
    text: 'Error from server (Forbidden): error when creating "pod.yaml": pods "web" is forbidden: exceeded quota: compute, requested: cpu=2, used: cpu=3, limited: cpu=4',
    findings: UNKNOWN,
  },
  {
    name: 'a conflict',
    text: 'error: Operation cannot be fulfilled on imagestreams.image.openshift.io "web": the object has been modified; please apply your changes to the latest version and try again',
    findings: UNKNOWN,
  },
  {
    name: 'a registry’s log of challenges and health checks',
    text: `time="2026-01-02T03:04:05Z" level=warning msg="error authorizing context: authorization header required" go.version=go1.22 http.request.host="${SERVICE}:5000" http.response.status=401
10.128.0.1 - - [02/Jan/2026:03:04:05 +0000] "GET /v2/ HTTP/1.1" 401 87 "" "Go-http-client/1.1"
2026/01/02 03:04:06 http: TLS handshake error from 10.128.0.1:43434: EOF
2026/01/02 03:04:07 http: TLS handshake error from 10.128.0.1:43435: remote error: tls: bad certificate`,
    findings: UNKNOWN,
  },
  {
    name: 'a registry’s log: a client’s certificate',
    text: '2026/01/02 03:04:07 http: TLS handshake error from 10.128.0.1:43435: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    findings: UNKNOWN,
  },
  {
    name: 'an engine that doesn’t run',
    text: 'Cannot connect to Podman: unable to connect to Podman socket: Get "http://d/v5.0.0/libpod/_ping": dial unix /run/user/1000/podman/podman.sock: connect: connection refused',
    findings: UNKNOWN,
  },
  {
    name: 'a handshake that went well',
    text: `$ openssl s_client -connect registry.lab.example.com:5000
verify return:1
Verify return code: 0 (ok)
* SSL certificate verify ok.
< HTTP/1.1 200 OK`,
    findings: UNKNOWN,
  },
  {
    name: 'JSON that ends early',
    text: 'error: unexpected end of JSON input; unexpected EOF',
    findings: UNKNOWN,
  },
  {
    name: 'a file that may not be read',
    text: 'error: failed to read registry ca bundle: open /etc/pki/ca.crt: permission denied',
    findings: UNKNOWN,
  },
  {
    name: 'numbers that look like statuses',
    text: 'pod web-401 restarted 503 times, exit status 1, response took 405 ms; status of 500 images is unchanged',
    findings: UNKNOWN,
  },
];
