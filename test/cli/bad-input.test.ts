import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runCli } from './run-cli.ts';

/** Arguments of `prune images`, and what must be said of them. Nothing is contacted: there is no kubeconfig. */
const CASES: readonly (readonly [args: string[], error: RegExp])[] = [
  [['--prune-over-size-limit', '--keep-tag-revisions=3'], /--prune-over-size-limit cannot be combined/],
  [['--prune-over-size-limit', '--keep-younger-than=1h'], /--prune-over-size-limit cannot be combined/],
  [['--keep-younger-than=-1m'], /--keep-younger-than must be greater than or equal to 0, not -1m0s/],
  [['--keep-younger-than=1 day'], /invalid duration "1 day"/],
  [
    ['--keep-tag-revisions=-1'],
    /--keep-tag-revisions must be a whole number greater than or equal to 0, not -1/,
  ],
  [['--keep-tag-revisions=few'], /Write a whole number/],
  [['--num-workers=0'], /--num-workers must be greater than 0/],
  [['--all=perhaps'], /Write true or false/],
  [
    ['--certificate-authority=ca.crt', '--force-insecure'],
    /--certificate-authority cannot be combined with --force-insecure/,
  ],
  [
    ['--certificate-authority=ca.crt', '--registry-url=http://registry.org'],
    /cannot be combined with an http:\/\/ --registry-url/,
  ],
  [['--registry-url=ftp://registry.org'], /only http:\/\/ and https:\/\/ may stand in front/],
  [['--confirm', '--rollout=sometimes'], /Allowed choices are ask, always, never/],
  [['--confirm', '--as-service-account=pruner'], /Write it as <namespace>\/<name>/],
  [['--rules=mine'], /Allowed choices are reference, extended/],
  [['--unheard-of'], /unknown option '--unheard-of'/],
  [[], /There is no kubeconfig/],
];

describe('prune images with bad input', () => {
  for (const [args, error] of CASES) {
    it(`${args.join(' ') || 'no kubeconfig'} is a clear error`, async () => {
      const { status, stdout, stderr } = await runCli(['prune', 'images', ...args]);
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /^error: /m);
      assert.match(stderr, error);
    });
  }
});
