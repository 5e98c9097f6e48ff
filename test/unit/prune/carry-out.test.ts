import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RequestedOptions } from '../../../src/engine/options.ts';
import type { Plan } from '../../../src/engine/plan.ts';
import { inEnglish } from '../../../src/engine/said.ts';
import { repositoryOf } from '../../../src/engine/steps.ts';
import {
  type CarryOutOptions,
  carryOut,
  type Effects,
  failureOf,
  NotTriedError,
  NotWantedError,
  type Outcome,
  type StreamOutcome,
} from '../../../src/prune/carry-out.ts';
import { failureInWords } from '../../../src/prune/failure.ts';
import { ClusterDescription } from '../engine/cluster-description.ts';
import { digestOf } from '../engine/named-digests.ts';

const KEEP_ONE: RequestedOptions = { keepTagRevisions: 1 };

/** `web` loses two revisions that share a layer; `api` loses an index with its member; `orphan` is in no stream. */
const plan = new ClusterDescription()
  .image('web-new', { layers: ['base:100'], config: 'web-new-c:1' })
  .image('web-old', { layers: ['base:100', 'shared:20'], config: 'web-old-c:2' })
  .image('web-older', { layers: ['base:100', 'shared:20', 'own:30'], config: 'web-older-c:3' })
  .image('member', { layers: ['member-l:4'], config: 'member-c:5' })
  .image('index', { members: ['member'] })
  .image('api-new', { layers: ['base:100'], config: 'api-new-c:6' })
  .image('orphan', { layers: ['orphan-l:7'], config: 'orphan-c:8' })
  .stream('shop/web', { latest: ['web-new', 'web-old', 'web-older'] })
  .stream('shop/api', { latest: ['api-new', 'index'] })
  .plan(KEEP_ONE);

const NAMES = new Map(
  [
    'web-new web-old web-older member index api-new orphan base shared own member-l orphan-l'.split(' '),
    'web-new-c web-old-c web-older-c member-c api-new-c orphan-c'.split(' '),
  ]
    .flat()
    .map((name) => [digestOf(name), name]),
);
const nameOf = (digest: string) => NAMES.get(digest) ?? digest;

interface Trial {
  outcome: Outcome;
  /** What was done, in order: `trim shop/web`, `unlink shop/web own`, `unlink manifest shop/web index`, `blob own`… */
  steps: string[];
}

/** Carries the plan out on nothing. `act` is told of each step before it is done; what it throws is the step's failure. */
async function carriedOut(
  act: (step: string) => void | Promise<void> = () => {},
  more: Partial<CarryOutOptions> & { trimmed?: (repository: string) => Partial<StreamOutcome> } = {},
  what: Plan = plan,
): Promise<Trial> {
  const steps: string[] = [];
  const done = async (step: string, isWanted = () => true) => {
    await act(step);
    if (!isWanted()) throw new NotWantedError();
    steps.push(step);
    return true;
  };
  const effects: Effects = {
    async trimStream(stream, isWanted) {
      const repository = repositoryOf(stream);
      await done(`trim ${repository}`, isWanted);
      const { itemsToPrune: items, layerLinks, manifestLinks } = stream;
      const outcome = { status: 'trimmed', items, layerLinks, manifestLinks, stillNamed: [] } as const;
      return { ...outcome, ...more.trimmed?.(repository) } as StreamOutcome;
    },
    deleteLayerLink: async (repository, digest) =>
      void (await done(`unlink ${repository} ${nameOf(digest)}`)),
    deleteManifestLink: async (repository, digest) =>
      void (await done(`unlink manifest ${repository} ${nameOf(digest)}`)),
    beginImage: async (name) => await act(`turn ${nameOf(name)}`),
    deleteBlob: (digest, isWanted) => done(`blob ${nameOf(digest)}`, isWanted),
    deleteImage: (name, isWanted) => done(`image ${nameOf(name)}`, isWanted),
  };
  const outcome = await carryOut(what, effects, {
    async eachInParallel(items, work) {
      for (const item of items) await work(item);
    },
    ...more,
  });
  return { outcome, steps };
}

const failing = (...steps: string[]) => {
  return (step: string) => {
    if (steps.includes(step)) throw new Error(`no ${step}`);
  };
};
const imagesIn = (steps: string[]) =>
  steps.filter((step) => step.startsWith('image ')).map((step) => step.slice(6));
const blobsIn = (steps: string[]) =>
  steps.filter((step) => step.startsWith('blob ')).map((step) => step.slice(5));
const left = ({ outcome }: Trial) => outcome.leftAlone.map(nameOf).sort();

describe('carrying a plan out', () => {
  it('does everything in the plan, and counts it', async () => {
    const { outcome, steps } = await carriedOut();
    const { images, tagItems, streams, layerLinks, manifestLinks, blobs } = plan.counts;
    assert.deepEqual(outcome.deleted, { images, tagItems, streams, layerLinks, manifestLinks, blobs });
    assert.equal(outcome.freedBytes, plan.bytes.freed);
    assert.equal(steps.length, streams + layerLinks + manifestLinks + blobs + images);
    assert.deepEqual(outcome.failures, []);
    assert.equal(outcome.cancelled, false);
    assert.equal('stoppedBy' in outcome, false);
  });

  it('trims before it unlinks, unlinks before it deletes data, and deletes data before its image', async () => {
    const { steps } = await carriedOut();
    const kinds = steps.map((step) => step.replace(/ .*/, ''));
    assert.ok(kinds.lastIndexOf('unlink') < kinds.indexOf('blob'), 'streams before images');
    for (const repository of ['shop/web', 'shop/api']) {
      const own = steps.filter((step) => step.includes(repository));
      assert.equal(own[0], `trim ${repository}`);
      const manifests = own.map((step) => step.startsWith('unlink manifest'));
      assert.deepEqual(manifests, manifests.toSorted(), 'layer links before manifest links');
    }
    for (const { name, blobs, verdict } of plan.images) {
      if (verdict !== 'prune') continue;
      const place = steps.indexOf(`image ${nameOf(name)}`);
      for (const blob of blobs) {
        const at = steps.indexOf(`blob ${nameOf(blob)}`);
        // What several hold goes with the last of them.
        if (nameOf(blob) !== 'shared') assert.ok(at < place, `${nameOf(blob)} before ${nameOf(name)}`);
      }
      assert.equal(steps[place - 1], `blob ${nameOf(name)}`, 'the manifest is the last of its blobs');
    }
  });

  it('leaves the images of a stream alone that it can’t trim, and goes on with the others', async () => {
    const trial = await carriedOut(failing('trim shop/api'));
    assert.deepEqual(left(trial), ['index', 'member'], 'an index with its members');
    assert.deepEqual(imagesIn(trial.steps).sort(), ['orphan', 'web-old', 'web-older']);
    assert.ok(!trial.steps.some((step) => step.includes('shop/api')));
    assert.deepEqual(
      trial.outcome.failures.map((failure) => inEnglish(failureInWords(failureOf(failure)))),
      ['imagestream shop/api: no trim shop/api'],
    );
  });

  it('leaves an image alone that its stream still names, and the data that it shares', async () => {
    const stillNamed = [digestOf('web-old')];
    const trial = await carriedOut(undefined, { trimmed: (of) => (of === 'shop/web' ? { stillNamed } : {}) });
    assert.deepEqual(left(trial), ['web-old']);
    assert.ok(!blobsIn(trial.steps).includes('shared'));
    assert.ok(blobsIn(trial.steps).includes('own'));
    assert.deepEqual(imagesIn(trial.steps).sort(), ['index', 'member', 'orphan', 'web-older']);
  });

  it('goes on where a stream is gone', async () => {
    const trial = await carriedOut(undefined, { trimmed: () => ({ status: 'gone' }) });
    assert.equal(trial.outcome.deleted.streams, 0);
    assert.ok(!trial.steps.some((step) => step.startsWith('unlink')));
    assert.equal(imagesIn(trial.steps).length, plan.counts.images);
  });

  it('leaves a protected index alone, and its members', async () => {
    const trial = await carriedOut(undefined, { isProtected: (image) => image === digestOf('index') });
    assert.deepEqual(left(trial), ['index', 'member']);
    assert.ok(!blobsIn(trial.steps).some((blob) => blob.startsWith('member')));
  });

  it('keeps data that another image needs by now, and deletes the rest', async () => {
    const trial = await carriedOut(undefined, { isNeeded: (blob) => blob === digestOf('own') });
    assert.ok(!blobsIn(trial.steps).includes('own'));
    assert.equal(imagesIn(trial.steps).length, plan.counts.images);
    assert.equal(trial.outcome.freedBytes, plan.bytes.freed - 30);
  });

  it('keeps an Image object whose blobs could none of them be deleted, for the next run', async () => {
    const trial = await carriedOut(failing('blob orphan-l', 'blob orphan-c', 'blob orphan'));
    assert.ok(!imagesIn(trial.steps).includes('orphan'));
    assert.equal(trial.outcome.failures.length, 3);
    const one = await carriedOut(failing('blob orphan-l', 'blob orphan-c'));
    assert.ok(imagesIn(one.steps).includes('orphan'));
  });

  it('lets data wait for its links only where that is asked for', async () => {
    const fails = failing('unlink shop/web own', 'unlink manifest shop/web web-old');
    const asReference = await carriedOut(fails);
    assert.equal(imagesIn(asReference.steps).length, plan.counts.images);
    const waiting = await carriedOut(fails, { blobsWaitForLinks: true });
    assert.deepEqual(
      ['own', 'web-old'].filter((blob) => blobsIn(waiting.steps).includes(blob)),
      [],
    );
    assert.deepEqual(imagesIn(waiting.steps).sort(), ['index', 'member', 'orphan']);
    assert.equal(waiting.outcome.failures.length, 2);
    assert.deepEqual(left(waiting), []);
  });
});

describe('carrying a plan out that stops', () => {
  const cause = new Error('the server is lost');
  const stopAt = (step: string) => (each: string) => {
    if (each === step) throw new NotTriedError(cause);
  };

  it('tries nothing more where a stream can’t be tried, and counts no failure', async () => {
    const { outcome, steps } = await carriedOut(stopAt('trim shop/api'));
    assert.equal(outcome.stoppedBy, cause);
    assert.deepEqual(outcome.failures, []);
    assert.deepEqual(steps, []);
  });

  it('keeps the Image object where one of its blobs could not be tried', async () => {
    const { outcome, steps } = await carriedOut(stopAt('blob orphan'));
    assert.equal(outcome.stoppedBy, cause);
    assert.ok(!imagesIn(steps).includes('orphan'));
    assert.equal(steps.at(-1)?.startsWith('blob '), true);
  });

  it('deletes nothing of an image whose turn can’t be written down', async () => {
    const [first = ''] = imagesIn((await carriedOut()).steps);
    const { outcome, steps } = await carriedOut(stopAt(`turn ${first}`));
    assert.equal(outcome.stoppedBy, cause);
    assert.deepEqual([...blobsIn(steps), ...imagesIn(steps)], []);
  });

  it('says why where the turn of something can’t be waited for', async () => {
    const lost = new Error('the guard is lost');
    const { outcome, steps } = await carriedOut(undefined, { beforeTurn: () => Promise.reject(lost) });
    assert.equal(outcome.stoppedBy, lost);
    assert.deepEqual(steps, []);
    const stopped = await carriedOut(undefined, {
      beforeTurn: () => Promise.reject(new NotTriedError(cause)),
    });
    assert.equal(stopped.outcome.stoppedBy, cause);
  });
});

describe('carrying a plan out that is cancelled', () => {
  const cancelAt = async (step: string) => {
    const abort = new AbortController();
    const trial = await carriedOut(
      (each) => {
        if (each === step) abort.abort(new Error('interrupted'));
      },
      { signal: abort.signal },
    );
    assert.equal(trial.outcome.cancelled, true);
    assert.equal('stoppedBy' in trial.outcome, false);
    assert.deepEqual(trial.outcome.failures, []);
    return trial;
  };

  it('trims no stream any more, not even one that only waits to be sent', async () => {
    const { steps, outcome } = await cancelAt('trim shop/api');
    assert.deepEqual(steps, []);
    assert.ok(outcome.leftAlone.length > 0);
  });

  it('still unlinks what a trimmed history named: no later prune would find that', async () => {
    const whole = await carriedOut();
    const link = whole.steps.find((step) => step.startsWith('unlink')) ?? '';
    const [, repository] = /^unlink (?:manifest )?(\S+)/.exec(link) ?? [];
    const { steps } = await cancelAt(link);
    assert.deepEqual(
      steps,
      whole.steps.filter((step) => step.includes(` ${repository}`)),
    );
  });

  it('deletes no further blob, and not the image either', async () => {
    const { steps } = await cancelAt('blob orphan-c');
    assert.ok(!blobsIn(steps).includes('orphan-c'));
    assert.ok(!blobsIn(steps).includes('orphan'));
    assert.ok(!imagesIn(steps).includes('orphan'));
  });

  it('deletes no Image object that only waits to be sent', async () => {
    const { steps } = await cancelAt('image orphan');
    assert.ok(blobsIn(steps).includes('orphan'));
    assert.ok(!imagesIn(steps).includes('orphan'));
  });
});

describe('an image that is named in the middle of things', () => {
  /** Protected from a step on. */
  const protectedFrom = (step: string, image: string, more: Partial<CarryOutOptions> = {}) => {
    let isNamed = false;
    return carriedOut(
      (each) => {
        if (each === step) isNamed = true;
      },
      { ...more, isProtected: (each) => isNamed && each === digestOf(image) },
    );
  };

  it('keeps its object and all of its data while its turn is written down', async () => {
    const trial = await protectedFrom('turn orphan', 'orphan');
    assert.deepEqual(left(trial), ['orphan']);
    assert.deepEqual(
      trial.steps.filter((step) => step.includes('orphan')),
      [],
    );
  });

  it('keeps them while its first blob waits to be sent', async () => {
    const trial = await protectedFrom('blob orphan-l', 'orphan');
    assert.deepEqual(left(trial), ['orphan']);
    assert.deepEqual(
      trial.steps.filter((step) => step.includes('orphan')),
      [],
    );
    assert.equal(trial.outcome.cancelled, false);
    assert.deepEqual(trial.outcome.failures, []);
    assert.equal(trial.outcome.deleted.images, plan.counts.images - 1);
  });

  it('keeps its object where its data is half gone', async () => {
    const trial = await protectedFrom('blob orphan-c', 'orphan');
    assert.deepEqual(left(trial), ['orphan']);
    assert.deepEqual(
      trial.steps.filter((step) => step.includes('orphan')),
      ['blob orphan-l'],
    );
  });

  it('keeps the layer that it shares with another image, which goes', async () => {
    const holders = ['web-old', 'web-older'];
    const last = imagesIn((await carriedOut()).steps).findLast((image) => holders.includes(image)) ?? '';
    const other = holders.find((image) => image !== last) ?? '';
    const trial = await protectedFrom(`turn ${last}`, other);
    assert.ok(!blobsIn(trial.steps).includes('shared'));
    assert.ok(imagesIn(trial.steps).includes(last));
  });
});
