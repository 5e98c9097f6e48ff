import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  changeProblems,
  type ImagePrunerChange,
  imagePrunerSpec,
  keepYoungerThanMs,
  pruneOptionsOf,
  prunerDifferences,
  prunerPatch,
} from '../../../src/schedules/image-pruner.ts';

describe('the ImagePruner', () => {
  it('is read with the operator’s defaults', () => {
    assert.deepEqual(pruneOptionsOf({}), {
      keepTagRevisions: 3,
      keepYoungerThanMs: 3_600_000,
      ignoreInvalidRefs: false,
    });
    assert.deepEqual(imagePrunerSpec({ schedule: '', suspend: null, keepTagRevisions: 'x', extra: 1 }), {});
    assert.equal(keepYoungerThanMs({ keepYoungerThan: 7200e9 }), 7_200_000);
    assert.equal(keepYoungerThanMs({ keepYoungerThan: 7200e9, keepYoungerThanDuration: '1h' }), 3_600_000);
  });

  it('takes only what its schema takes', () => {
    const table: [ImagePrunerChange, string[]][] = [
      [{ schedule: '', keepTagRevisions: 0, keepYoungerThanDuration: '0', logLevel: 'TraceAll' }, []],
      [{ schedule: null, keepTagRevisions: null, logLevel: null, resources: null }, []],
      [{ schedule: '0 0 * * 7' }, ['schedule cronRange']],
      [{ keepTagRevisions: -1 }, ['keepTagRevisions negative']],
      [{ keepTagRevisions: 2.5 }, ['keepTagRevisions wholeNumber']],
      [{ failedJobsHistoryLimit: 2 ** 31 }, ['failedJobsHistoryLimit tooLarge']],
      [{ keepYoungerThanDuration: '3 days' }, ['keepYoungerThanDuration duration']],
      [{ keepYoungerThanDuration: '-1h' }, ['keepYoungerThanDuration negativeDuration']],
      [{ logLevel: 'debug' }, ['logLevel logLevel']],
      [{ resources: { limits: { memory: '1 GB' } } }, ['resources.limits.memory quantity']],
    ];
    for (const [change, expected] of table) {
      assert.deepEqual(
        changeProblems(change).map(({ field, code }) => `${field} ${code}`),
        expected,
        JSON.stringify(change),
      );
    }
  });

  it('is changed by a patch bound to what was looked at', () => {
    const looked = { resourceVersion: '42', spec: { resources: { requests: { cpu: '1', memory: '1Gi' } } } };
    assert.deepEqual(prunerPatch({ suspend: true, keepTagRevisions: 5 }, looked), {
      metadata: { resourceVersion: '42' },
      spec: { suspend: true, keepTagRevisions: 5 },
    });
    assert.deepEqual(prunerPatch({ schedule: null, keepYoungerThanDuration: null }, looked).spec, {
      schedule: '',
      keepYoungerThanDuration: null,
      keepYoungerThan: null,
    });
    assert.deepEqual(prunerPatch({ resources: { requests: { cpu: '2' } } }, looked).spec, {
      resources: { requests: { cpu: '2', memory: null }, limits: null },
    });
  });

  it('says what would be different, and nothing where all is so already', () => {
    const spec = { schedule: '0 0 * * *', keepTagRevisions: 3, keepYoungerThanDuration: '60m' };
    assert.deepEqual(
      prunerDifferences(spec, { keepYoungerThanDuration: '1h', suspend: false, keepTagRevisions: 3 }),
      [],
    );
    assert.deepEqual(prunerDifferences(spec, { schedule: null, keepTagRevisions: 5, suspend: true }), [
      { field: 'schedule', before: '0 0 * * *', after: '' },
      { field: 'keepTagRevisions', before: '3', after: '5' },
      { field: 'suspend', before: 'false', after: 'true' },
    ]);
  });
});
