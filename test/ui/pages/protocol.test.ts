import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EVERY_ROW } from '../../../src/engine/plan-table.ts';
import type { DryRunProtocol, DryRunRequests } from '../../../src/shared/dry-run/protocol.ts';
import { dryRunRequest } from '../../../src/shared/dry-run/requests.ts';
import { Caller, RequestFailedError } from '../../../src/shared/page/caller.ts';
import type { Channel } from '../../../src/shared/page/channel.ts';
import { contentSecurityPolicy, pageHtml } from '../../../src/shared/page/page-html.ts';
import type { EventMessage, Handlers } from '../../../src/shared/page/protocol.ts';
import { InvalidMessageError } from '../../../src/shared/page/read-request.ts';
import { Responder } from '../../../src/shared/page/responder.ts';

/** Two ends of one connection; messages are copied and arrive later, as in the editor. */
function connection(): { page: Channel; host: Channel; sent: unknown[] } {
  const sent: unknown[] = [];
  const end = () => {
    const listeners = new Set<(message: unknown) => void>();
    return {
      listeners,
      deliver: (message: unknown) => {
        sent.push(message);
        const copy: unknown = structuredClone(message);
        queueMicrotask(() => {
          for (const listener of listeners) listener(copy);
        });
      },
    };
  };
  const [page, host] = [end(), end()];
  const channel = (own: ReturnType<typeof end>, other: ReturnType<typeof end>): Channel => ({
    post: other.deliver,
    onMessage: (listener) => {
      own.listeners.add(listener);
      return () => own.listeners.delete(listener);
    },
  });
  return { page: channel(page, host), host: channel(host, page), sent };
}

/** Handlers that fail, but for those given. */
function handlers(given: Partial<Handlers<DryRunProtocol>>): Handlers<DryRunProtocol> {
  const failing = new Proxy({} as Handlers<DryRunProtocol>, {
    get: (_, name) => () => {
      throw new Error(`nobody expects ${String(name)}`);
    },
  });
  return new Proxy(failing, { get: (target, name) => Reflect.get(given, name) ?? Reflect.get(target, name) });
}

describe('a page and its host', () => {
  it('answers what the page asks, each by its own answer', async () => {
    const { page, host } = connection();
    const waiting: (() => void)[] = [];
    new Responder(
      host,
      dryRunRequest,
      handlers({
        checkRegistryUrl: ({ url }) =>
          new Promise((resolve) => {
            waiting.unshift(() => resolve(`no ${url}`));
          }),
      }),
    );
    const caller = new Caller<DryRunProtocol>(page, () => {});
    const answers = ['a', 'b', 'c'].map((url) => caller.call('checkRegistryUrl', { url }));
    await new Promise((resolve) => setImmediate(resolve));
    // The last is answered first.
    for (const answer of waiting) answer();
    assert.deepEqual(await Promise.all(answers), ['no a', 'no b', 'no c']);
  });

  it('rejects where the handler fails, with what it says', async () => {
    const { page, host } = connection();
    const failures: string[] = [];
    new Responder(
      host,
      dryRunRequest,
      handlers({ cancel: () => Promise.reject(new Error('nothing is running')) }),
      (error, request) => failures.push(`${request}: ${error}`),
    );
    const caller = new Caller<DryRunProtocol>(page, () => {});
    await assert.rejects(caller.call('cancel', null), {
      name: 'RequestFailedError',
      message: 'nothing is running',
    });
    await assert.rejects(caller.call('browse', null), /nobody expects browse/);
    assert.deepEqual(failures, ['cancel: Error: nothing is running', 'browse: Error: nobody expects browse']);
  });

  it('rejects what is invalid without asking the handler', async () => {
    const { page, host } = connection();
    const asked: unknown[] = [];
    const copy: Handlers<DryRunProtocol>['copy'] = (ask) => {
      asked.push(ask);
      return null;
    };
    new Responder(host, dryRunRequest, handlers({ copy }));
    const caller = new Caller<DryRunProtocol>(page, () => {});
    const wrong = { text: 7 } as unknown as DryRunRequests['copy']['ask'];
    await assert.rejects(caller.call('copy', wrong), /copy\.text should be a text/);
    assert.deepEqual(asked, []);
  });

  it('tells the page of events, in order', async () => {
    const { page, host } = connection();
    const responder = new Responder(host, dryRunRequest, handlers({}));
    const events: EventMessage<DryRunProtocol>[] = [];
    new Caller<DryRunProtocol>(page, (event) => events.push(event));
    responder.send('registry', { kind: 'checking' });
    responder.send('registry', { kind: 'unused' });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(events, [
      { kind: 'event', name: 'registry', data: { kind: 'checking' } },
      { kind: 'event', name: 'registry', data: { kind: 'unused' } },
    ]);
  });

  it('gives a page that was loaded again no answer meant for the one before', async () => {
    const { page, host } = connection();
    const answers: ((path: string) => void)[] = [];
    new Responder(
      host,
      dryRunRequest,
      handlers({ browse: () => new Promise((resolve) => answers.push(resolve)) }),
    );
    const before = new Caller<DryRunProtocol>(page, () => {});
    const lost = before.call('browse', null);
    before.close();
    await assert.rejects(lost, RequestFailedError);
    const after = new Caller<DryRunProtocol>(page, () => {});
    const wanted = after.call('browse', null);
    await new Promise((resolve) => setImmediate(resolve));
    answers[0]?.('/old');
    answers[1]?.('/new');
    assert.equal(await wanted, '/new');
  });

  it('says nothing more once the host has let go of the page', async () => {
    const { page, host, sent } = connection();
    const answers: (() => void)[] = [];
    const responder = new Responder(
      host,
      dryRunRequest,
      handlers({ cancel: () => new Promise((resolve) => answers.push(() => resolve(null))) }),
    );
    void new Caller<DryRunProtocol>(page, () => {}).call('cancel', null);
    await new Promise((resolve) => setImmediate(resolve));
    responder.close();
    responder.send('registry', { kind: 'unchecked' });
    answers[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(sent.length, 1);
  });
});

describe('a message from the page', () => {
  const request = (name: string, ask: unknown) => ({ kind: 'request', id: 'p/1', name, ask });
  const options = {
    prune: { keepTagRevisions: 3, rules: 'reference' },
    registry: { registryUrl: null, certificateAuthority: '/ca.crt', forceInsecure: false, numWorkers: 5 },
  };

  it('is read as what it is', () => {
    for (const [name, ask] of [
      ['ready', null],
      ['run', options],
      ['rows', { plan: 'p1', query: EVERY_ROW, start: 0, count: 100 }],
      [
        'rows',
        { plan: 'p1', query: { ...EVERY_ROW, sort: { by: 'age', descending: true } }, start: 5, count: 1 },
      ],
      ['shares', { plan: 'p1', namespace: null }],
      ['explain', { plan: 'p1', image: 'sha256:00' }],
      ['act', { plan: 'p1', row: 7, action: 'reveal' }],
      ['export', { plan: 'p1', format: 'csv', query: { ...EVERY_ROW, namespace: '', reason: 'unnamed' } }],
      ['preview', { plan: 'p1', options }],
      ['step', { step: 'openLog' }],
    ] as const) {
      assert.deepEqual(dryRunRequest(request(name, ask)), request(name, ask));
    }
  });

  it('carries no more than what is asked for', () => {
    const read = dryRunRequest(request('copy', { text: 'oc', also: 'this' }));
    assert.deepEqual(read.ask, { text: 'oc' });
  });

  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['no object', 'ready', /message should be an object/],
    ['another kind', { ...request('ready', null), kind: 'answer' }, /message\.kind/],
    ['no id', { kind: 'request', name: 'ready', ask: null }, /message\.id/],
    ['an unknown request', request('format', null), /message\.name/],
    ['a request by a name of every object', request('constructor', null), /message\.name/],
    ['an argument where none belongs', request('ready', {}), /ready should be null/],
    ['no plan', request('prune', {}), /prune\.plan/],
    [
      'a negative start',
      request('rows', { plan: 'p', query: EVERY_ROW, start: -1, count: 1 }),
      /rows\.start/,
    ],
    ['half a row', request('act', { plan: 'p', row: 0.5, action: 'reveal' }), /act\.row/],
    ['too many rows', request('rows', { plan: 'p', query: EVERY_ROW, start: 0, count: 501 }), /at most 500/],
    [
      'an unknown verdict',
      request('rows', { plan: 'p', query: { ...EVERY_ROW, verdict: 'maybe' }, start: 0, count: 1 }),
      /query\.verdict/,
    ],
    [
      'an unknown reason',
      request('rows', { plan: 'p', query: { ...EVERY_ROW, reason: 'because' }, start: 0, count: 1 }),
      /query\.reason/,
    ],
    [
      'an unknown order',
      request('rows', {
        plan: 'p',
        query: { ...EVERY_ROW, sort: { by: 'luck', descending: true } },
        start: 0,
        count: 1,
      }),
      /sort\.by/,
    ],
    [
      'an endless search',
      request('rows', { plan: 'p', query: { ...EVERY_ROW, search: 'x'.repeat(1001) }, start: 0, count: 1 }),
      /search/,
    ],
    ['an unknown action', request('act', { plan: 'p', row: 1, action: 'delete' }), /act\.action/],
    [
      'an unknown format',
      request('export', { plan: 'p', format: 'exe', query: EVERY_ROW }),
      /export\.format/,
    ],
    [
      'a number as text',
      request('run', { ...options, prune: { keepTagRevisions: '3' } }),
      /keepTagRevisions/,
    ],
    [
      'a number that is none',
      request('run', { ...options, prune: { keepYoungerThanMs: Number.NaN } }),
      /keepYoungerThanMs/,
    ],
    ['unknown rules', request('run', { ...options, prune: { rules: 'none' } }), /rules/],
    ['no registry', request('run', { prune: {} }), /run\.registry/],
    ['an unknown step', request('step', { step: 'format' }), /step\.step/],
  ];
  for (const [what, message, says] of wrong) {
    it(`is refused: ${what}`, () => {
      assert.throws(
        () => dryRunRequest(message),
        (error) => error instanceof InvalidMessageError && says.test(error.message),
      );
    });
  }
});

describe('the document of a page', () => {
  const files = {
    script: 'https://file+.vscode-resource.vscode-cdn.net/a b/dry-run.js?"&<',
    style: 'https://file+.vscode-resource.vscode-cdn.net/dry-run.css',
    cspSource: 'https://*.vscode-cdn.net',
    nonce: 'n1',
    styleNonce: 'n2',
    language: 'de',
    title: 'Dry run',
  };

  it('lets nothing run or load but what belongs to it', () => {
    const policy = contentSecurityPolicy(files);
    assert.match(
      policy,
      /^default-src 'none'; script-src 'nonce-n1'; style-src https:\/\/\*\.vscode-cdn\.net 'nonce-n2'/,
    );
    assert.ok(!policy.includes('unsafe'));
  });

  it('writes addresses so that they end nothing', () => {
    const html = pageHtml(files);
    assert.ok(
      html.includes('src="https://file+.vscode-resource.vscode-cdn.net/a b/dry-run.js?&quot;&amp;&lt;"'),
    );
    assert.ok(!/ (style|on\w+)=/.test(html));
  });
});
