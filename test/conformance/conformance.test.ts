import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseInstant } from '../../src/engine/instants.ts';
import { INVENTORY_RESOURCES, Inventory } from '../../src/engine/inventory.ts';
import { InvalidReferencesError, makePlan } from '../../src/engine/make-plan.ts';
import { resolveOptions } from '../../src/engine/options.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { inEnglish } from '../../src/engine/said.ts';
import { isObject, listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { repositoryOf } from '../../src/engine/steps.ts';
import { carryOut, type Effects, failureOf, type Outcome } from '../../src/prune/carry-out.ts';
import { failureInWords } from '../../src/prune/failure.ts';

const folder = join(import.meta.dirname, '../../../shared/conformance');
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];

describe('conformance', { skip: files.length === 0 && `no conformance cases at ${folder}` }, () => {
  for (const file of files) {
    it(file.replace(/\.json$/, ''), async () => {
      const parsed: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      await checkCase(parsed);
    });
  }
});

async function checkCase(conformanceCase: unknown): Promise<void> {
  const expected = objectAt(conformanceCase, 'expected');
  let plan: Plan;
  try {
    plan = planOf(conformanceCase);
  } catch (error) {
    assert.ok(error instanceof InvalidReferencesError, String(error));
    assert.equal(error.message, expected.error);
    return;
  }
  assert.equal('', expected.error ?? '');
  const { attempts, outcome } = await carriedOut(plan, objectAt(conformanceCase, 'faults'));
  const actual: Record<string, Iterable<string>> = {
    ...attempts,
    imageDeletionFailures: failures(outcome, 'image'),
    blobDeletionFailures: failures(outcome, 'blob'),
    layerLinkDeletionFailures: failures(outcome, 'layerLink'),
    manifestLinkDeletionFailures: failures(outcome, 'manifestLink'),
    streamUpdateFailures: failures(outcome, 'tagItems'),
  };
  for (const [key, values] of Object.entries(expected)) {
    if (key === 'error' || !Array.isArray(values)) continue;
    const got = actual[key];
    assert.ok(got, `the case checks ${key}, which this test does not know`);
    assert.deepEqual([...new Set(got)].sort(), [...new Set(values)].sort(), key);
  }
}

function planOf(conformanceCase: unknown): Plan {
  const inventory = new Inventory();
  const objects = objectAt(conformanceCase, 'objects');
  for (const resource of INVENTORY_RESOURCES) inventory.addPage(resource, listAt(objects, resource));
  const given = objectAt(conformanceCase, 'options');
  const flag = (key: string) => (typeof given[key] === 'boolean' ? given[key] : undefined);
  const amount = (key: string) => (typeof given[key] === 'number' ? given[key] : undefined);
  const seconds = amount('keepYoungerThanSeconds');
  const options = resolveOptions({
    rules: 'reference',
    keepTagRevisions: amount('keepTagRevisions'),
    keepYoungerThanMs: seconds === undefined ? undefined : seconds * 1000,
    pruneOverSizeLimit: flag('pruneOverSizeLimit'),
    all: flag('all'),
    pruneRegistry: flag('pruneRegistry'),
    ignoreInvalidRefs: flag('ignoreInvalidRefs'),
    namespace: textAt(given, 'namespace') || undefined,
  });
  return makePlan({ inventory, options, now: parseInstant(textAt(conformanceCase, 'now')), origin: null });
}

/** Carries the plan out against nothing but the faults of the case, and keeps what was tried. */
async function carriedOut(plan: Plan, faults: unknown) {
  const attempts = {
    imageDeletions: new Set<string>(),
    blobDeletions: new Set<string>(),
    layerLinkDeletions: new Set<string>(),
    manifestLinkDeletions: new Set<string>(),
    streamUpdates: new Set<string>(),
  };
  const fault = (key: string) => {
    const message = isObject(faults) ? faults[key] : undefined;
    if (typeof message === 'string') throw new Error(message);
  };
  const effects: Effects = {
    async trimStream(stream) {
      fault('imageStream');
      const repository = repositoryOf(stream);
      for (const { tag, verdict, revisions } of stream.tags) {
        if (verdict === 'prune') attempts.streamUpdates.add(`${repository}:${tag}`);
        for (const revision of revisions) {
          if (revision.verdict !== 'prune') continue;
          attempts.streamUpdates.add(`${repository}|${tag}|${revision.position}|${revision.image}`);
        }
      }
      const { layerLinks, manifestLinks, itemsToPrune: items } = stream;
      return { status: 'trimmed', items, layerLinks, manifestLinks, stillNamed: [] };
    },
    async deleteLayerLink(repository, digest) {
      attempts.layerLinkDeletions.add(`${repository}|${digest}`);
      fault('layerLink');
    },
    async deleteManifestLink(repository, digest) {
      attempts.manifestLinkDeletions.add(`${repository}|${digest}`);
      fault('manifestLink');
    },
    async deleteBlob(digest) {
      attempts.blobDeletions.add(digest);
      const message = objectAt(faults, 'blobs')[digest];
      if (typeof message === 'string') throw new Error(message);
    },
    async deleteImage(name) {
      attempts.imageDeletions.add(name);
      fault('image');
      return true;
    },
  };
  const outcome = await carryOut(plan, effects, {
    async eachInParallel(items, work) {
      for (const item of items) await work(item);
    },
  });
  return { attempts, outcome };
}

function failures(outcome: Outcome, kind: string): string[] {
  return outcome.failures
    .filter((failure) => failure.kind === kind)
    .map((failure) => inEnglish(failureInWords(failureOf(failure))));
}
