import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { applyPlan, planApply } from '../../src/cluster/schedules/apply-manifests.ts';
import { Connection } from '../../src/host/contexts/connection.ts';
import { COMMANDS } from '../../src/host/manifest.ts';
import { applyPrunerChange, prunerQuestion } from '../../src/host/schedules/change-image-pruner.ts';
import { JobDocuments, jobUri } from '../../src/host/schedules/job-documents.ts';
import { JobFollowing } from '../../src/host/schedules/job-following.ts';
import { applyAgreed, makeQuestion } from '../../src/host/schedules/make-schedule.ts';
import { ScheduleBook } from '../../src/host/schedules/schedule-book.ts';
import {
  deleteJob,
  runQuestion,
  runScheduleNow,
  suspendSchedule,
} from '../../src/host/schedules/schedule-commands.ts';
import type { ScheduleRow } from '../../src/host/schedules/schedule-rows.ts';
import { ScheduleTree } from '../../src/host/schedules/schedule-tree.ts';
import type { Services } from '../../src/host/services.ts';
import { manifestsOf, type ScheduleRequest } from '../../src/schedules/manifests.ts';
import { DOCUMENTED_REQUEST } from '../../src/schedules/schedule-request.ts';
import { roleBinding } from '../cluster/seeds/roles.ts';
import type { Scene } from '../scene.ts';
import { eventually, type OwnScene, startOwnScene } from './registry-scene.ts';

const NAMESPACE = 'openshift-image-registry';
const REQUEST: ScheduleRequest = {
  ...DOCUMENTED_REQUEST,
  name: 'nightly',
  options: { ...DOCUMENTED_REQUEST.options, prune: { keepTagRevisions: 3, keepYoungerThanMs: 3_600_000 } },
};

describe('the Schedules view', () => {
  let own: OwnScene;
  let scene: Scene;
  let services: Services;
  let book: ScheduleBook;
  let tree: ScheduleTree;
  let following: JobFollowing;
  let connection: Connection;

  before(async () => {
    own = await startOwnScene();
    ({ scene } = own);
    // The suite is a bundle of its own, and knows the errors of its own session alone.
    connection = new Connection(own.services.contexts, 'test', own.services.log);
    services = { ...own.services, connection };
    book = new ScheduleBook(services);
    tree = new ScheduleTree(services, book);
    following = new JobFollowing(services);
  });
  after(async () => {
    following?.dispose();
    tree?.dispose();
    book?.dispose();
    connection?.dispose();
    await own?.close();
  });

  const row = async (id: string): Promise<ScheduleRow> =>
    (await tree.getChildren()).find((each) => each.id === id) ?? assert.fail(`no row ${id}`);
  const session = async () => (await services.connection.session()).session;
  const make = async (request: ScheduleRequest) => {
    const open = await session();
    return applyAgreed({ services, book }, open, await planApply(open, manifestsOf(request)));
  };
  const followed = async (job: { namespace: string; name: string }) => {
    await following.follow(job);
    const { state } = following;
    return state.kind === 'job' ? state : assert.fail(JSON.stringify(state));
  };

  it('shows the operator’s ImagePruner with icon, words, id and actions', async () => {
    const item = tree.getTreeItem(await row('pruner'));
    assert.equal(item.id, 'pruner');
    assert.match(String(item.description), /^every day at 00:00 \(UTC\) · next in /);
    assert.equal(item.contextValue, 'pruner active runnable dryRunnable');
    assert.ok(item.iconPath instanceof vscode.ThemeIcon && item.tooltip);
    assert.equal(tree.state, 'ready');
  });

  it('suspends it and resumes it', async () => {
    await suspendSchedule({ services, book }, { kind: 'pruner' }, true);
    assert.equal((await row('pruner')).kind, 'pruner suspended runnable dryRunnable');
    await suspendSchedule({ services, book }, { kind: 'pruner' }, false);
    assert.equal((await row('pruner')).kind, 'pruner active runnable dryRunnable');
  });

  it('changes it as it was looked at, and refuses where somebody else did', async () => {
    const { pruner } = (await book.read()).schedules;
    assert.ok(pruner);
    await applyPrunerChange({ services, book }, pruner, { keepTagRevisions: 7 });
    assert.match((await row('pruner')).tooltip ?? '', /keeps the 7 newest revisions/);
    await assert.rejects(
      applyPrunerChange({ services, book }, pruner, { keepTagRevisions: 1 }),
      /Somebody else has changed/,
    );
    const changes = [{ what: 'Revisions kept per tag', before: '3', after: '7' }];
    const { message, detail } = prunerQuestion(changes, 'admin', scene.cluster.url);
    assert.match(message, /admin/);
    assert.ok(detail.includes(scene.cluster.url) && detail.includes('imagepruner/cluster'));
    assert.ok(detail.includes('Revisions kept per tag: 3 → 7'));
  });

  it('makes a CronJob with its account and binding, and leaves alone what is so already', async () => {
    assert.deepEqual(
      (await make(REQUEST)).map(({ kind, what }) => `${kind} ${what}`),
      ['ServiceAccount unchanged', 'ClusterRoleBinding created', 'CronJob created'],
    );
    const made = await row(`cronJob ${NAMESPACE}/nightly`);
    assert.equal(made.kind, 'cronJob active runnable dryRunnable editable');
    assert.deepEqual(
      (await make(REQUEST)).map(({ what }) => what),
      ['unchanged', 'unchanged', 'unchanged'],
    );
  });

  it('never writes over what is there unasked, and shows what would be different', async () => {
    const open = await session();
    const plan = await planApply(open, manifestsOf({ ...REQUEST, schedule: '30 4 * * *' }));
    await assert.rejects(applyPlan(open, plan), /There is already cronjob\/nightly/);
    const cronJob = plan.objects.find(({ verdict }) => verdict === 'replace');
    assert.deepEqual(
      cronJob?.differences.map(({ path }) => path),
      ['spec.schedule'],
    );
    assert.ok(cronJob?.versions);
    const { message, detail } = makeQuestion(plan, REQUEST, 'admin', scene.cluster.url);
    assert.equal(message, 'Change what prunes in admin?');
    assert.match(detail, /CronJob openshift-image-registry\/nightly: is changed/);
    assert.match(detail, /can’t be restored/);
  });

  it('opens objects that prune as YAML', async () => {
    await vscode.commands.executeCommand(COMMANDS.openObject, await row(`cronJob ${NAMESPACE}/nightly`));
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^kind: CronJob\n/);
    assert.match(text, /--keep-tag-revisions=3/);
  });

  it('asks before it runs one now, by cluster, object and options', async () => {
    const cronJob = (await book.cronJob(NAMESPACE, 'nightly')) ?? assert.fail();
    const { message, detail } = runQuestion(cronJob, 'admin', scene.cluster.url);
    assert.equal(message, 'Run a prune of admin in the cluster now?');
    assert.ok(detail.includes(scene.cluster.url) && detail.includes(`${NAMESPACE}/nightly`));
    assert.match(detail, /keeps the 3 newest revisions of each tag/);
    assert.match(detail, /can’t be restored/);
  });

  it('explains a failed Job from its log', async function () {
    this.timeout(90_000);
    const options = { ...REQUEST.options };
    options.registry = { ...options.registry, certificateAuthority: '/etc/pki/nothing.crt' };
    await make({ ...REQUEST, name: 'wrong', kind: 'Job', options });
    const ended = await followed({ namespace: NAMESPACE, name: 'wrong' });
    assert.equal(ended.job.state, 'failed', ended.lines.join('\n'));
    book.refresh();
    const failed = await row(`job ${NAMESPACE}/wrong`);
    assert.equal(failed.icon, 'error');
    assert.match(failed.kind ?? '', /^job failed/);
    const documents = new JobDocuments(services, book);
    try {
      const uri = jobUri({ namespace: NAMESPACE, name: 'wrong' });
      const text = await documents.provideTextDocumentContent(uri);
      assert.match(text, /^# Job wrong: failed\n/);
      assert.match(text, /## What next/);
    } finally {
      documents.dispose();
    }
  });

  it('runs one now, follows its log to the end, and says that a rollout is owed', async function () {
    this.timeout(90_000);
    const job = await runScheduleNow({ services, book }, { namespace: NAMESPACE, name: 'nightly' });
    const { job: ended, lines, log, following: still } = await followed(job);
    assert.equal(still, false);
    assert.equal(ended.state, 'succeeded', lines.join('\n'));
    assert.equal(log.counts.images, scene.going.size);
    assert.ok(lines.some((line) => /^Deleting image sha256:/.test(line)));
    book.refresh();
    const [child] = (await row(`cronJob ${NAMESPACE}/nightly`)).children?.filter(({ kind }) => kind) ?? [];
    assert.equal(child?.kind, 'job succeeded owing');
    assert.match(child?.description ?? '', /rollout owed · 4 images.* · started by hand$/);
    await services.pruning.rollOut(await services.connection.context());
    book.refresh();
    const [paid] = (await row(`cronJob ${NAMESPACE}/nightly`)).children?.filter(({ kind }) => kind) ?? [];
    assert.equal(paid?.kind, 'job succeeded');
  });

  it('stops following without the Job being touched', async function () {
    this.timeout(90_000);
    const job = await runScheduleNow({ services, book }, { namespace: NAMESPACE, name: 'nightly' });
    void following.follow(job);
    await eventually(following.onDidChange, () => following.state.kind === 'job');
    following.stop();
    const { state } = following;
    assert.ok(state.kind === 'job' && !state.following);
    const ended = await followed(job);
    assert.equal(ended.job.state, 'succeeded');
  });

  it('shows a Job under no other cluster’s name', async () => {
    assert.equal(following.state.kind, 'job');
    await services.contexts.chooseNamespace(NAMESPACE);
    assert.equal(following.state.kind, 'job', 'it is the same cluster');
    await services.contexts.chooseContext('nobody');
    assert.equal(following.state.kind, 'none');
    await services.contexts.chooseContext('admin');
  });

  it('deletes a Job with its pods', async () => {
    await deleteJob({ services, book }, { namespace: NAMESPACE, name: 'wrong' });
    const ids = (await tree.getChildren()).map(({ id }) => id);
    assert.ok(!ids.includes(`job ${NAMESPACE}/wrong`), ids.join());
    assert.deepEqual(scene.cluster.jobs.podsOf(NAMESPACE, 'wrong'), []);
  });

  it('says to who may see nothing what would help', async () => {
    await services.contexts.chooseContext('developer');
    assert.deepEqual(await tree.getChildren(), []);
    assert.equal(tree.state, 'forbidden');
    scene.cluster.seed([roleBinding(NAMESPACE, 'view', 'developer')]);
    book.refresh();
    const rows = await tree.getChildren();
    const nightly = rows.find(({ id }) => id === `cronJob ${NAMESPACE}/nightly`);
    assert.match(nightly?.kind ?? '', /^cronJob dryRunnable$/, 'who may only look is offered no change');
    const lacking = nightly?.children?.find(({ icon }) => icon === 'lock');
    assert.equal(lacking?.label, 'You may not change or run it');
    assert.match(lacking?.tooltip ?? '', /oc adm policy add-role-to-user edit developer -n/);
    assert.ok(rows.some(({ icon, label }) => icon === 'lock' && label === 'imagepruners can’t be seen'));
  });

  it('is empty without a context, so that the welcome text is seen', async () => {
    await services.contexts.chooseContext(undefined);
    process.env.KUBECONFIG = `${scene.folder}/nothing-here`;
    await services.contexts.reload();
    assert.deepEqual(await tree.getChildren(), []);
    assert.equal(tree.state, 'noKubeconfig');
  });
});
