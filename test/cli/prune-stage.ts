// A scene for prunes that meet trouble: it can be put back, and a report can be held against what is really there.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, type JsonObject, listAt, numberAt } from '../../src/engine/shape.ts';
import { DEFAULT_PATIENCE, type Patience } from '../../src/prune/effects/server.ts';
import { stateOf } from '../../src/prune/journal/progress.ts';
import { readOverview, readProgress } from '../../src/prune/journal/read-run.ts';
import { startRun } from '../../src/prune/run/prune-run.ts';
import type { RunReport } from '../../src/prune/run/report.ts';
import { buildIfNeeded } from '../../tools/build-if-needed.ts';
import { inProcess } from '../in-process.ts';
import { atArrival, changes, exactly } from '../moments.ts';
import { pullImage } from '../registry/pull.ts';
import type { PushedImage } from '../registry/push.ts';
import { type Scene, type SceneOptions, startScene } from '../scene.ts';
import { countsOf, goneBetween, keepScene, type SceneState, stateOfScene } from '../scene-state.ts';
import { runCli } from './run-cli.ts';

const GROUP = 'image.openshift.io';
export const WEB_STATUS = exactly(`/apis/${GROUP}/v1/namespaces/shop/imagestreams/web/status`);
export const ANY_STATUS = /^\/apis\/image\.openshift\.io\/v1\/namespaces\/shop\/imagestreams\/[^/]+\/status$/;
export const ANY_IMAGE = /^\/apis\/image\.openshift\.io\/v1\/images\/sha256/;
export const ANY_BLOB = /^\/admin\/blobs\//;

/** As many attempts as ever, but quick ones. */
export const QUICK: Patience = { ...DEFAULT_PATIENCE, firstDelayMs: 1 };

export const PRUNE: readonly string[] = ['prune', 'images', '--confirm', '--rollout', 'never', '-o', 'json'];

/** Before the first change the registry is asked whether it would delete, by things that don't exist. */
export const PROBES = 2;

/** What a command came to. */
export interface Ended {
  status: number | null;
  stderr: string;
  /** Empty where it printed none. */
  report: JsonObject;
}

/** A scene, how it was at the start, and what an undisturbed prune makes of it. */
export class Stage {
  readonly scene: Scene;
  /** Makes everything as it was at the start. */
  readonly putBack: () => Promise<void>;
  readonly start: SceneState;
  readonly end: SceneState;
  /** How many changes an undisturbed run asks each server for, without its probes. */
  readonly changes: { cluster: number; registry: number };
  /** Bytes by digest, of everything whose size the API tells. */
  readonly #sizes = new Map<string, number>();

  private constructor(parts: Pick<Stage, 'scene' | 'putBack' | 'start' | 'end' | 'changes'>) {
    this.scene = parts.scene;
    this.putBack = parts.putBack;
    this.start = parts.start;
    this.end = parts.end;
    this.changes = parts.changes;
    for (const image of parts.scene.pushed.values()) {
      for (const each of 'images' in image ? image.images : [image]) {
        for (const { digest, size } of [each.config, ...each.layers]) this.#sizes.set(digest, size);
      }
    }
  }

  static async begin(options: SceneOptions = {}): Promise<Stage> {
    buildIfNeeded();
    const scene = await startScene({
      kind: 'embedded',
      by: 'http',
      more: { streams: 2, revisions: 7 },
      ...options,
    });
    const { cluster, registry, kubeconfig, env, pushed, going } = scene;
    if (options.registryHost) {
      cluster.portForwards.target = () => ({ host: '127.0.0.1', port: registry.port });
    }
    const putBack = await keepScene(scene);
    const start = await stateOfScene(scene);
    await putBack();
    const { status, stderr } = await runCli([...PRUNE, '--kubeconfig', kubeconfig], env);
    assert.equal(status, 0, stderr);
    const counted = {
      cluster: cluster.requests.filter(changes).length,
      registry: registry.requests.filter(changes).length - PROBES,
    };
    const stage = new Stage({ scene, putBack, start, end: await stateOfScene(scene), changes: counted });
    await stage.keeps();
    for (const key of going) {
      const { name, digest } = pushed.get(key) ?? assert.fail(key);
      assert.equal((await pullImage(registry, `shop/${name}@${digest}`, { by: 'http' })).ok, false, key);
    }
    return stage;
  }

  async cli(...args: readonly string[]): Promise<Ended> {
    const { kubeconfig, env } = this.scene;
    const { status, stdout, stderr } = await runCli([...args, '--kubeconfig', kubeconfig], env);
    return { status, stderr, report: reportIn(stdout) };
  }

  prune(...args: readonly string[]): Promise<Ended> {
    return this.cli(...PRUNE, ...args);
  }

  async resume(...args: readonly string[]): Promise<Ended> {
    return this.cli('resume', await this.run(), '--rollout', 'never', '-o', 'json', ...args);
  }

  /** A prune in this process, with less patience. */
  async pruneHere(): Promise<RunReport> {
    await using prune = await inProcess(this.scene);
    return await startRun(prune.order, prune.request({ patience: QUICK }));
  }

  /** Acts when a run asks the registry for its n-th deletion. */
  atDeletion(change: number, act: () => void): void {
    atArrival(this.scene.registry.requests, changes, PROBES + change, act);
  }

  image(key: string): PushedImage {
    const image = this.scene.pushed.get(key);
    assert.ok(image && 'layers' in image, key);
    return image;
  }

  /** Every folder among the runs. */
  async runs(): Promise<string[]> {
    return (await readdir(this.scene.env.IMAGE_HYGIENE_RUNS).catch(() => [])).sort();
  }

  /** The only run there is. */
  async run(): Promise<string> {
    const runs = await this.runs();
    assert.equal(runs.length, 1, runs.join(' '));
    return runs[0] ?? '';
  }

  async folder(): Promise<string> {
    return join(this.scene.env.IMAGE_HYGIENE_RUNS, await this.run());
  }

  /** As `runs` would call it. */
  async stateOfRun(): Promise<string> {
    const { progress, running } = await readOverview(await this.folder());
    return running ? 'running' : stateOf(progress);
  }

  /** Nobody has even been asked for a change, and there is no run. */
  async isUntouched(): Promise<void> {
    assert.deepEqual(await stateOfScene(this.scene), this.start);
    assert.deepEqual(this.scene.cluster.requests.filter(changes), []);
    assert.deepEqual(await this.runs(), []);
  }

  /** Nothing is gone but what an undisturbed run removes too. */
  async lostNothing(): Promise<void> {
    const gone = goneBetween(this.start, await stateOfScene(this.scene));
    const allowed = goneBetween(this.start, this.end);
    for (const kind of ['images', 'tagItems', 'layerLinks', 'manifestLinks', 'blobs'] as const) {
      const more = gone[kind].filter((one) => !allowed[kind].includes(one));
      assert.deepEqual(more, [], `${kind} that should stay`);
    }
  }

  /**
   * Holds a report against what the servers really have, with their faults cleared: what it counts is gone, what it
   * doesn't count is there, and the journal says the same.
   * @param checks `unclear`: requests may have been done whose answer never came, so that more is gone than counted;
   *   `journaled`: false where it could not be written; `alsoKept`: images that an undisturbed run removes
   */
  async isTruthful(
    report: unknown,
    state: string,
    checks: { unclear?: boolean; journaled?: boolean; alsoKept?: readonly string[] } = {},
  ): Promise<void> {
    const { unclear = false, journaled = true, alsoKept = [] } = checks;
    assert.ok(isObject(report));
    assert.equal(report.state, state, JSON.stringify(report.failures));
    const gone = goneBetween(this.start, await stateOfScene(this.scene));
    if (unclear) {
      for (const [kind, count] of Object.entries(countsOf(gone))) {
        assert.ok((numberAt(report.done, kind) ?? 0) <= count, kind);
      }
      await this.lostNothing();
      return await this.keeps(alsoKept);
    }
    assert.deepEqual(report.done, countsOf(gone));
    const freed = gone.blobs.reduce((sum, digest) => sum + (this.#sizes.get(digest) ?? 0), 0);
    assert.equal(numberAt(report.bytes, 'freedNow'), freed);
    const progress = await readProgress(await this.folder());
    const mayBeGone = [...progress.unclear].some((key) => !key.includes(' '));
    assert.equal(report.rolloutOwed, gone.blobs.length > 0 || mayBeGone);
    if (journaled) {
      assert.equal(stateOf(progress), state);
      assert.deepEqual([...progress.blobs.keys()].sort(), gone.blobs.toSorted());
      assert.deepEqual([...progress.images.keys()].sort(), gone.images.toSorted());
      const links = [
        ...gone.layerLinks.map((link) => `layerLink ${link}`),
        ...gone.manifestLinks.map((link) => `manifestLink ${link}`),
      ];
      assert.deepEqual([...progress.links.keys()].sort(), links.sort());
      const trimmed = [...progress.trimmed.values()].reduce((sum, { items }) => sum + items, 0);
      assert.equal(trimmed, gone.tagItems.length);
    }
    await this.lostNothing();
    await this.keeps(alsoKept);
  }

  /** Pulls everything that a prune leaves there. */
  async keeps(more: readonly string[] = []): Promise<void> {
    const { cluster, registry, pushed, going } = this.scene;
    registry.faults.length = 0;
    const pull = async ([key, { name, digest }]: [string, { name: string; digest: string }]) => {
      if (going.has(key) && !more.includes(key)) return;
      assert.ok(cluster.object('images', GROUP, undefined, digest), key);
      const pulled = await pullImage(registry, `shop/${name}@${digest}`, { by: 'http' });
      assert.deepEqual(pulled, { ok: true }, key);
    };
    await Promise.all([...pushed].map(pull));
  }

  /** With the trouble over, the run has to end as if there had been none. */
  async isFinishedByResume(): Promise<void> {
    this.scene.cluster.faults.clear();
    this.scene.registry.faults.length = 0;
    const { status, stderr, report } = await this.resume();
    assert.equal(status, 0, stderr);
    await this.isDone(report);
  }

  /** A run has ended, and as an undisturbed one does. */
  async isDone(report: unknown): Promise<void> {
    assert.ok(isObject(report));
    assert.deepEqual(await stateOfScene(this.scene), this.end);
    assert.deepEqual(report.failures, []);
    assert.deepEqual(report.done, report.planned);
    assert.deepEqual(report.done, countsOf(goneBetween(this.start, this.end)));
    assert.equal(numberAt(report.bytes, 'freedNow'), numberAt(report.bytes, 'freed'));
    assert.equal(report.state, 'done');
    assert.equal(await this.stateOfRun(), 'done');
  }
}

/** The report that a command printed. */
export function reportIn(stdout: string): JsonObject {
  const report: unknown = stdout === '' ? {} : JSON.parse(stdout);
  assert.ok(isObject(report));
  return report;
}

export function failuresIn({ report }: Ended): string {
  return listAt(report, 'failures').join('\n');
}
