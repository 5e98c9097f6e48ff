// The yardstick of a confirmed prune: five workers, each with one request at a time, and at most 100 requests a second to
// the API server from all of them (REFERENCE section 9). Nothing is written down, watched or tried again.
//   NODE_EXTRA_CA_CERTS=<file> node test/bench/capped-workers.ts <server> <registry> <token> <plan.json>
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Plan, StreamPlan } from '../../src/engine/plan.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { imagesWithTheirBlobs } from '../../src/engine/steps.ts';
import { basicAuthorization } from '../registry/authorization.ts';

const WORKERS = 5;
const API_INTERVAL_MS = 1000 / 100;
const IMAGE_API = '/apis/image.openshift.io/v1';

const [server = '', registry = '', token = '', planFile = ''] = process.argv.slice(2);
const plan: Plan = JSON.parse(readFileSync(planFile, 'utf8'));
const agent = new Agent({ keepAlive: true, maxSockets: WORKERS });

async function send(method: string, url: string, authorization: string, body?: unknown): Promise<unknown> {
  const json = body === undefined ? '' : JSON.stringify(body);
  const outgoing = request(url, {
    method,
    agent,
    headers: {
      authorization,
      ...(json === ''
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }),
    },
  });
  outgoing.end(json);
  const [answer]: IncomingMessage[] = await once(outgoing, 'response');
  const said = answer === undefined ? '' : await text(answer);
  const status = answer?.statusCode ?? 0;
  if (status < 200 || status > 299) throw new Error(`${method} ${url}: ${status} ${said}`);
  return said === '' ? undefined : JSON.parse(said);
}

let nextTurn = performance.now();

async function askApi(method: string, path: string, body?: unknown): Promise<unknown> {
  const now = performance.now();
  const turn = Math.max(nextTurn, now);
  nextTurn = turn + API_INTERVAL_MS;
  await delay(turn - now);
  return send(method, `${server}${IMAGE_API}${path}`, `Bearer ${token}`, body);
}

function deleteFromRegistry(path: string): Promise<unknown> {
  return send('DELETE', `https://${registry}${path}`, basicAuthorization(token));
}

async function pruneStream({ namespace, name, tags, layerLinks, manifestLinks }: StreamPlan): Promise<void> {
  const path = `/namespaces/${namespace}/imagestreams/${name}`;
  const stream = await askApi('GET', path);
  const going = new Set(
    tags.flatMap(({ tag, revisions }) =>
      revisions.filter(({ verdict }) => verdict === 'prune').map(({ image }) => `${tag} ${image}`),
    ),
  );
  await askApi('PUT', `${path}/status`, without(isObject(stream) ? stream : {}, going));
  for (const digest of layerLinks) await deleteFromRegistry(`/v2/${namespace}/${name}/blobs/${digest}`);
  for (const digest of manifestLinks) {
    await deleteFromRegistry(`/v2/${namespace}/${name}/manifests/${digest}`);
  }
}

/** @param going `<tag> <image>` */
function without(stream: JsonObject, going: ReadonlySet<string>): JsonObject {
  const status = objectAt(stream, 'status');
  const tags = listAt(status, 'tags').map((entry) => {
    const tag = textAt(entry, 'tag');
    const items = listAt(entry, 'items').filter((item) => !going.has(`${tag} ${textAt(item, 'image')}`));
    return { ...(isObject(entry) ? entry : {}), items };
  });
  return { ...stream, status: { ...status, tags: tags.filter(({ items }) => items.length > 0) } };
}

/** One iterator that all workers take from. */
async function byWorkers<T>(items: Iterator<T>, work: (item: T) => Promise<void>): Promise<void> {
  const worker = async () => {
    for (let next = items.next(); !next.done; next = items.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

await byWorkers(plan.streams.filter(({ itemsToPrune }) => itemsToPrune > 0).values(), pruneStream);
await byWorkers(imagesWithTheirBlobs(plan), async ({ image, blobs }) => {
  for (const { digest } of blobs) await deleteFromRegistry(`/admin/blobs/${digest}`);
  await askApi('DELETE', `/images/${image.name}`);
});
agent.destroy();
