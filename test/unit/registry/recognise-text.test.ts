import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Finding } from '../../../src/registry/diagnosis/finding.ts';
import { recogniseText } from '../../../src/registry/diagnosis/recognise-text.ts';
import { ERROR_TEXTS } from './error-texts.ts';

const ESCAPE = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
const MEBIBYTE = 1 << 20;

const verdicts = (findings: readonly Finding[]) => findings.map(({ code, address }) => `${code} ${address}`);
const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);
const onEachLine = (wrap: (line: string) => string) => (text: string) =>
  text.split('\n').map(wrap).join('\n');

function only(findings: readonly Finding[]): Finding {
  const [finding] = findings;
  assert.ok(finding && findings.length === 1, verdicts(findings).join(', '));
  return finding;
}

describe('an error text', () => {
  for (const { name, text, findings: expected } of ERROR_TEXTS) {
    it(`${name}: ${expected.map(({ code }) => code).join(', ')}`, () => {
      const findings = recogniseText(text);
      assert.deepEqual(
        verdicts(findings),
        expected.map(({ code, address }) => `${code} ${address}`),
      );
      expected.forEach(({ arguments: facts = {} }, place) => {
        for (const [key, value] of Object.entries(facts)) {
          assert.equal(findings[place]?.arguments[key], value, key);
        }
      });
    });
  }

  it('is of one of many kinds, and eight are honestly unknown', () => {
    const known = new Set(ERROR_TEXTS.flatMap(({ findings }) => findings.map(({ code }) => code)));
    const unknown = ERROR_TEXTS.filter(({ findings }) => findings[0]?.code === 'unknown');
    assert.ok(ERROR_TEXTS.length >= 70 && unknown.length >= 8);
    assert.equal(new Set(ERROR_TEXTS.map(({ name }) => name)).size, ERROR_TEXTS.length);
    // All but what only a probe can see: the chain as it is served.
    assert.equal(known.size, 26);
    assert.ok(!known.has('missingIntermediate'));
  });
});

describe('a finding', () => {
  it('has fixes, what gives up security last and only there', () => {
    for (const { name, text } of ERROR_TEXTS) {
      for (const { code, fixes } of recogniseText(text)) {
        assert.ok(fixes.length > 0, name);
        const risky = fixes.findIndex(({ risk }) => risk === 'insecure');
        assert.ok(risky < 0 || (risky === fixes.length - 1 && risky > 0), `${name}: ${code}`);
        assert.equal(new Set(fixes.map((fix) => fix.code)).size, fixes.length, name);
      }
    }
  });

  it('quotes the text that it was read from', () => {
    for (const { name, text, findings } of ERROR_TEXTS) {
      if (findings[0]?.code === 'unknown' || text.includes('\\"') || text.includes('{"errors"')) continue;
      for (const { message } of recogniseText(text)) {
        assert.ok(message !== '' && text.includes(message), `${name}: ${message}`);
      }
    }
  });

  it('quotes each error of a list by itself, byte for byte', () => {
    const text = String.raw`error: error communicating with registry: [Get https://172.30.30.30:5000/healthz: x509: certificate signed by unknown authority, Get http://172.30.30.30:5000/healthz: malformed HTTP response "\x15\x03\x01\x00\x02\x02"]`;
    const findings = recogniseText(text);
    assert.deepEqual(
      findings.map(({ message }) => message),
      [
        'Get https://172.30.30.30:5000/healthz: x509: certificate signed by unknown authority',
        String.raw`Get http://172.30.30.30:5000/healthz: malformed HTTP response "\x15\x03\x01\x00\x02\x02"`,
      ],
    );
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['secureRegistryInsecureClient', 'secureRegistryInsecureClient'],
    );
  });

  it('names the documented rule', () => {
    const ruleOf = (name: string) => {
      const { text = '' } = ERROR_TEXTS.find((one) => one.name === name) ?? {};
      return recogniseText(text)[0]?.rule;
    };
    assert.equal(ruleOf('documented: a secure client, an insecure registry'), 'insecureRegistry');
    assert.equal(ruleOf('documented: an insecure client, a secure registry'), 'secureRegistryInsecureClient');
    assert.equal(ruleOf('documented: the wrong authority'), 'wrongAuthority');
    assert.equal(ruleOf('a client certificate without a token'), 'needsToken');
    assert.equal(ruleOf('deletions refused'), 'needsPruner');
    assert.equal(ruleOf('a list that may not be read'), 'needsPruner');
    assert.equal(ruleOf('the service from outside, with the advice that follows'), 'needsRoute');
    assert.equal(ruleOf('the API server’s certificate'), null);
  });

  it('brings commands in which all that is foreign is quoted', () => {
    const commandOf = (text: string, fix: string) =>
      only(recogniseText(text)).fixes.find(({ code }) => code === fix)?.command;
    const list = (user: string) =>
      `pods is forbidden: User "${user}" cannot list resource "pods" in API group "" at the cluster scope`;
    const grant = 'oc adm policy add-cluster-role-to-user system:image-pruner';
    assert.equal(
      commandOf(list('system:serviceaccount:a:b'), 'grantPruner'),
      `${grant} system:serviceaccount:a:b`,
    );
    assert.equal(commandOf(list("x'; rm -rf ~; '"), 'grantPruner'), `${grant} 'x'\\''; rm -rf ~; '\\'''`);
    assert.equal(commandOf(list('$(reboot)'), 'grantPruner'), `${grant} '$(reboot)'`);
    assert.match(
      commandOf(
        'Get "https://a.svc:5000/": x509: certificate signed by unknown authority',
        'useClusterAuthority',
      ) ?? '',
      /openshift-service-ca\.crt/,
    );
    assert.match(
      commandOf(
        'Get "https://a.example.com/": x509: certificate signed by unknown authority',
        'useClusterAuthority',
      ) ?? '',
      /default-ingress-cert/,
    );
  });

  it('about the API server advises nothing about the registry', () => {
    const { fixes } = only(
      recogniseText('Unable to connect to the server: x509: certificate signed by unknown authority'),
    );
    assert.ok(fixes.length > 0);
    for (const { code } of fixes) assert.ok(!/Authority|force|Route|Tunnel/.test(code), code);
  });

  it('stands once for a problem that is met many times', () => {
    const lines = Array.from(
      { length: 50 },
      (_, index) =>
        `Get "https://reg.example.com:5000/v2/a/${index}": dial tcp 192.0.2.1:5000: connect: connection refused`,
    );
    const bare = 'dial tcp 192.0.2.1:5000: connect: connection refused';
    assert.deepEqual(verdicts(recogniseText([...lines, bare].join('\n'))), ['refused reg.example.com:5000']);
  });

  it('stands by itself for every address, but for no more than can be read', () => {
    const refused = (count: number) =>
      Array.from({ length: count }, (_, index) => `Get "https://r${index}.example.com/": EOF`).join('\n');
    assert.equal(recogniseText(refused(3)).length, 3);
    assert.equal(recogniseText(refused(300)).length, 20);
  });

  it('gives no name to an address that two names share', () => {
    const text = `Get "https://a.example.com/": dial tcp 192.0.2.1:443: connect: connection refused
Get "https://b.example.com/": dial tcp 192.0.2.1:443: connect: connection refused
dial tcp 192.0.2.1:443: i/o timeout`;
    assert.deepEqual(verdicts(recogniseText(text)), [
      'refused a.example.com:443',
      'refused b.example.com:443',
      'timeout 192.0.2.1:443',
    ]);
  });

  it('borrows no address from prose or from further reading', () => {
    for (const near of [
      'See https://support.example.com/kb/7.',
      'More details here: https://curl.se/docs/',
    ]) {
      const text = `curl: (60) SSL certificate problem: certificate has expired\n${near}`;
      assert.deepEqual(verdicts(recogniseText(text)), ['expired ']);
    }
  });

  it('leaves out what another explains', () => {
    const text = `time="2026-01-02T03:04:05Z" level=error msg="failed" err="Get \\"https://a.example.com/\\": proxyconnect tcp: dial tcp: lookup proxy.example.com: no such host"`;
    assert.deepEqual(verdicts(recogniseText(text)), ['proxy a.example.com:443']);
  });

  it('comes in the order in which problems must be solved, whatever the order of the text', () => {
    const lines = [
      'Get "https://r.example.com:5000/": EOF',
      'error: you must use a client config with a token',
      'Get "https://r.example.com:5000/": dial tcp 192.0.2.1:5000: i/o timeout',
      'Get "https://r.example.com:5000/": x509: certificate signed by unknown authority',
      'Get "https://r.example.com:5000/": http: server gave HTTP response to HTTPS client',
    ];
    const expected = ['noToken', 'httpResponseToHttps', 'unknownAuthority', 'timeout', 'connectionCut'];
    for (let turn = 0; turn < lines.length; turn++) {
      assert.deepEqual(codes(recogniseText(lines.join('\n'))), expected);
      lines.push(...lines.splice(0, 1));
    }
  });
});

describe('what is recognised doesn’t depend on', () => {
  const WRAPPINGS: Readonly<Record<string, (text: string) => string>> = {
    'klog’s prefix': onEachLine((line) => `E0412 10:11:12.131415       1 main.go:34] ${line}`),
    'the container runtime’s prefix': onEachLine((line) => `2026-04-12T10:11:12.131415161Z stderr F ${line}`),
    'the prefix of oc logs, and a time': onEachLine(
      (line) => `[pod/pruner-1/pruner] 2026/04/12 10:11:12 ${line}`,
    ),
    'the journal’s prefix': onEachLine((line) => `Apr 12 10:11:12 node-1 pruner[123]: ${line}`),
    'the prefix of compose': onEachLine((line) => `pruner-1   | ${line}`),
    'colours around lines': onEachLine((line) => `${ESCAPE}[31;1m${line}${ESCAPE}[0m`),
    'colours between words': (text) => text.replaceAll(' ', ` ${ESCAPE}[1m`),
    'a title for the terminal': (text) => `${ESCAPE}]0;prune${BELL}${text}`,
    'Windows’ line ends': (text) => `${text.replaceAll('\n', '\r\n')}\r\n`,
    'Windows’ encoding': (text) => `\ufeff${[...text].map((character) => `${character}\0`).join('')}`,
    'log lines in JSON': onEachLine((line) => JSON.stringify({ level: 'error', ts: 1.5, msg: line })),
    'JSON around all': (text) => JSON.stringify(text),
    'JSON around all, nested': (text) => JSON.stringify({ items: [{ log: text }] }, null, 2),
    'escaping without quotation marks': (text) => JSON.stringify(text).slice(1, -1),
    'escaping within a sentence': (text) => `The output was: ${JSON.stringify(text)}`,
    'JSON in JSON': (text) => JSON.stringify(JSON.stringify(text)),
    logfmt: onEachLine((line) => `time="2026-01-02T03:04:05Z" level=error msg=${JSON.stringify(line)} pid=1`),
    'quoted mail': onEachLine((line) => `> ${line}`),
    indentation: onEachLine((line) => `\t  ${line}`),
    'lines around and between': (text) =>
      `Welcome.\n\n2 items\n${text.split('\n').join('\nDeleting blob sha256:ab\nI0101 noise\n')}\nbye`,
    'the order of lines': (text) => text.split('\n').reverse().join('\n'),
    repetition: (text) => `${text}\n${text}`,
  };
  for (const [name, wrap] of Object.entries(WRAPPINGS)) {
    it(name, () => {
      for (const { name: what, text } of ERROR_TEXTS) {
        assert.deepEqual(verdicts(recogniseText(wrap(text))), verdicts(recogniseText(text)), what);
      }
    });
  }

  it('any two of these together', () => {
    const all = Object.entries(WRAPPINGS);
    const texts = ERROR_TEXTS.filter((_, place) => place % 6 === 0);
    for (const [outer, wrap] of all) {
      for (const [inner, wrapFirst] of all) {
        for (const { name, text } of texts) {
          const expected = verdicts(recogniseText(text));
          assert.deepEqual(
            verdicts(recogniseText(wrap(wrapFirst(text)))),
            expected,
            `${outer}, ${inner}: ${name}`,
          );
        }
      }
    }
  });

  it('a terminal that breaks lines', () => {
    const text =
      'Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "Lab Root")';
    const between = text.replace('signed by', 'signed\n   by');
    const within = text.replace('authority (', 'autho\nrity (');
    for (const broken of [between, within]) {
      const { code, address, arguments: facts } = only(recogniseText(broken));
      assert.deepEqual([code, address], ['unknownAuthority', '172.30.30.30:5000']);
      assert.equal(facts.candidate, 'Lab Root');
    }
  });

  it('numbers that look like a status', () => {
    for (const status of ['401', '403', '405', '407', '500', '503']) {
      const text = `It took ${status} ms to read ${status} lines of ${status}.log, status: ${status} images`;
      assert.deepEqual(codes(recogniseText(text)), ['unknown'], status);
    }
  });
});

describe('a secret in the text', () => {
  const SECRETS: readonly (readonly [string, (secret: string) => string, string])[] = [
    ['OpenShift’s token', (secret) => `sha256~${secret}`, 'Abc-123_defGHI456jkl789'],
    ['a header', (secret) => `Authorization: Bearer ${secret}`, 'tok3n.of-some_sort'],
    ['a header in JSON', (secret) => `{"Authorization":["Bearer ${secret}"]}`, 'tok3n.of-some_sort'],
    [
      'a header in escaped JSON',
      (secret) => `{\\"authorization\\":\\"Basic ${secret}\\"}`,
      'dW51c2VkOnMzY3JldA==',
    ],
    ['a proxy’s header', (secret) => `Proxy-Authorization: Basic ${secret}`, 'bWU6czNjcmV0'],
    ['a bare bearer', (secret) => `-H "x: bearer ${secret}"`, 'abcdefghijklmnopqrstuvwxyz'],
    ['a web token', (secret) => `eyJhbGciOiJSUzI1NiJ9.${secret}.c2ln`, 'eyJzdWIiOiJzM2NyZXQifQ'],
    ['an option', (secret) => `oc login --token=${secret}`, 'plainvalue'],
    ['an option of two words', (secret) => `oc login --token ${secret}`, 'plainvalue'],
    [
      'a password on the command line',
      (secret) => `docker login -u me -p ${secret} r.example.com`,
      'hunter2hunter',
    ],
    ['curl’s user', (secret) => `curl -u me:${secret} https://r.example.com/`, 'hunter2hunter'],
    ['a URL', (secret) => `https://me:${secret}@r.example.com:5000/v2/`, 'p%40ss-w0rd'],
    ['a query', (secret) => `https://r.example.com/cb?access_token=${secret}&x=1`, 'qwertzuiop'],
    ['YAML', (secret) => `    password: ${secret}`, 'correcthorse'],
    [
      'a docker configuration',
      (secret) => `{"auths":{"r.example.com":{"auth":"${secret}"}}}`,
      'bWU6czNjcmV0',
    ],
    ['a cookie', (secret) => `Set-Cookie: session=${secret}; Path=/`, 'abcdef0123456789'],
    [
      'a key',
      (secret) => `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
      'MIIEpAIBAAKCAQEA7bq',
    ],
    [
      'a key in JSON',
      (secret) => JSON.stringify({ key: `-----BEGIN PRIVATE KEY-----\n${secret}\n` }),
      'MIIEpAIBAAKCAQEA7bq',
    ],
    ['a hidden token', (secret) => `{"msg":"\\u0073ha256~${secret}"}`, 'Abc-123_defGHI456jkl789'],
    ['a coloured token', (secret) => `sha256${ESCAPE}[1m~${secret}`, 'Abc-123_defGHI456jkl789'],
  ];
  const AROUND: readonly ((secret: string) => string)[] = [
    (secret) => secret,
    (secret) => `error: ${secret}`,
    (secret) =>
      `${secret}\nerror: Get "https://r.example.com/": x509: certificate signed by unknown authority`,
    (secret) => `error: ${secret}: dial tcp 192.0.2.1:443: connect: connection refused`,
    (secret) => `denied: ${secret}`,
    (secret) => `unable to find the remote registry host: ${secret}`,
    (secret) => `proxyconnect tcp: ${secret}`,
    (secret) => `malformed HTTP response "${secret}`,
    (secret) => `x509: certificate is valid for ${secret}, not a.example.com`,
    (secret) => `manifest unknown ${secret}`,
  ];
  for (const [name, write, secret] of SECRETS) {
    it(`never reaches a finding: ${name}`, () => {
      for (const around of AROUND) {
        for (const text of [around(write(secret)), JSON.stringify({ log: around(write(secret)) })]) {
          const shown = JSON.stringify(recogniseText(text));
          assert.ok(!shown.includes(secret), `${text}\n${shown}`);
        }
      }
    });
  }

  it('hides none of the words of an error', () => {
    const text =
      'Error: unable to retrieve auth token: invalid username/password: unauthorized: authentication required';
    const { code, message } = only(recogniseText(text));
    assert.deepEqual([code, message], ['unauthorized', text]);
  });
});

describe('a hostile text', () => {
  const filled = (unit: string) => unit.repeat(Math.ceil(MEBIBYTE / unit.length));
  const counted = (unit: (index: number) => string) => {
    const parts: string[] = [];
    for (let index = 0, length = 0; length < MEBIBYTE; index++) {
      const part = unit(index);
      parts.push(part);
      length += part.length;
    }
    return parts.join('');
  };
  const HOSTILE: Readonly<Record<string, () => string>> = {
    'one character': () => filled('a'),
    'backslashes and quotation marks': () => filled('\\"'),
    'unfinished JSON': () => filled('{"a":['),
    'deep JSON': () => `${'['.repeat(MEBIBYTE / 2)}${']'.repeat(MEBIBYTE / 2)}`,
    'JSON with many keys': () => `{${counted((index) => `"k${index}":"",`)}"z":""}`,
    'spaces within': () => `x${filled(' ')}y`,
    'commas within': () => `Get https://a: Get https://b: x${filled(', ')}y`,
    'unfinished links of a terminal': () => filled(`${ESCAPE}]8;;`),
    'unfinished colours': () => filled(`${ESCAPE}[1;`),
    'unfinished logfmt': () => filled('msg="\\"'),
    'unfinished web tokens': () => filled('eyJ'),
    'unfinished keys': () => filled('-----BEGIN PRIVATE KEY-----'),
    'unfinished headers': () => filled('Authorization: '),
    'hosts without an end': () => `https://${filled('a.')}`,
    'users without a host': () => filled('://a:b'),
    'requests without an error': () => counted((index) => `Get https://${index}: `),
    'certificates without a name': () => filled('x509: certificate is valid for a, '),
    'authorities without an end': () =>
      filled('certificate signed by unknown authority (possibly because of "'),
    'lookups without an answer': () => counted((index) => `lookup a${index}.svc.b on c: `),
    'users without a right': () => filled('is forbidden: User "'),
    'many rights': () =>
      counted((index) => `User "u${index}" cannot list resource "r${index}" in API group "", `),
    'many refusals': () =>
      counted(
        (index) => `Get https://h${index}/: dial tcp 192.0.2.1:${index}: connect: connection refused\n`,
      ),
    'many log lines': () =>
      counted((index) => `${JSON.stringify({ msg: `Get "https://h${index}/": EOF` })}\n`),
    'prefixes without a line': () => filled('a | '),
    'escaped line ends': () => filled('\\n'),
    'images without a registry': () => filled('image "a '),
    'options without a value': () => filled('oc --certificate-authority --'),
    'issuers without a name': () => `x509: certificate signed by unknown authority\n${filled('issuer: ')}`,
    'curl without a host': () => `connection\n: connection refused\n${filled('docker pull ')}`,
  };
  // Work that grows with the square of a MiB takes minutes; what grows with it, well under two seconds.
  for (const [name, text] of Object.entries(HOSTILE)) {
    it(`is read in time that grows with its length: ${name}`, { timeout: 30_000 }, () => {
      const hostile = text();
      assert.ok(hostile.length >= MEBIBYTE);
      const startedAt = process.cpuUsage();
      const findings = recogniseText(hostile);
      const { user, system } = process.cpuUsage(startedAt);
      assert.ok(findings.length >= 1 && findings.length <= 20);
      assert.ok((user + system) / 1e6 < 15, `${(user + system) / 1e6} s of CPU`);
    });
  }

  it('doesn’t hide the error that it holds', () => {
    const error = 'Get "https://r.example.com/v2/": x509: certificate signed by unknown authority';
    for (const [name, text] of Object.entries(HOSTILE)) {
      const findings = recogniseText(`${text().slice(0, 20_000)}\n${error}\n`);
      const hidden = /unfinished keys/.test(name);
      assert.equal(verdicts(findings).includes('unknownAuthority r.example.com:443'), !hidden, name);
    }
  });

  it('sends nothing to a terminal', () => {
    const odd = `${ESCAPE}c${BELL}\u009b31m\u202e\u0008`;
    const text = `error: ${odd}Get "https://r.example.com/": ${odd}x509: certificate is valid for a${odd}b, not ${odd}c`;
    for (const wrapped of [text, JSON.stringify(text), JSON.stringify({ msg: JSON.stringify(text) })]) {
      const shown = recogniseText(wrapped);
      assert.deepEqual(codes(shown), ['nameMismatch']);
      for (const { message, arguments: facts } of shown) {
        for (const said of [message, ...Object.values(facts)]) assert.doesNotMatch(said, /[\p{Cc}\u202e]/u);
      }
    }
  });

  it('of any kind gives a finding, and never more of the text than a screenful', () => {
    // A generator of its own, so that a failure comes again.
    let state = 20260412;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const texts = ERROR_TEXTS.map(({ text }) => text);
    for (let round = 0; round < 400; round++) {
      const parts = Array.from({ length: 1 + random(4) }, () => {
        const text = texts[random(texts.length)] ?? '';
        const start = random(text.length);
        return text.slice(start, start + random(text.length));
      });
      const findings = recogniseText(parts.join(['', ' ', '\n', '"', '\\'][random(5)]));
      assert.ok(findings.length > 0);
      for (const { message, fixes } of findings) assert.ok(message.length <= 602 && fixes.length > 0);
      const unknown = findings.filter(({ code }) => code === 'unknown');
      assert.ok(unknown.length === 0 || findings.length === 1);
    }
  });
});
