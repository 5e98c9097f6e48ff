import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidReferencesError } from '../../../src/engine/make-plan.ts';
import { ClusterDescription, OLD, pull, YOUNG } from './cluster-description.ts';
import { revisionsOf } from './plan-readings.ts';

const BAD = 'not a reference';

function refusal(cluster: ClusterDescription, rules: 'reference' | 'extended' = 'reference') {
  let refused: InvalidReferencesError | undefined;
  assert.throws(
    () => cluster.plan({ rules }),
    (error) => {
      assert.ok(error instanceof InvalidReferencesError);
      refused = error;
      return true;
    },
  );
  assert.ok(refused);
  return refused;
}

describe('a reference that cannot be parsed', () => {
  it('of a container is told with object, namespace, container, spec and cause, and nothing is decided', () => {
    const refused = refusal(new ClusterDescription().pod('shop/p', { containers: [pull('a/b'), BAD] }));
    assert.equal(
      refused.message,
      'pod/p namespace=shop: container c1: invalid image reference "not a reference": invalid reference format',
    );
    assert.deepEqual(refused.lines, [refused.message]);
    assert.equal(refused.references.length, 1);
  });

  it('of a build names no container', () => {
    const bad = 'registry.io/foo/bar@invalid-digest';
    const cluster = new ClusterDescription().build('builds', 'foo/build1', 'dockerStrategy', {
      kind: 'DockerImage',
      name: bad,
    });
    assert.equal(
      refusal(cluster).message,
      `build/build1 namespace=foo: invalid image reference "${bad}": invalid reference format`,
    );
  });

  it('of an image stream kind names the kind', () => {
    const cluster = new ClusterDescription()
      .build('buildconfigs', 'foo/bc1', 'sourceStrategy', { kind: 'ImageStreamImage', name: 'bad:isi' })
      .build('buildconfigs', 'foo/bc2', 'sourceStrategy', { kind: 'ImageStreamTag', name: 'bad@ist' });
    const [first = '', second = '', ...more] = refusal(cluster).lines;
    assert.equal(
      first,
      'buildconfig/bc1 namespace=foo: invalid ImageStreamImage reference "bad:isi": expected exactly one @ in the isimage name "bad:isi"',
    );
    assert.ok(
      second.startsWith('buildconfig/bc2 namespace=foo: invalid ImageStreamTag reference "bad@ist": '),
    );
    assert.deepEqual(more, []);
  });

  it('is quoted as Go quotes', () => {
    const refused = refusal(new ClusterDescription().pod('shop/p', { containers: ['say "hi"\n'] }));
    assert.ok(refused.message.includes('invalid image reference "say \\"hi\\"\\n": '));
  });

  it('of an object without namespace is told without one', () => {
    const cluster = new ClusterDescription().add('pods', {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: BAD }] },
      status: { phase: 'Running' },
    });
    assert.equal(
      refusal(cluster).message,
      'pod/p: container c: invalid image reference "not a reference": invalid reference format',
    );
  });

  it('is told with all others: bracketed, each text once, in the order in which the reference looks', () => {
    const pod = { containers: [BAD] };
    const cluster = new ClusterDescription()
      .workload('cronjobs', 'n/x', pod)
      .workload('jobs', 'n/x', pod)
      .workload('statefulsets', 'n/x', pod)
      .build('buildconfigs', 'n/x', 'dockerStrategy', { kind: 'DockerImage', name: BAD })
      .build('builds', 'n/x', 'dockerStrategy', { kind: 'DockerImage', name: BAD })
      .workload('daemonsets', 'n/x', pod)
      .workload('deployments', 'n/x', pod)
      .workload('replicasets', 'n/x', pod)
      .workload('deploymentconfigs', 'n/x', pod)
      .workload('replicationcontrollers', 'n/x', pod)
      .pod('n/y', pod)
      .pod('n/x', pod)
      .pod('m/z', pod);
    const because = `invalid image reference "${BAD}": invalid reference format`;
    const lines = [
      `pod/z namespace=m: container c0: ${because}`,
      `pod/x namespace=n: container c0: ${because}`,
      `pod/y namespace=n: container c0: ${because}`,
      `replicationcontroller/x namespace=n: container c0: ${because}`,
      `deploymentconfig/x namespace=n: container c0: ${because}`,
      `replicaset/x namespace=n: container c0: ${because}`,
      `deployment/x namespace=n: container c0: ${because}`,
      `daemonset/x namespace=n: container c0: ${because}`,
      `build/x namespace=n: ${because}`,
      `buildconfig/x namespace=n: ${because}`,
      `statefulset/x namespace=n: container c0: ${because}`,
      `job/x namespace=n: container c0: ${because}`,
      `cronjob/x namespace=n: container c0: ${because}`,
    ];
    const refused = refusal(cluster);
    assert.deepEqual(refused.lines, lines);
    assert.equal(refused.message, `[${lines.join(', ')}]`);
  });

  it('that is said twice in the same words is told once, and alone without brackets', () => {
    const twice = {
      containers: [
        { name: 'c', image: BAD },
        { name: 'c', image: BAD },
      ],
    };
    const cluster = new ClusterDescription().add('pods', {
      metadata: { name: 'p', namespace: 'n' },
      spec: twice,
      status: { phase: 'Running' },
    });
    const refused = refusal(cluster);
    assert.equal(refused.references.length, 2);
    assert.deepEqual(refused.lines, [refused.message]);
  });

  it('does not matter in a pod that does not count', () => {
    const over = (age: number) =>
      new ClusterDescription().pod('shop/p', { containers: [BAD] }, { phase: 'Failed', age });
    assert.doesNotThrow(() => over(OLD).referencePlan());
    refusal(over(YOUNG));
  });

  it('is passed over and recorded where that was asked for; the other references of its object count', () => {
    const plan = new ClusterDescription()
      .image('app')
      .stream('shop/web', { latest: ['app'] })
      .pod('shop/p', { containers: [BAD, pull('shop/web')] })
      .referencePlan({ keepTagRevisions: 0, ignoreInvalidRefs: true });
    assert.deepEqual(plan.ignoredReferences, [
      {
        resource: 'pod',
        namespace: 'shop',
        name: 'p',
        message: 'container c0: invalid image reference "not a reference": invalid reference format',
      },
    ]);
    assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), ['keep tagUsed']);
  });

  it('stops a prune of another namespace too', () => {
    const cluster = new ClusterDescription().pod('shop/p', { containers: [BAD] });
    assert.throws(() => cluster.referencePlan({ namespace: 'elsewhere' }), InvalidReferencesError);
  });

  it('where only the extended rules look stops only those', () => {
    const places: readonly (readonly [string, ClusterDescription])[] = [
      [
        'pod/p namespace=n: ephemeral container e0',
        new ClusterDescription().pod('n/p', { ephemeral: [BAD] }),
      ],
      ['pod/p namespace=n: volume v0', new ClusterDescription().pod('n/p', { volumes: [BAD] })],
      [
        'build/b namespace=n',
        new ClusterDescription().buildInput('builds', 'n/b', { kind: 'DockerImage', name: BAD }),
      ],
    ];
    for (const [where, cluster] of places) {
      assert.doesNotThrow(() => cluster.referencePlan());
      assert.equal(
        refusal(cluster, 'extended').message,
        `${where}: invalid image reference "${BAD}": invalid reference format`,
      );
    }
  });

  it('is not what a node reports: an imageID without digest says nothing', () => {
    const cluster = new ClusterDescription().pod('n/p', {}, { reports: [BAD, 'sha256:1', 'docker://x'] });
    assert.doesNotThrow(() => cluster.plan());
  });
});
