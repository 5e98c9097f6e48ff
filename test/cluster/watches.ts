// watch=true: changes as JSON lines for as long as the client listens.
import type { ServerResponse } from 'node:http';
import type { ApiObject } from './api-object.ts';
import type { Answer, Call } from './call.ts';
import { apiVersionOf, typed } from './resources.ts';
import { selectorOf } from './selectors.ts';
import { versionTooOld } from './status.ts';
import type { Change } from './store.ts';
import { tableOf, wantsTable } from './tables.ts';
import { isWatch } from './target.ts';

export function watch(call: Call): Answer | undefined {
  const { target, query } = call;
  if (call.method !== 'GET' || target === undefined || target.name !== undefined || !isWatch(query))
    return undefined;
  if (target.resource.origin !== 'stored') return undefined;
  const { resource, namespace } = target;
  const { store } = call.state;
  const selector = selectorOf(query) ?? (() => true);
  const shown = (object: ApiObject) =>
    wantsTable(call.headers) ? tableOf(resource, [object], {}, call) : typed(resource, object);

  const run = (response: ServerResponse) => {
    const send = (type: string, object: unknown) => response.write(`${JSON.stringify({ type, object })}\n`);
    const relay = (change: Change) => {
      if (change.resource !== resource) return;
      if (namespace !== undefined && change.object.metadata.namespace !== namespace) return;
      if (selector(change.object)) send(change.type, shown(change.object));
    };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();

    const from = Number(query.get('resourceVersion') ?? '0');
    if (from === 0) {
      for (const { object } of store.scan(resource, { namespace }))
        if (selector(object)) send('ADDED', shown(object));
    } else {
      const missed = store.changesAfter(from);
      if (missed === undefined) {
        send('ERROR', versionTooOld(from, store.oldest).body);
        response.end();
        return;
      }
      missed.forEach(relay);
    }
    const stop = store.onChange(relay);
    const seconds = Number(query.get('timeoutSeconds') ?? '0');
    const bookmark = { kind: resource.kind, apiVersion: apiVersionOf(resource) };
    const end = () => {
      if (query.get('allowWatchBookmarks') === 'true') {
        send('BOOKMARK', { ...bookmark, metadata: { resourceVersion: String(store.revision) } });
      }
      response.end();
    };
    const timer = seconds > 0 ? setTimeout(end, seconds * 1000) : undefined;
    response.on('close', () => {
      stop();
      clearTimeout(timer);
    });
  };
  return { kind: 'stream', run };
}
