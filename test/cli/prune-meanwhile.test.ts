import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { inEnglish } from '../../src/engine/said.ts';
import { type JsonObject, listAt, numberAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { resumeRun, startRun } from '../../src/prune/run/prune-run.ts';
import type { ApiObject } from '../cluster/api-object.ts';
import { until } from '../cluster/client.ts';
import { resourceNamed } from '../cluster/resources.ts';
import { inProcess } from '../in-process.ts';
import { atArrival, atMoment, exactly } from '../moments.ts';
import { imageObject, streamObject } from '../registry/api-objects.ts';
import { pullImage } from '../registry/pull.ts';
import { type PushedImage, pushImage } from '../registry/push.ts';
import { countsOf, goneBetween, stateOfScene } from '../scene-state.ts';
import { ANY_IMAGE, ANY_STATUS, failuresIn, PRUNE, reportIn, Stage, WEB_STATUS } from './prune-stage.ts';
import { runCli, startCli } from './run-cli.ts';

const GROUP = 'image.openshift.io';
const STREAMS = resourceNamed('imagestreams', GROUP);
const IMAGES = resourceNamed('images', GROUP);
const PODS = resourceNamed('pods');

let stage: Stage;
before(async () => {
  stage = await Stage.begin();
});
after(() => stage.scene.close());
beforeEach(() => stage.putBack());

function streamNamed(name: string): ApiObject {
  const stream = stage.scene.cluster.object('imagestreams', GROUP, 'shop', name) ?? assert.fail(name);
  return { ...stream, kind: 'ImageStream', apiVersion: `${GROUP}/v1` };
}

/** The API objects that a push makes, all at once. */
function announce(pushed: PushedImage): void {
  const { name, tag = '', digest } = pushed;
  const stream = streamNamed(name);
  const created = new Date();
  const item = {
    created: created.toISOString(),
    image: digest,
    dockerImageReference: digest,
    generation: 99,
  };
  const before = listAt(stream.status, 'tags').filter((entry) => textAt(entry, 'tag') !== tag);
  const same = listAt(stream.status, 'tags').find((entry) => textAt(entry, 'tag') === tag);
  const tags = [...before, { tag, items: [item, ...listAt(same, 'items')] }];
  stage.scene.cluster.seed([
    imageObject(pushed, { created }) as object as ApiObject,
    { ...stream, status: { ...objectAt(stream, 'status'), tags } },
  ]);
}

function uidOf(digest: string): string | undefined {
  return stage.scene.cluster.object('images', GROUP, undefined, digest)?.metadata.uid;
}

function plannedIn(report: JsonObject): Record<string, number> {
  return Object.fromEntries(
    Object.entries(objectAt(report, 'planned')).map(([what, count]) => [what, Number(count)]),
  );
}

function podNaming(image: string): ApiObject {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'late', namespace: 'shop' },
    spec: { containers: [{ name: 'main', image }] },
    status: { phase: 'Pending' },
  };
}

describe('a prune beside other writers', () => {
  it('tries again where streams change under it', async () => {
    const storm = { method: 'PUT', path: ANY_STATUS, action: { kind: 'conflict' }, count: 12 } as const;
    const { faults } = stage.scene.cluster;
    const conflicts = faults.add(storm);
    const { status, report } = await stage.prune();
    assert.equal(status, 0);
    assert.equal(conflicts.hits, 12);
    await stage.isDone(report);
  });

  it('gives a stream up that changes without end, and leaves its images alone', async () => {
    stage.scene.cluster.faults.add({ method: 'PUT', path: WEB_STATUS, action: { kind: 'conflict' } });
    const ended = await stage.prune();
    assert.equal(ended.status, 1);
    assert.match(failuresIn(ended), /^imagestream shop\/web: .* 409 Conflict /);
    await stage.isTruthful(ended.report, 'failed', { alsoKept: ['web:latest#3', 'web:latest#4'] });
    await stage.isFinishedByResume();
  });

  const isOfWeb = ({ method, path }: { method: string; path: string }) =>
    method === 'PUT' && WEB_STATUS.test(path);

  it('keeps what is pushed between reading a stream and writing it', async () => {
    const { cluster, registry } = stage.scene;
    const fresh = await pushOntoOldest();
    atArrival(cluster.requests, isOfWeb, 1, () => announce(fresh));
    const { status, stderr, report } = await stage.prune();
    assert.equal(status, 0, stderr);
    assert.equal(report.state, 'done');
    // The layer that the push relied on stays with its link; everything else goes.
    const [, shared] = stage.image('web:latest#4').layers;
    const { layers } = await registry.repositoryLinks('shop/web');
    assert.ok(layers.includes(shared?.digest ?? ''));
    const { blobs = 0, layerLinks = 0, ...others } = plannedIn(report);
    assert.deepEqual(report.done, { ...others, blobs: blobs - 1, layerLinks: layerLinks - 1 });
    assert.deepEqual(await pullImage(registry, `shop/web@${fresh.digest}`, { by: 'http' }), { ok: true });
    const items = listAt(streamNamed('web').status, 'tags').flatMap((tag) => listAt(tag, 'items'));
    assert.ok(items.some((item) => textAt(item, 'image') === fresh.digest));
    await stage.keeps();
  });

  /** Pushes an image of a layer that is about to go with `web:latest#4`; nobody knows of it yet. */
  async function pushOntoOldest(): Promise<PushedImage> {
    const { registry } = stage.scene;
    const [, layer] = stage.image('web:latest#4').layers;
    const before = registry.requests.length;
    const layers = [{ name: 'web-latest-4', size: layer?.size ?? 0 }];
    const fresh = await pushImage(
      registry,
      { namespace: 'shop', name: 'web', tag: 'fresh', layers },
      { by: 'http' },
    );
    assert.equal(fresh.layers[0]?.digest, layer?.digest);
    const uploads = registry.requests.slice(before).filter(({ method }) => method === 'POST');
    assert.equal(uploads.length, 1, 'of its blobs only the config was sent');
    registry.requests.length = 0;
    return fresh;
  }

  it('keeps what was pushed between a crash and the resume', async () => {
    const { scene } = stage;
    const child = startCli([...PRUNE, '--kubeconfig', scene.kubeconfig], scene.env);
    const ended = once(child, 'exit');
    const links = { effect: 'hang', method: 'DELETE', path: /^\/v2\/shop\/web\// } as const;
    atArrival(scene.cluster.requests, isOfWeb, 1, () => {
      // The history is trimmed; its links are next, and the first is as far as it comes.
      scene.registry.faults.push(links);
      const isLink = ({ path }: { path: string }) => links.path.test(path);
      atArrival(scene.registry.requests, isLink, 1, () => child.kill('SIGKILL'));
    });
    await ended;
    const log = await readFile(join(await stage.folder(), 'log.jsonl'), 'utf8');
    assert.match(log, /"event":"trimmed","repository":"shop\/web"/);
    scene.registry.faults.length = 0;
    const fresh = await pushOntoOldest();
    announce(fresh);
    const { status, stderr } = await stage.resume();
    assert.equal(status, 0, stderr);
    const pulled = await pullImage(scene.registry, `shop/web@${fresh.digest}`, { by: 'http' });
    assert.deepEqual(pulled, { ok: true });
    await stage.keeps();
  });

  it('protects what a pod names by now, and says so', async () => {
    const { scene } = stage;
    const { digest, name } = stage.image('web:latest#4');
    // Links are deleted before any image is: while the registry takes nothing, the pod comes in time.
    stage.atDeletion(1, () => {
      scene.registry.faults.push({ effect: 'status', status: 429, method: 'DELETE' });
      scene.cluster.seed([podNaming(`${scene.registry.host}/shop/${name}@${digest}`)]);
    });
    const child = startCli([...PRUNE, '--kubeconfig', scene.kubeconfig], scene.env);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    const [stdout, [status]] = await Promise.all([
      text(child.stdout),
      once(child, 'exit'),
      until(
        () => stderr,
        (said) => said.includes('protected: '),
      ).then(() => {
        scene.registry.faults.length = 0;
      }),
    ]);
    assert.equal(status, 0, stderr);
    const report = reportIn(stdout);
    const protections = listAt(report, 'protected');
    assert.deepEqual(
      protections.map((each) => [textAt(each, 'image'), textAt(objectAt(each, 'by'), 'name')]),
      [[digest, 'late']],
    );
    assert.equal(numberAt(report.done, 'images'), scene.going.size - 1);
    assert.ok(scene.cluster.object('images', GROUP, undefined, digest));
    const blobs = new Set((await scene.registry.blobs()).map((blob) => blob.digest));
    const needed = stage.image('web:latest#4');
    for (const each of [digest, needed.config.digest, ...needed.layers.map((layer) => layer.digest)]) {
      assert.ok(blobs.has(each), each);
    }
    await stage.keeps();
  });

  it('leaves the links alone of a stream that was made anew, though nothing names them yet', async () => {
    const { cluster, registry } = stage.scene;
    await using prune = await inProcess(stage.scene);
    const { status: old, ...web } = streamNamed('web');
    cluster.store.remove(STREAMS, 'shop', 'web');
    const metadata = { name: 'web', namespace: 'shop', creationTimestamp: new Date().toISOString() };
    cluster.seed([{ ...web, metadata, status: { ...objectAt({ old }, 'old'), tags: [] } }]);
    const before = await registry.repositoryLinks('shop/web');
    const report = await startRun(prune.order, prune.request());
    assert.equal(report.state, 'done');
    assert.deepEqual(await registry.repositoryLinks('shop/web'), before);
  });

  it('leaves an image alone that was deleted and pushed anew', async () => {
    const { cluster } = stage.scene;
    const { digest } = stage.image('orphan');
    await using prune = await inProcess(stage.scene);
    const isOrphan = ({ method, path }: { method: string; path: string }) =>
      method === 'DELETE' && decodeURIComponent(path).endsWith(digest);
    let anew: string | undefined;
    atArrival(cluster.requests, isOrphan, 1, () => {
      cluster.store.remove(IMAGES, undefined, digest);
      cluster.seed([imageObject(stage.image('orphan'), { created: new Date() }) as object as ApiObject]);
      anew = uidOf(digest);
    });
    const report = await startRun(prune.order, prune.request());
    assert.equal(report.state, 'failed');
    assert.match(
      report.failures.map(inEnglish).join('\n'),
      new RegExp(`^image ${digest}: .* 409 Conflict .*$`),
    );
    assert.ok(anew !== undefined && uidOf(digest) === anew);
  });
});

describe('a run that was left half way while the world went on', () => {
  /** Starts a prune that is killed when a request arrives, which the server then doesn't act on. */
  async function leftAt(
    fits: (request: { method: string; path: string }) => boolean,
    times = 1,
  ): Promise<string> {
    const { scene } = stage;
    const child = startCli([...PRUNE, '--kubeconfig', scene.kubeconfig], scene.env);
    let path = '';
    atArrival(scene.cluster.requests, fits, times, (request) => {
      path = request.path;
      scene.cluster.faults.add({
        method: request.method,
        path: exactly(path),
        action: { kind: 'hang' },
        count: 1,
      });
      child.kill('SIGKILL');
    });
    await once(child, 'exit');
    assert.equal(await stage.stateOfRun(), 'interrupted');
    scene.cluster.faults.clear();
    return decodeURIComponent(path);
  }
  const isTrim = ({ method, path }: { method: string; path: string }) =>
    method === 'PUT' && ANY_STATUS.test(path);
  const isImage = ({ method, path }: { method: string; path: string }) =>
    method === 'DELETE' && ANY_IMAGE.test(path);

  /** What `oc tag` does with an image that is there. */
  function tagAgain(key: string): PushedImage {
    const image = stage.image(key);
    const created = new Date();
    const history = [{ tag: 'again', items: [{ pushed: image, created }] }];
    const stream = streamObject('shop', 'again', history, { registryHost: image.host, created });
    stage.scene.cluster.seed([stream as object as ApiObject]);
    return image;
  }

  it('keeps an image that was tagged again, with its data', async () => {
    await leftAt(isTrim);
    const { digest, config, layers } = tagAgain('api:v1#3');
    const { status, stderr, report } = await stage.resume();
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^protected: [0-9a-f]{12}, which shop\/again:again names by now$/m);
    assert.deepEqual(
      listAt(report, 'protected').map((each) => textAt(each, 'image')),
      [digest],
    );
    assert.ok(stage.scene.cluster.object('images', GROUP, undefined, digest));
    const stored = new Set((await stage.scene.registry.blobs()).map((blob) => blob.digest));
    for (const needed of [digest, config.digest, ...layers.map((layer) => layer.digest)]) {
      assert.ok(stored.has(needed), needed);
    }
    await stage.keeps();
  });

  it('takes an image out as a whole that was tagged again since the plan: item, links and data', async () => {
    const { scene } = stage;
    await using prune = await inProcess(scene);
    const { digest } = tagAgain('api:v1#3');
    const report = await startRun(prune.order, prune.request());
    assert.equal(report.state, 'done');
    assert.deepEqual(
      report.protected.map(({ image }) => image),
      [digest],
    );
    assert.deepEqual(report.leftAlone, [digest]);
    const gone = goneBetween(stage.start, await stateOfScene(scene));
    assert.deepEqual(report.done, countsOf(gone));
    assert.deepEqual(
      gone.tagItems.filter((item) => item.includes('shop/api')),
      [],
    );
    assert.deepEqual(await pullImage(scene.registry, `shop/api@${digest}`, { by: 'http' }), { ok: true });
    await stage.keeps();
  });

  it('says plainly where an image is tagged again whose data was half gone', async () => {
    const digest = (await leftAt(isImage)).split('/').at(-1) ?? '';
    const [key = ''] = [...stage.scene.pushed].find(([, image]) => image.digest === digest) ?? [];
    tagAgain(key);
    const ended = await stage.resume();
    assert.equal(ended.status, 1);
    assert.match(
      failuresIn(ended),
      new RegExp(
        `^image ${digest}: it is named again, but [1-9] of its blobs had been deleted before that, or may have been: push or import it again$`,
      ),
    );
    assert.ok(stage.scene.cluster.object('images', GROUP, undefined, digest), 'named, so it stays');
    assert.equal(ended.report.state, 'failed');
    await stage.keeps();
  });

  it('lets a stream alone that was deleted and made anew', async () => {
    await leftAt(isTrim, 4);
    const { cluster } = stage.scene;
    const { status: old, ...web } = streamNamed('web');
    cluster.store.remove(STREAMS, 'shop', 'web');
    const created = new Date().toISOString();
    const anew = {
      ...web,
      status: old,
      metadata: { name: 'web', namespace: 'shop', creationTimestamp: created },
    };
    cluster.seed([anew]);
    const before = JSON.stringify(objectAt(streamNamed('web'), 'status'));
    const { status, stderr } = await stage.resume();
    assert.equal(status, 0, stderr);
    assert.equal(JSON.stringify(objectAt(streamNamed('web'), 'status')), before);
    await stage.keeps();
  });

  it('leaves an image alone that was protected before, though nobody names it any more', async () => {
    const { cluster, registry } = stage.scene;
    await using prune = await inProcess(stage.scene);
    const { name, digest } = stage.image('orphan');
    cluster.seed([podNaming(`${registry.host}/shop/${name}@${digest}`)]);
    const web = { method: 'PUT', path: WEB_STATUS, action: { kind: 'forbidden' } } as const;
    cluster.faults.add(web);
    const first = await startRun(prune.order, prune.request());
    assert.equal(first.state, 'failed');
    cluster.faults.clear();
    cluster.store.remove(PODS, 'shop', 'late');
    const second = await resumeRun(await stage.folder(), prune.request());
    assert.equal(second.state, 'done', second.failures.map(inEnglish).join(' '));
    assert.ok(second.leftAlone.includes(digest));
    await stage.keeps(['orphan']);
  });

  it('goes on without a stream that is gone', async () => {
    await leftAt(isTrim);
    stage.scene.cluster.store.remove(STREAMS, 'shop', 'api');
    const { status, stderr, report } = await stage.resume();
    assert.equal(status, 0, stderr);
    assert.equal(report.state, 'done');
    assert.equal(numberAt(report.done, 'images'), stage.scene.going.size);
    await stage.keeps();
  });

  for (const [damage, change] of [
    [
      'has lost a line',
      (lines: string[]) =>
        lines.toSpliced(
          lines.findIndex((line) => line.startsWith('{"image":')),
          1,
        ),
    ],
    ['is cut off', (lines: string[]) => lines.slice(0, -2)],
    ['is garbled', (lines: string[]) => lines.with(4, lines[4]?.slice(0, 40) ?? '')],
  ] as const) {
    it(`is not resumed where its plan ${damage}`, async () => {
      await leftAt(isTrim);
      const before = await stateOfScene(stage.scene);
      const file = join(await stage.folder(), 'plan.jsonl');
      const lines = (await readFile(file, 'utf8')).split('\n');
      await writeFile(file, change(lines).join('\n'));
      stage.scene.cluster.requests.length = 0;
      const { status, stderr } = await stage.resume();
      assert.equal(status, 1);
      assert.match(stderr, /^error: the run in \S+ can’t be read: plan\.jsonl /m);
      assert.deepEqual(stage.scene.cluster.requests, []);
      assert.deepEqual(await stateOfScene(stage.scene), before);
    });
  }

  it('is not resumed once it was restored', async () => {
    const { scene } = stage;
    const args = [...PRUNE, '--prune-registry=false', '--num-workers', '1'];
    const child = startCli([...args, '--kubeconfig', scene.kubeconfig], scene.env);
    atMoment(scene, { server: 'cluster', when: 'after', change: 5 }, () => child.kill('SIGINT'));
    const [status] = await once(child, 'exit');
    assert.equal(status, 130);
    const run = await stage.run();
    const restored = await runCli(['restore', run, '--kubeconfig', scene.kubeconfig], scene.env);
    assert.equal(restored.status, 0, restored.stderr);
    assert.deepEqual(await stateOfScene(scene), stage.start);
    const again = await stage.resume();
    assert.equal(again.status, 1);
    assert.match(again.stderr, /was restored, so it can’t be resumed: make a new prune/);
    await using prune = await inProcess(scene);
    await assert.rejects(resumeRun(await stage.folder(), prune.request()), {
      name: 'PlanRefusedError',
      reason: 'restored',
    });
    assert.deepEqual(await stateOfScene(scene), stage.start);
  });
});
