import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { imageObject, indexObjects, streamObject } from './api-objects.ts';
import { mediaTypes } from './images.ts';
import type { PushedImage, PushedIndex } from './push.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

const image: PushedImage = {
  namespace: 'shop',
  name: 'cart',
  tag: 'v1',
  host: '127.0.0.1:5000',
  digest: digest('a'),
  mediaType: mediaTypes.oci.manifest,
  manifestSize: 400,
  config: { digest: digest('c'), size: 300, mediaType: mediaTypes.oci.config },
  layers: [
    { digest: digest('1'), size: 1000, mediaType: mediaTypes.oci.layer },
    { digest: digest('2'), size: 2000, mediaType: mediaTypes.oci.layer },
    { digest: digest('1'), size: 1000, mediaType: mediaTypes.oci.layer },
  ],
  runtime: { Env: ['A=b'] },
  created: '2024-03-01T10:00:00.500Z',
  architecture: 'amd64',
  os: 'linux',
};

const index: PushedIndex = {
  namespace: 'shop',
  name: 'cart',
  tag: 'v2',
  host: '127.0.0.1:5000',
  digest: digest('e'),
  mediaType: mediaTypes.oci.index,
  manifestSize: 500,
  images: [image, { ...image, digest: digest('b'), architecture: 'arm64', tag: undefined }],
};

describe('the API objects of a push', () => {
  test('an Image', () => {
    assert.deepEqual(imageObject(image, { registryHost: 'registry.svc:5000' }), {
      apiVersion: 'image.openshift.io/v1',
      kind: 'Image',
      metadata: {
        name: digest('a'),
        creationTimestamp: '2024-03-01T10:00:00Z',
        annotations: {
          'image.openshift.io/dockerLayersOrder': 'ascending',
          'image.openshift.io/manifestBlobStored': 'true',
          'openshift.io/image.managed': 'true',
        },
      },
      dockerImageReference: `registry.svc:5000/shop/cart@${digest('a')}`,
      dockerImageManifestMediaType: mediaTypes.oci.manifest,
      dockerImageMetadata: {
        kind: 'DockerImage',
        apiVersion: '1.0',
        Id: digest('c'),
        Created: '2024-03-01T10:00:00.500Z',
        ContainerConfig: {},
        Config: { Env: ['A=b'] },
        Architecture: 'amd64',
        // The layer that occurs twice counts once.
        Size: 3300,
      },
      dockerImageMetadataVersion: '1.0',
      dockerImageLayers: [
        { name: digest('1'), size: 1000, mediaType: mediaTypes.oci.layer },
        { name: digest('2'), size: 2000, mediaType: mediaTypes.oci.layer },
        { name: digest('1'), size: 1000, mediaType: mediaTypes.oci.layer },
      ],
    });
  });

  test('an Image that is not managed, made at another time', () => {
    const object = imageObject(image, { managed: false, created: new Date('2025-01-01T00:00:00Z') });
    assert.equal(object.metadata.annotations, undefined);
    assert.equal(object.metadata.creationTimestamp, '2025-01-01T00:00:00Z');
  });

  test('the Images of an index', () => {
    const objects = indexObjects(index);
    assert.deepEqual(
      objects.map((object) => object.metadata.name),
      [digest('e'), digest('a'), digest('b')],
    );
    assert.deepEqual(objects[0]?.dockerImageLayers, []);
    assert.deepEqual(objects[0]?.dockerImageManifests?.[1], {
      digest: digest('b'),
      mediaType: mediaTypes.oci.manifest,
      manifestSize: 400,
      architecture: 'arm64',
      os: 'linux',
    });
    assert.equal(objects[1]?.dockerImageManifests, undefined);
  });

  test('an ImageStream', () => {
    const tags = [
      {
        tag: 'latest',
        items: [{ pushed: index }, { pushed: image, created: '2024-02-01T00:00:00Z', generation: 1 }],
      },
      { tag: 'empty', items: null },
    ];
    assert.deepEqual(streamObject('shop', 'cart', tags, { registryHost: 'registry.svc:5000' }).status, {
      dockerImageRepository: 'registry.svc:5000/shop/cart',
      tags: [
        {
          tag: 'latest',
          items: [
            {
              created: '2024-03-01T10:00:00Z',
              dockerImageReference: `registry.svc:5000/shop/cart@${digest('e')}`,
              image: digest('e'),
              generation: 2,
            },
            {
              created: '2024-02-01T00:00:00Z',
              dockerImageReference: `registry.svc:5000/shop/cart@${digest('a')}`,
              image: digest('a'),
              generation: 1,
            },
          ],
        },
        { tag: 'empty', items: null },
      ],
    });
  });
});
