import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import type { Planner } from '../../../src/cluster/planner/planner.ts';
import type { PlanSummary } from '../../../src/engine/plan-parts.ts';
import { explanationMarkdown } from '../../../src/host/documents/explanation-markdown.ts';
import { imagePath, streamImagePath, streamPath, tagPath } from '../../../src/host/documents/object-path.ts';
import { objectYaml } from '../../../src/host/documents/object-yaml.ts';
import { seedOf } from '../../cluster/seeds/seeded.ts';
import { threeTeams } from '../../cluster/seeds/three-teams.ts';
import { type StreamsCluster, startStreamsCluster } from './streams-cluster.ts';

describe('an explanation as a document', () => {
  let own: StreamsCluster;
  let planner: Planner;
  let summary: PlanSummary;
  before(async () => {
    own = await startStreamsCluster(seedOf(threeTeams));
    ({ planner, summary } = await own.planOf('admin'));
  });
  after(() => own.close());

  const explained = async (namespace: string, stream: string, tag: string) => {
    const explanations = await planner.explain({ kind: 'tag', namespace, stream, tag });
    const text = explanationMarkdown({ title: `${namespace}/${stream}:${tag}`, explanations, summary });
    return { explanations, text };
  };

  it('says where an image stands, what would let it go, and what to beware of', async () => {
    const { explanations, text } = await explained('shop', 'storefront', 'v2.1-may-2016');
    assert.equal(explanations.length, 1);
    assert.match(text, /^# shop\/storefront:v2\.1\\-may\\-2016\n/);
    const image = explanations[0]?.image ?? '';
    assert.match(text, new RegExp(`^## Image ${image.slice(7, 19)}\n\n\`${image}\`$`, 'm'));
    assert.match(text, /storefront:v2\.1\\-may\\-2016 at position 0 out of 1 \| shop \| stays/);
    assert.match(text, /oc delete istag storefront:v2\.1\\-may\\-2016 \\-n shop/);
    assert.match(text, /> \*\*Warning\*\* Keeping 0 revisions removes every tag/);
    assert.match(text, /> \*\*Warning\*\* .*Avoid dates in tag names/);
    assert.match(text, /By the dry run of admin, all namespaces/);
  });

  it('says it of every image in a tag’s history, each place in a row', async () => {
    const { explanations, text } = await explained('shop', 'storefront', 'v2');
    assert.equal(explanations.length, 3);
    const heads = [...text.matchAll(/^`(.*)`$/gm)].map(([, image]) => image);
    assert.deepEqual(
      heads,
      explanations.map(({ image }) => image),
    );
    const rows = [...text.matchAll(/^\| .* at position .*\|$/gm)].length;
    assert.equal(
      rows,
      explanations.reduce((sum, { places }) => sum + places.length, 0),
    );
    assert.ok(rows > 3);
  });

  it('tells what goes from what stays', async () => {
    const { explanations, text } = await explained('shop', 'storefront', 'latest');
    for (const { image, plan } of explanations) {
      const [, after = ''] = text.split(`\n\`${image}\`\n`);
      assert.match(after.trimStart(), plan?.verdict === 'prune' ? /^\*\*Goes\*\* · / : /^\*\*Stays\*\* · /);
    }
    const verdicts = new Set(explanations.map(({ plan }) => plan?.verdict));
    assert.deepEqual([...verdicts].sort(), ['keep', 'prune']);
  });

  it('says what a dry run could not see', async () => {
    const limited = await own.planOf('developer');
    const explanations = await limited.planner.explain({
      kind: 'tag',
      namespace: 'data',
      stream: 'reporter',
      tag: 'latest',
    });
    const text = explanationMarkdown({ title: 'x', explanations, summary: limited.summary });
    assert.match(text, /\*\*The dry run is incomplete: more may be in use than it shows\.\*\*/);
    assert.match(text, /- images: .*cannot list resource/);
    assert.match(text, /system:image\\-pruner developer/);
    assert.match(text, /its Image object is missing or can’t be seen/);
  });
});

describe('an object as a document', () => {
  it('is YAML without managedFields', () => {
    const managedFields = [{ manager: 'oc' }];
    const stream = {
      metadata: { name: 'web', managedFields, labels: { app: 'web' } },
      status: { tags: [{ tag: '1.10', items: null }] },
      kind: 'ImageStream',
      apiVersion: 'image.openshift.io/v1',
    };
    const text = objectYaml(stream);
    assert.match(text, /^kind: ImageStream\napiVersion: image\.openshift\.io\/v1\nmetadata:\n/);
    assert.doesNotMatch(text, /managedFields/);
    const { managedFields: _left, ...metadata } = stream.metadata;
    assert.deepEqual(parse(text), { ...stream, metadata });
    const ofStream = { metadata: { name: 'web@x' }, image: { metadata: { name: 'x', managedFields } } };
    assert.deepEqual(parse(objectYaml(ofStream)), {
      metadata: { name: 'web@x' },
      image: { metadata: { name: 'x' } },
    });
  });

  it('is where its name says, whatever the name holds', () => {
    assert.equal(
      streamPath('shop', '../../x'),
      '/apis/image.openshift.io/v1/namespaces/shop/imagestreams/..%2F..%2Fx',
    );
    assert.match(tagPath('shop', 'web', 'latest'), /\/namespaces\/shop\/imagestreamtags\/web%3Alatest$/);
    assert.match(streamImagePath('shop', 'web', 'sha256:a'), /\/imagestreamimages\/web%40sha256%3Aa$/);
    assert.match(imagePath('sha256:a?b'), /\/images\/sha256%3Aa%3Fb$/);
  });
});
