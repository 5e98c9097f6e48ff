import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { ownCommand } from '../../../src/engine/own-command.ts';
import { inEnglish, said, saidInLines } from '../../../src/engine/said.ts';
import { inWords } from '../../../src/shared/words/in-words.ts';
import { commandHere, lineHere, wordsHere } from '../../../src/shared/words/same-cluster.ts';

const CHOSEN = { kubeconfig: "/home/anna/my kube's config", context: 'shop/api:6443/anna' };
const OPTIONS = "--kubeconfig '/home/anna/my kube'\\''s config' --context shop/api:6443/anna";

describe('a command to be pasted', () => {
  it('names the kubeconfig and the context that were given, and nothing that was not', () => {
    assert.equal(commandHere('resume 1', {}), 'image-hygiene resume 1');
    assert.equal(commandHere('resume 1', { context: 'lab' }), 'image-hygiene resume 1 --context lab');
    assert.equal(commandHere('resume 1', { kubeconfig: 'k' }), 'image-hygiene resume 1 --kubeconfig k');
    assert.equal(commandHere('resume 1', CHOSEN), `image-hygiene resume 1 ${OPTIONS}`);
  });

  it('has words that a shell takes as they were', () => {
    const { kubeconfig } = CHOSEN;
    const odd = { kubeconfig, context: '$(id) `id` "a" \\ *' };
    const script = `printf '%s\\n' ${commandHere('rollout registry', odd)}`;
    const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
    const options = ['--kubeconfig', kubeconfig, '--context', odd.context];
    assert.deepEqual(words, ['image-hygiene', 'rollout', 'registry', ...options]);
  });

  it('is put on a line for the same cluster, where it is one of this program', () => {
    const here = (line: string) => lineHere(line, { context: 'lab' });
    assert.equal(here('image-hygiene diagnose'), 'image-hygiene diagnose --context lab');
    assert.equal(here('oc get pods -n shop > pods'), 'oc get pods -n shop > pods');
    assert.equal(lineHere('image-hygiene diagnose', {}), 'image-hygiene diagnose');
  });

  it('is found in the words of an error, however deep', () => {
    const words = saidInLines([
      said('not there: {0}', said('see {0} or {1}', ownCommand('schedule list'), 'image-hygiene x')),
      'y',
    ]);
    assert.equal(
      inEnglish(wordsHere(words, { context: 'lab' })),
      'not there: see image-hygiene schedule list --context lab or image-hygiene x\ny',
    );
    assert.equal(wordsHere(words, {}), words);
    assert.equal(inWords(ownCommand('runs')), 'image-hygiene runs');
  });
});
