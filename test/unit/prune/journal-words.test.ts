import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import * as l10n from '@vscode/l10n';
import { inEnglish, jsonInEnglish, type Said, said, verbatim } from '../../../src/engine/said.ts';
import { causesOf, failureInWords } from '../../../src/prune/failure.ts';
import { type Entry, logLineText, parseLogLine } from '../../../src/prune/journal/entries.ts';
import { inWords } from '../../../src/shared/words/in-words.ts';

const AT = '2026-05-04T12:00:00.000Z';
const NOTHING = { images: 0, tagItems: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };
const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;

const WHY = said('lost: {0}', said('{0} of {1}', 'etcd: no leader', 3));
const FAILED: Entry = { event: 'failed', what: said('to delete {0}', DIGEST), cause: WHY };

function written(entry: Entry): Record<string, unknown> {
  return JSON.parse(logLineText({ ...entry, at: AT }));
}

function readBack(entry: Entry) {
  return parseLogLine(logLineText({ ...entry, at: AT }));
}

describe('the words in a run’s log', () => {
  afterEach(() => l10n.config({ contents: {} }));

  it('are English for whoever looks into it', () => {
    const ended: Entry = { event: 'ended', state: 'stopped', deleted: NOTHING, freedBytes: 0, why: WHY };
    assert.equal(written(ended).why, 'lost: etcd: no leader of 3');
    assert.equal(written({ event: 'rollout', state: 'failed', why: WHY }).why, 'lost: etcd: no leader of 3');
    assert.equal(written({ event: 'spared', image: DIGEST, by: WHY }).by, 'lost: etcd: no leader of 3');
    assert.equal(written(FAILED).message, `to delete ${DIGEST}: lost: etcd: no leader of 3`);
  });

  it('come back as the sentences that they were, to be said in the language of who reads them', () => {
    const entries: Entry[] = [
      { event: 'ended', state: 'stopped', deleted: NOTHING, freedBytes: 0, why: WHY },
      { event: 'rollout', state: 'failed', why: WHY },
      { event: 'spared', image: DIGEST, by: WHY },
    ];
    for (const entry of entries) assert.deepEqual(readBack(entry), { ...entry, at: AT });
    l10n.config({
      contents: { 'to delete {0}': '{0} の削除', 'lost: {0}': '紛失: {0}', '{0} of {1}': '{1} の {0}' },
    });
    const line = readBack(FAILED);
    assert.ok(line?.event === 'failed');
    assert.equal(inWords(failureInWords(line)), `${DIGEST} の削除: 紛失: 3 の etcd: no leader`);
  });

  it('are what they say where the log is of an earlier version, or a sentence doesn’t belong to them', () => {
    const why = (more: object): Said | undefined => {
      const line = parseLogLine(
        JSON.stringify({ event: 'ended', state: 'stopped', why: 'lost', at: AT, ...more }),
      );
      return line?.event === 'ended' ? line.why : undefined;
    };
    const odd = [{}, { said: said('found') }, { said: 'x' }, { said: { english: 'lost' } }, { said: null }];
    for (const more of odd) assert.deepEqual(why(more), verbatim('lost'), JSON.stringify(more));
    assert.deepEqual(why({ why: '' }), undefined);
    const failed = (message: string) => parseLogLine(JSON.stringify({ event: 'failed', message, at: AT }));
    assert.deepEqual(failed(`image ${DIGEST}: failed to delete manifest blob ${DIGEST}: 500 Oh: no`), {
      event: 'failed',
      what: verbatim(`image ${DIGEST}: failed to delete manifest blob ${DIGEST}`),
      cause: verbatim('500 Oh: no'),
      at: AT,
    });
    const bare = failed('the disk is full');
    assert.ok(bare?.event === 'failed');
    assert.equal(inWords(failureInWords(bare)), 'the disk is full');
  });

  it('are written once where they are the same in every language', () => {
    assert.deepEqual(written({ event: 'spared', image: DIGEST, by: verbatim('shop/web:latest') }), {
      event: 'spared',
      image: DIGEST,
      by: 'shop/web:latest',
      at: AT,
    });
  });
});

describe('causes', () => {
  it('are told apart by what they say, not by the image they are about, and keep their sentence', () => {
    const of = (digest: string) => said('{0} is in use', digest);
    const causes = causesOf([{ cause: verbatim('once') }, { cause: of(DIGEST) }, { cause: of(OTHER) }]);
    assert.deepEqual(causes, [
      { cause: said('{0} is in use', 'sha256:…'), failures: 2 },
      { cause: verbatim('once'), failures: 1 },
    ]);
    assert.deepEqual(JSON.parse(jsonInEnglish(causes)), [
      { cause: inEnglish(of('sha256:…')), failures: 2 },
      { cause: 'once', failures: 1 },
    ]);
  });
});
