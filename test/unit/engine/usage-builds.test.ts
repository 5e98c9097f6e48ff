import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterDescription, type From, pull } from './cluster-description.ts';
import { digestOf } from './named-digests.ts';
import { at, reasonOf, revisionsOf, tagOf } from './plan-readings.ts';

const STRATEGIES = ['sourceStrategy', 'dockerStrategy', 'customStrategy'];

function verdict(
  resource: 'builds' | 'buildconfigs',
  strategy: string,
  from: From | null,
  builder = 'shop/b',
) {
  const plan = new ClusterDescription()
    .image('app')
    .stream('shop/web', { latest: ['app'] })
    .build(resource, builder, strategy, from)
    .referencePlan({ keepTagRevisions: 0 });
  return revisionsOf(plan, 'shop/web:latest');
}

const TAG = ['keep tagUsed'];
const IMAGE = ['keep imageUsed'];
const UNUSED = ['prune beyondRevisions'];
const BY_DIGEST = `web@${digestOf('app')}`;

for (const resource of ['builds', 'buildconfigs'] as const) {
  describe(`the strategy of ${resource}`, () => {
    for (const strategy of STRATEGIES) {
      const from = (kind: string, name: string, namespace?: string, builder?: string) =>
        verdict(resource, strategy, { kind, name, ...(namespace ? { namespace } : {}) }, builder);

      it(`${strategy} uses a DockerImage as a container does`, () => {
        assert.deepEqual(from('DockerImage', pull('shop/web:latest')), TAG);
        assert.deepEqual(from('DockerImage', pull('shop/web')), TAG);
        assert.deepEqual(from('DockerImage', pull('shop/web@app')), IMAGE);
        assert.deepEqual(from('DockerImage', 'shop/web:latest'), UNUSED);
        assert.deepEqual(from('DockerImage', ''), UNUSED);
      });

      it(`${strategy} uses an ImageStreamTag, of its own namespace where none is given`, () => {
        assert.deepEqual(from('ImageStreamTag', 'web:latest'), TAG);
        assert.deepEqual(from('ImageStreamTag', 'web:latest', 'shop', 'other/b'), TAG);
        assert.deepEqual(from('ImageStreamTag', 'web:latest', undefined, 'other/b'), UNUSED);
        assert.deepEqual(from('ImageStreamTag', 'web:latest', 'other'), UNUSED);
        assert.deepEqual(from('ImageStreamTag', 'web:v1'), UNUSED);
      });

      it(`${strategy} uses an ImageStreamImage, of its own namespace where none is given`, () => {
        assert.deepEqual(from('ImageStreamImage', BY_DIGEST), IMAGE);
        assert.deepEqual(from('ImageStreamImage', BY_DIGEST, 'shop', 'other/b'), IMAGE);
        assert.deepEqual(from('ImageStreamImage', BY_DIGEST, undefined, 'other/b'), UNUSED);
        assert.deepEqual(from('ImageStreamImage', `web@${digestOf('other')}`), UNUSED);
      });

      it(`${strategy} without an image, or with one of an unknown kind, uses nothing`, () => {
        assert.deepEqual(verdict(resource, strategy, null), UNUSED);
        assert.deepEqual(from('Something', 'web:latest'), UNUSED);
      });
    }

    it('jenkinsPipelineStrategy uses nothing', () => {
      const from = { kind: 'ImageStreamTag', name: 'web:latest' };
      assert.deepEqual(verdict(resource, 'jenkinsPipelineStrategy', from), UNUSED);
    });

    it('is named in the reason', () => {
      const plan = new ClusterDescription()
        .image('app')
        .stream('shop/web', { latest: ['app'] })
        .build(resource, 'shop/b', 'dockerStrategy', { kind: 'ImageStreamTag', name: 'web:latest' })
        .referencePlan({ keepTagRevisions: 0 });
      assert.deepEqual(reasonOf(at(tagOf(plan, 'shop/web:latest').revisions, 0), 'tagUsed').by, [
        { resource: resource.slice(0, -1), namespace: 'shop', name: 'b', place: 'strategy', at: '' },
      ]);
    });
  });
}
