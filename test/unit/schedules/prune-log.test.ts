import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { objectDifferences } from '../../../src/schedules/object-differences.ts';
import { MOST_OTHERS, readPruneLog } from '../../../src/schedules/prune-log.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

describe('the log of a prune', () => {
  it('is counted and summed up', () => {
    const log = readPruneLog(
      [
        `Deleting layer link ${digest('a')} in repository shop/web`,
        'Deleting 3 items from image stream shop/web',
        `Deleting manifest link ${digest('b')} in repository shop/web`,
        'warning: something',
        `Deleting blob ${digest('c')}`,
        `Deleting blob ${digest('d')}`,
        `Deleting image ${digest('e')}`,
        'Summary: deleted 1 image object(s), deleted 3 image stream tag item(s), updated 1 image stream(s), deleted 1 layer link(s), deleted 1 manifest link(s), deleted 2 blob(s)',
        '',
      ].join('\r\n'),
    );
    const counts = { images: 1, tagItems: 3, streams: 1, layerLinks: 1, manifestLinks: 1, blobs: 2 };
    assert.deepEqual(log, {
      counts,
      summary: counts,
      dryRun: false,
      onlyApiObjects: false,
      others: ['warning: something'],
    });
  });

  it('tells a dry run, and API objects alone', () => {
    const log = readPruneLog(
      'Dry run enabled - no modifications will be made. Add --confirm to remove images\nOnly API objects will be removed.  No modifications to the image registry will be made.\nSummary: deleted 0 objects\n',
    );
    assert.equal(log.dryRun, true);
    assert.equal(log.onlyApiObjects, true);
    assert.equal(log.summary?.images, 0);
    assert.deepEqual(log.others, []);
  });

  it('keeps the newest of what is no report', () => {
    const log = readPruneLog(
      Array.from({ length: MOST_OTHERS + 7 }, (_, place) => `line ${place}`).join('\n'),
    );
    assert.equal(log.others.length, MOST_OTHERS);
    assert.equal(log.others.at(-1), `line ${MOST_OTHERS + 6}`);
    assert.equal(log.summary, null);
  });
});

describe('the difference between what is there and what would be', () => {
  it('names the fields, and leaves out what the server keeps the books with', () => {
    const existing = {
      metadata: { name: 'x', uid: '1', resourceVersion: '1', managedFields: [] },
      spec: { args: ['a', 'b'], schedule: '0 0 * * *', suspend: false },
      status: { active: [] },
    };
    const applied = {
      metadata: { name: 'x', uid: '1', resourceVersion: '2' },
      spec: { args: ['a', 'c', 'd'], schedule: '0 0 * * *', suspend: false, timeZone: 'UTC' },
      status: {},
    };
    assert.deepEqual(objectDifferences(existing, applied), [
      { path: 'spec.args[1]', before: '"b"', after: '"c"' },
      { path: 'spec.args[2]', before: '', after: '"d"' },
      { path: 'spec.timeZone', before: '', after: '"UTC"' },
    ]);
    assert.deepEqual(objectDifferences(existing, existing), []);
  });
});
