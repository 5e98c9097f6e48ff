import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import * as l10n from '@vscode/l10n';
import { said } from '../../../src/engine/said.ts';
import { missingInWords } from '../../../src/shared/words/missing.ts';

describe('what is missing of an inventory', () => {
  afterEach(() => l10n.config({ contents: {} }));

  it('says why in the language of the reader, but for what a server said', () => {
    l10n.config({ contents: { 'cut off at {0}': '{0} で切断' } });
    const own = {
      resource: 'pods',
      cause: 'failed',
      message: 'cut off at 3',
      words: said('cut off at {0}', 3),
    } as const;
    const servers = { resource: 'builds', cause: 'failed', message: 'etcdserver: no leader' } as const;
    assert.deepEqual(missingInWords([own, servers], 'anna'), [
      'pods: 3 で切断',
      'builds: etcdserver: no leader',
    ]);
  });
});
