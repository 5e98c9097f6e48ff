import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { listAt, numberAt, textAt } from '../../src/engine/shape.ts';
import { startRun } from '../../src/prune/run/prune-run.ts';
import { clusterRoles, roleBinding, USERS } from '../cluster/seeds/roles.ts';
import { type InProcess, inProcess } from '../in-process.ts';
import { exactly } from '../moments.ts';
import { ANY_IMAGE, failuresIn, Stage, WEB_STATUS } from './prune-stage.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.begin();
});
after(() => stage.scene.close());
beforeEach(async () => {
  await stage.putBack();
  stage.scene.cluster.seed(clusterRoles());
});

describe('a prune that may not', () => {
  for (const status of [401, 403]) {
    it(`changes nothing where the registry answers ${status} to every deletion`, async () => {
      stage.scene.registry.faults.push({ effect: 'status', status, method: 'DELETE' });
      const ended = await stage.prune();
      assert.equal(ended.status, 1);
      const said = new RegExp(`answered ${status} .*: this user may not prune, so nothing was changed`);
      assert.match(ended.stderr, said);
      await stage.isUntouched();
    });
  }

  it('stops where the registry answers 401 from some moment on', async () => {
    const { registry } = stage.scene;
    stage.atDeletion(20, () => registry.faults.push({ effect: 'status', status: 401 }));
    const { status, stderr, report } = await stage.prune();
    assert.equal(status, 1);
    assert.match(
      textAt(report, 'why'),
      /^the registry https:\S+ doesn’t accept the credential any more \(401/,
    );
    // The last line: of a pod that failed, a cluster shows the end of its log.
    assert.match(
      stderr,
      /\nerror: the run \S+ is not done: the registry https:\S+ doesn’t accept .*\(401.*\n$/,
    );
    await stage.isTruthful(report, 'stopped');
    await stage.isFinishedByResume();
  });

  it('stops where the token expires, and goes on with another', async () => {
    const { tokens } = stage.scene.cluster;
    const { token, user } = USERS.admin;
    stage.atDeletion(15, () => tokens.revoke(token));
    const { status, stderr, report } = await stage.prune();
    tokens.grant(token, user);
    assert.equal(status, 1);
    assert.match(textAt(report, 'why'), /doesn’t accept the credential any more/);
    assert.ok(!`${stderr}${JSON.stringify(report)}`.includes(token));
    await stage.isTruthful(report, 'stopped');
    await stage.isFinishedByResume();
  });

  const withoutRight = (verb: string, resource: string) => {
    const role = clusterRoles().find(({ metadata }) => metadata.name === 'system:image-pruner');
    const rules = listAt(role, 'rules').filter(
      (rule) => !(listAt(rule, 'resources').includes(resource) && listAt(rule, 'verbs').includes(verb)),
    );
    stage.scene.cluster.seed([{ ...(role ?? assert.fail()), rules }]);
  };

  it('changes nothing where the review says that streams can’t be updated', async () => {
    withoutRight('update', 'imagestreams/status');
    const { status, stderr } = await stage.prune('--context', 'pruner');
    assert.equal(status, 1);
    const said = 'the user "pruner" may not update imagestreams/status (image.openshift.io), so nothing was';
    assert.ok(stderr.includes(said), stderr);
    await stage.isUntouched();
  });

  it('changes nothing where the review says so of the namespace', async () => {
    withoutRight('update', 'imagestreams/status');
    stage.scene.cluster.seed([roleBinding('elsewhere', 'edit', 'pruner')]);
    const { status, stderr } = await stage.prune('--context', 'pruner', '-n', 'shop');
    assert.equal(status, 1);
    const said =
      'may not update imagestreams/status (image.openshift.io) in the namespace shop, so nothing was changed';
    assert.ok(stderr.includes(said), stderr);
    await stage.isUntouched();
  });

  it('changes nothing where the review says that images can’t be deleted', async () => {
    withoutRight('delete', 'images');
    const { status, stderr } = await stage.prune('--context', 'pruner');
    assert.equal(status, 1);
    assert.ok(stderr.includes('may not delete images (image.openshift.io), so nothing was changed'), stderr);
    await stage.isUntouched();
  });

  it('leaves the images of a stream alone that it may not update after all', async () => {
    stage.scene.cluster.faults.add({ method: 'PUT', path: WEB_STATUS, action: { kind: 'forbidden' } });
    const ended = await stage.prune();
    assert.equal(ended.status, 1);
    assert.match(failuresIn(ended), /^imagestream shop\/web: .* 403 Forbidden .*$/);
    const left = ['web:latest#3', 'web:latest#4'];
    assert.deepEqual(ended.report.leftAlone, left.map((key) => stage.image(key).digest).sort());
    await stage.isTruthful(ended.report, 'failed', { alsoKept: left });
    await stage.isFinishedByResume();
  });

  it('says of every image that it may not delete after all', async () => {
    stage.scene.cluster.faults.add({ method: 'DELETE', path: ANY_IMAGE, action: { kind: 'forbidden' } });
    const { status, report } = await stage.prune();
    assert.equal(status, 1);
    assert.equal(listAt(report, 'failures').length, stage.scene.going.size);
    assert.equal(numberAt(report.done, 'images'), 0);
    await stage.isTruthful(report, 'failed');
    await stage.isFinishedByResume();
  });

  it('keeps the data of what is still linked, so that the link can be found again', async () => {
    const { registry } = stage.scene;
    const { config } = stage.image('web:latest#4');
    const path = exactly(`/v2/shop/web/blobs/${config.digest}`);
    registry.faults.push({ effect: 'status', status: 403, path });
    const ended = await stage.prune();
    assert.equal(ended.status, 1);
    const failed = `imagestream shop/web: failed to delete layer link ${config.digest}: 403 Forbidden`;
    assert.equal(failuresIn(ended), failed);
    assert.ok((await registry.blobs()).some(({ digest }) => digest === config.digest));
    await stage.isTruthful(ended.report, 'failed');
    // A registry that has cached nothing finds links by their data alone.
    await registry.restart();
    await stage.isFinishedByResume();
  });
});

describe('a plan that is not what was reviewed', () => {
  const MINUTES_30 = 30 * 60_000;
  const refusals: [string, RegExp, (prune: InProcess) => { prune: InProcess; now?: number }][] = [
    [
      'too old',
      /^this plan was made 30m1s ago, and a plan may be carried out for 30m0s\. Make a new one$/,
      (prune) => ({ prune, now: Date.parse(prune.order.plan.now) + MINUTES_30 + 1000 }),
    ],
    [
      'of another context',
      /^this plan was made for the context "other" .*, not for "admin" /,
      (prune) => ({ prune: madeFor(prune, { context: 'other', server: prune.session.server, user: '' }) }),
    ],
    [
      'of another cluster',
      /^this plan was made for the context "admin" \(https:\/\/other\), not for "admin" \(https:\/\/127/,
      (prune) => ({ prune: madeFor(prune, { context: 'admin', server: 'https://other', user: '' }) }),
    ],
    [
      'of nobody knows where',
      /^this plan was made for the context "" \(unknown server\)/,
      (prune) => ({ prune: madeFor(prune, null) }),
    ],
    [
      'incomplete',
      /^this plan is incomplete \(missing: pods\), so it can’t be carried out/,
      (prune) => {
        const missing = [{ resource: 'pods', cause: 'forbidden', message: '' }] as const;
        const plan = { ...prune.order.plan, complete: false, missing };
        return { prune: { ...prune, order: { ...prune.order, plan } } };
      },
    ],
  ];
  function madeFor(prune: InProcess, origin: InProcess['order']['plan']['origin']): InProcess {
    return { ...prune, order: { ...prune.order, plan: { ...prune.order.plan, origin } } };
  }

  for (const [what, message, change] of refusals) {
    it(`is refused: ${what}`, async () => {
      await using made = await inProcess(stage.scene);
      const { prune, now } = change(made);
      const request = made.request(now === undefined ? {} : { now: () => new Date(now) });
      await assert.rejects(startRun(prune.order, request), { name: 'PlanRefusedError', message });
      await stage.isUntouched();
    });
  }
});
