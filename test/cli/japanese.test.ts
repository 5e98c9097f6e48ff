import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type MiniCluster, startCluster } from '../cluster/miniature.ts';
import { seedOf } from '../cluster/seeds/seeded.ts';
import { threeTeams } from '../cluster/seeds/three-teams.ts';
import { runCli } from './run-cli.ts';

const JAPANESE = { LANG: 'ja_JP.UTF-8' };
const EXPLAIN = ['explain', 'storefront:v2.1-may-2016', '-n', 'shop'];
/** What the reference prints, whatever the language (REFERENCE section 3). */
const REFERENCE =
  /^(?:Deleting (?:layer link|manifest link|blob|image) |Deleting \d+ items from |Summary: |Dry run enabled - |Only API objects )/;
/** Words in a row that aren’t Japanese. */
const ENGLISH = /[a-z]{3,} [a-z]{3,} [a-z]{3,}/;

describe('the command line in Japanese', () => {
  let cluster: MiniCluster;
  let folder: string;
  let kubeconfig: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-hygiene-cli-'));
    cluster = await startCluster({ seed: seedOf(threeTeams) });
    kubeconfig = await cluster.writeKubeconfig(folder);
  });
  after(async () => {
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (args: readonly string[], env: NodeJS.ProcessEnv = JAPANESE) =>
    runCli([...args, '--kubeconfig', kubeconfig], env);

  it('leaves the words of the reference as they are', async () => {
    const [japanese, english] = await Promise.all([
      run(['prune', 'images']),
      run(['prune', 'images'], { LANG: 'C' }),
    ]);
    assert.deepEqual(japanese, english);
    for (const line of japanese.stdout.trimEnd().split('\n')) assert.match(line, REFERENCE);
  });

  it('gives reasons and sums of a dry run', async () => {
    const { status, stdout } = await run(['prune', 'images', '-o', 'wide']);
    assert.equal(status, 0);
    const own = stdout.split('\n').filter((line) => !REFERENCE.test(line));
    assert.ok(own.includes('保持:'));
    assert.ok(own.some((line) => /^[\d.]+ [KMG]iB のうち [\d.]+ [KMG]iB を削除可能$/.test(line)));
    for (const line of own) assert.doesNotMatch(line, ENGLISH);
    // What stands beside the words of the reference is ours.
    assert.match(stdout, /^Deleting image sha256:[0-9a-f]{64} \(.*うち固有分.*\)$/m);
  });

  it('has the same JSON in every language', async () => {
    const plan = async (env: NodeJS.ProcessEnv) => {
      const { status, stdout } = await run([...EXPLAIN, '-o', 'json'], env);
      assert.equal(status, 0);
      return stdout.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '');
    };
    assert.equal(await plan(JAPANESE), await plan({}));
  });

  it('explains', async () => {
    const { status, stdout } = await run(EXPLAIN);
    assert.equal(status, 0);
    assert.match(stdout, /^sha256:[0-9a-f]{64}: 保持、[\d.]+ [KMG]?i?B、経過時間 /m);
    assert.match(stdout, /^ {2}削除対象にする方法:$/m);
    assert.doesNotMatch(stdout.replaceAll(/oc delete .*/g, ''), ENGLISH);
  });

  it('says what is wrong', async () => {
    const forbidden = await run(['explain', 'shopfront:latest', '-n', 'shop']);
    assert.equal(forbidden.status, 1);
    assert.match(forbidden.stderr, /^エラー: この計画にイメージストリーム shop\/shopfront はありません。/);
    const unknown = await run(['prune', 'images', '--context=nowhere']);
    assert.match(unknown.stderr, /^エラー: コンテキスト「nowhere」は kubeconfig にありません/m);
    const gone = await runCli(['prune', 'images', '--kubeconfig', join(folder, 'none')], JAPANESE);
    assert.match(gone.stderr, /^エラー: kubeconfig .* がありません。/m);
  });

  /** Whatever commander can complain of: its sentences are known by their text, which its next version may change. */
  const COMPLAINTS: readonly (readonly [args: string[], error: RegExp])[] = [
    [['prune', 'images', '--unheard-of'], /^エラー: 不明なオプションです: --unheard-of$/m],
    [['prune', 'images', '--al'], /^\(もしかして: --all\)$/m],
    [['explain'], /^エラー: 必須の引数「image\|stream:tag」がありません$/m],
    [['explain', 'a:b', '--context'], /^エラー: オプション「--context <name>」に引数がありません$/m],
    [
      ['prune', 'images', 'too', 'many'],
      /^エラー: 「images」の引数が多すぎます \(必要な数: 0、指定された数: 2\)。$/m,
    ],
    [['prunee'], /^エラー: 不明なコマンドです: prunee$/m],
    [
      ['prune', 'images', '--rules=mine'],
      /^エラー: .*「mine」は指定できません。指定できる値: reference, extended$/m,
    ],
    [['prune', 'images', '--num-workers=few'], /「few」は指定できません。整数を入力してください。$/m],
  ];
  for (const [args, error] of COMPLAINTS) {
    it(`complains of ${args.join(' ')}`, async () => {
      const { status, stderr } = await runCli(args, JAPANESE);
      assert.equal(status, 1);
      assert.match(stderr, error);
    });
  }

  it('helps with every command', async () => {
    for (const command of [
      [],
      ['prune', 'images'],
      ['explain'],
      ['runs'],
      ['resume'],
      ['diagnose'],
      ['rollout', 'registry'],
      ['schedule', 'create'],
      ['schedule', 'edit'],
    ]) {
      const { status, stdout } = await runCli([...command, '--help'], JAPANESE);
      assert.equal(status, 0);
      assert.match(stdout, /^使い方: image-hygiene/);
      assert.match(stdout, /^オプション:$/m);
      const [, ...words] = stdout.replaceAll('oc adm prune images', '').split('\n');
      assert.doesNotMatch(words.join('\n'), ENGLISH);
    }
  });

  it('goes by LC_ALL, then LC_MESSAGES, then LANG', async () => {
    const first = async (env: NodeJS.ProcessEnv) => (await runCli(['--help'], env)).stdout.split(':')[0];
    assert.equal(await first({ LC_ALL: 'ja_JP.UTF-8', LANG: 'C' }), '使い方');
    assert.equal(await first({ LC_MESSAGES: 'ja', LANG: 'en_US.UTF-8' }), '使い方');
    assert.equal(await first({ LC_ALL: 'C', LANG: 'ja_JP.UTF-8' }), 'Usage');
    assert.equal(await first({ LANG: 'C' }), 'Usage');
    assert.equal(await first({ LANG: 'jam_JM' }), 'Usage');
    assert.equal(await first({}), 'Usage');
  });
});
