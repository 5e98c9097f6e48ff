import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HardPruneReader, isNothing } from '../../../src/hard-prune/output.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function read(...lines: string[]) {
  const reader = new HardPruneReader();
  for (const line of lines) reader.line(line);
  return reader.output;
}

describe('the output of the registry’s own prune', () => {
  it('is read where it only checks', () => {
    const output = read(
      'time="2017-06-22T11:50:25.066156047Z" level=info msg="start prune (dry-run mode)" distribution_version="v2.4.1+unknown"',
      'time="2017-06-22T11:50:25Z" level=info msg="The image stream shop/gone is not found, will remove the whole repository" go.version=go1.7.5',
      'time="2017-06-22T11:50:25Z" level=info msg="Would delete repository: shop/gone" go.version=go1.7.5',
      `time="2017-06-22T11:50:25Z" level=info msg="Would delete manifest link: shop/web@${digest('a')}" go.version=go1.7.5`,
      `time="2017-06-22T11:50:25Z" level=info msg="Would delete blob: ${digest('b')}" go.version=go1.7.5 instance.id=b097121c`,
      `{"go.version":"go1.20","level":"info","msg":"Would delete blob: ${digest('c')}","time":"2024-01-01T00:00:00Z"}`,
      'Would delete 2 blobs',
      'Would free up 2.835GiB of disk space',
      'Use -prune=delete to actually delete the data',
    );
    assert.deepEqual(output, {
      repositories: ['shop/gone'],
      manifestLinks: [{ repository: 'shop/web', digest: digest('a') }],
      blobs: [digest('b'), digest('c')],
      blobCount: 2,
      bytes: Math.round(2.835 * 1024 ** 3),
      errors: [],
    });
    assert.equal(isNothing(output), false);
  });

  it('is read where it deletes, and as the documentation writes sizes', () => {
    const hex = 'd'.repeat(64);
    const output = read(
      'time="…" level=info msg="Deleting repo: /docker/registry/v2/repositories/shop/gone"',
      `time="…" level=info msg="Deleting manifest link: shop/web@${digest('a')}"`,
      `time="…" level=info msg="Deleting blob: /docker/registry/v2/blobs/sha256/dd/${hex}"`,
      'Deleted 1 blobs',
      'Freed up 512 B of disk space',
    );
    assert.deepEqual(output.repositories, ['shop/gone']);
    assert.deepEqual(output.blobs, [`sha256:${hex}`]);
    assert.deepEqual([output.blobCount, output.bytes], [1, 512]);
  });

  it('is nothing where it names nothing, and its errors are kept', () => {
    const output = read(
      'time="…" level=warning msg="No repositories found: Path not found: /docker/registry/v2/repositories"',
      'time="…" level=error msg="error listing images: images.image.openshift.io is forbidden: User \\"system:serviceaccount:openshift-image-registry:registry\\" cannot list resource \\"images\\""',
      'Would delete 0 blobs',
      'Would free up 0B of disk space',
    );
    assert.equal(isNothing(output), true);
    assert.deepEqual(output.errors, [
      'error listing images: images.image.openshift.io is forbidden: User "system:serviceaccount:openshift-image-registry:registry" cannot list resource "images"',
    ]);
    assert.deepEqual(read('/bin/sh: line 1: /usr/bin/dockerregistry: not found').errors.length, 1);
    assert.equal(read('Would free up much of disk space').bytes, null);
  });
});
