import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  digestInImageId,
  InvalidReferenceError,
  parseImageStreamImageName,
  parseImageStreamTagName,
} from '../../../src/engine/pull-spec.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('an ImageStreamImage name', () => {
  it('is a name and an ID', () => {
    assert.deepEqual(parseImageStreamImageName(`web@${DIGEST}`), { name: 'web', digest: DIGEST });
    assert.deepEqual(parseImageStreamImageName('web@id'), { name: 'web', digest: 'id' });
  });

  it('has exactly one @', () => {
    for (const text of ['bad:isi', 'web', '', 'web@a@b', '@@']) {
      assert.throws(() => parseImageStreamImageName(text), {
        name: 'InvalidReferenceError',
        message: `expected exactly one @ in the isimage name ${JSON.stringify(text)}`,
      });
    }
  });

  it('has something on both sides of it', () => {
    for (const text of ['@', 'web@', `@${DIGEST}`]) {
      assert.throws(() => parseImageStreamImageName(text), InvalidReferenceError);
    }
  });
});

describe('an ImageStreamTag name', () => {
  it('is a name and a tag', () => {
    assert.deepEqual(parseImageStreamTagName('web:v1'), { name: 'web', tag: 'v1' });
  });

  it('has exactly one colon with something on both sides, and no @', () => {
    for (const text of ['', 'web', ':', 'web:', ':v1', 'web:v1:v2', 'web@v1', `web:v1@${DIGEST}`]) {
      assert.throws(() => parseImageStreamTagName(text), InvalidReferenceError, text);
    }
  });
});

describe('the imageID that a node reports', () => {
  const told: readonly (readonly [string, string | undefined])[] = [
    [`registry.io/ns/web@${DIGEST}`, DIGEST],
    [`docker-pullable://registry.io:5000/ns/web@${DIGEST}`, DIGEST],
    [`docker://${DIGEST}`, DIGEST],
    [DIGEST, DIGEST],
    ['', undefined],
    ['ab'.repeat(32), undefined],
    [`registry.io/ns/web:v1`, undefined],
    [`registry.io/ns/web@sha256:${'ab'.repeat(31)}`, undefined],
    [`registry.io/ns/web@sha256:${'ab'.repeat(33)}`, undefined],
    [`registry.io/ns/web@sha256:${'AB'.repeat(32)}`, undefined],
    [`registry.io/ns/web@sha512:${'ab'.repeat(64)}`, undefined],
    [`registry.io/ns/web@x${DIGEST}`, undefined],
    [`${DIGEST} and more`, undefined],
  ];
  for (const [imageId, digest] of told) {
    it(`${JSON.stringify(imageId.slice(0, 60))} names ${digest === undefined ? 'nothing' : 'a digest'}`, () => {
      assert.equal(digestInImageId(imageId), digest);
    });
  }
});
