import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import * as l10n from '@vscode/l10n';
import { toApiError } from '../../../src/cluster/session/api-status.ts';
import {
  asSaid,
  asSentence,
  inEnglish,
  SaidError,
  said,
  saidInLines,
  saidTogether,
  verbatim,
  wordsOf,
} from '../../../src/engine/said.ts';
import { errorInWords, inWords } from '../../../src/shared/words/in-words.ts';

describe('words that wait for their language', () => {
  afterEach(() => l10n.config({ contents: {} }));
  const japanese = () =>
    l10n.config({
      contents: {
        'the {0} of {1}': '{1} の {0}',
        'lost: {0}': '紛失: {0}',
        key: '鍵',
        '{0} {1}': '{0}{1}',
        '{0}.': '{0}。',
      },
    });
  const lost = said('lost: {0}', said('the {0} of {1}', said('key'), 'Anna'));

  it('are English for machines, whatever the language', () => {
    japanese();
    assert.equal(inEnglish(lost), 'lost: the key of Anna');
    assert.equal(new SaidError(lost).message, 'lost: the key of Anna');
  });

  it('are the reader’s, down to the words inside', () => {
    japanese();
    assert.equal(inWords(lost), '紛失: Anna の 鍵');
    assert.equal(errorInWords(new SaidError(lost)), '紛失: Anna の 鍵');
    assert.equal(inWords(saidTogether(asSentence(lost), said('key'))), '紛失: Anna の 鍵。鍵');
    assert.equal(inWords(saidInLines([lost, 'x'])), '紛失: Anna の 鍵\nx');
  });

  it('keep what an error says that has only a message, braces and all', () => {
    for (const message of ['no {0} here', '', '{"a":1}']) {
      assert.equal(errorInWords(new Error(message)), message);
      assert.equal(inWords(said('lost: {0}', wordsOf(new Error(message)))), `lost: ${message}`);
    }
    assert.equal(errorInWords('thrown'), 'thrown');
  });

  it('cross a thread as they are', () => {
    assert.deepEqual(asSaid(structuredClone(lost)), lost);
    for (const other of [undefined, 3, { english: 3, values: [] }, { english: 'x', values: [{}] }]) {
      assert.deepEqual(asSaid(other), verbatim(''));
    }
    assert.deepEqual(asSaid('text'), verbatim('text'));
  });

  it('leave what a server said as it said it', () => {
    l10n.config({
      contents: {
        'The API server answered {0} to {1}: {2}': '{1} への応答は {0}: {2}',
        'Log in again (oc login).': 'もう一度ログインしてください。',
        '{0} {1}': '{0}{1}',
      },
    });
    const body = Buffer.from(JSON.stringify({ kind: 'Status', reason: 'Unauthorized', message: 'expired' }));
    const error = toApiError({ path: '/api/v1/pods' }, { status: 401, headers: {}, body });
    assert.equal(
      errorInWords(error),
      'list pods への応答は 401 Unauthorized: expired.もう一度ログインしてください。',
    );
    assert.equal(
      error.message,
      'The API server answered 401 Unauthorized to list pods: expired. Log in again (oc login).',
    );
  });
});
