import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ImageStream } from './api-object.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

describe('the seed three-teams', () => {
  const { objects } = seedOf(threeTeams, { now: new Date('2026-03-01T12:00:00Z') });
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  const streams = ofKind('ImageStream') as ImageStream[];
  const images = objects.filter(
    (object) => object.kind === 'Image' && object.apiVersion === 'image.openshift.io/v1',
  );
  const named = new Set(
    streams
      .flatMap((stream) => stream.status.tags ?? [])
      .flatMap(({ items }) => (items ?? []).map(({ image }) => image)),
  );

  it('is the same for the same clock', () => {
    const again = seedOf(threeTeams, { now: new Date('2026-03-01T12:00:00Z') });
    assert.deepEqual(again.objects, objects);
  });

  it('names every image once', () => {
    const names = images.map((image) => image.metadata.name);
    assert.equal(new Set(names).size, names.length);
  });

  it('holds what pruning has to tell apart', () => {
    const unnamed = images.filter((image) => !named.has(image.metadata.name));
    assert.equal(unnamed.length, 3, 'the orphan and the two children of the index');
    const existing = new Set(images.map((image) => image.metadata.name));
    assert.equal(
      [...named].filter((name) => !existing.has(name)).length,
      1,
      'a tag item whose image is missing',
    );
    const unmanaged = images.filter((image) => !image.metadata.annotations?.['openshift.io/image.managed']);
    assert.equal(unmanaged.length, 1);
    const young = streams.filter(
      (stream) => Date.parse(String(stream.metadata.creationTimestamp)) > Date.parse('2026-03-01T11:00:00Z'),
    );
    assert.deepEqual(
      young.map((stream) => stream.metadata.name),
      ['experiment'],
    );
  });

  it('weighs each image by its unique layers and its config', () => {
    for (const image of images) {
      const layers = (image.dockerImageLayers ?? []) as { name: string; size: number }[];
      if (layers.length === 0) continue;
      const unique = new Map(layers.map(({ name, size }) => [name, size]));
      const sum = [...unique.values()].reduce((total, size) => total + size, 6_400);
      assert.equal((image.dockerImageMetadata as { Size: number }).Size, sum);
    }
  });
});
