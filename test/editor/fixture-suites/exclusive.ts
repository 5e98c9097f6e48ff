// Would silence the other suites.
import { describe, it } from 'mocha';

// biome-ignore lint/suspicious/noFocusedTests: the run has to notice one that the linter didn't see.
describe.only('the only suite that would run', () => {
  it('passes', () => {});
});
