import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDuration } from '../../../src/engine/duration.ts';
import type { RequestedOptions } from '../../../src/engine/options.ts';
import { ocCommand, shortDuration } from '../../../src/shared/dry-run/oc-command.ts';
import { type RegistryOptions, registryOptionProblem } from '../../../src/shared/dry-run/run-options.ts';

const DEFAULTS: RegistryOptions = {
  registryUrl: null,
  certificateAuthority: null,
  forceInsecure: false,
  numWorkers: 5,
};

describe('the oc command line of a run', () => {
  const lines: readonly (readonly [RequestedOptions, Partial<RegistryOptions>, string])[] = [
    [{}, {}, '--keep-tag-revisions=3 --keep-younger-than=60m'],
    [{ keepTagRevisions: 0, keepYoungerThanMs: 0 }, {}, '--keep-tag-revisions=0 --keep-younger-than=0'],
    [{ keepYoungerThanMs: 96 * 3_600_000 }, {}, '--keep-tag-revisions=3 --keep-younger-than=96h'],
    [{ keepYoungerThanMs: 90_000 }, {}, '--keep-tag-revisions=3 --keep-younger-than=1m30s'],
    [{ pruneOverSizeLimit: true }, {}, '--prune-over-size-limit=true'],
    [
      { namespace: 'shop', all: false, ignoreInvalidRefs: true, pruneRegistry: false, rules: 'reference' },
      {},
      '--namespace=shop --keep-tag-revisions=3 --keep-younger-than=60m --all=false --ignore-invalid-refs=true --prune-registry=false',
    ],
    [
      {},
      { registryUrl: 'https://[fd12::1]:80/', certificateAuthority: "/home/o'hara/my ca.crt", numWorkers: 9 },
      `--keep-tag-revisions=3 --keep-younger-than=60m --registry-url='https://[fd12::1]:80/' --certificate-authority='/home/o'\\''hara/my ca.crt' --num-workers=9`,
    ],
    [{}, { forceInsecure: true }, '--keep-tag-revisions=3 --keep-younger-than=60m --force-insecure=true'],
  ];
  for (const [prune, registry, expected] of lines) {
    it(expected, () => {
      const line = ocCommand({ prune, registry: { ...DEFAULTS, ...registry } }, null);
      assert.equal(line, `oc adm prune images ${expected}`);
    });
  }

  it('names the context, so that it means the same cluster later', () => {
    assert.match(
      ocCommand({ prune: {}, registry: DEFAULTS }, 'default/api-lab:6443/kube admin'),
      /^oc adm prune images --context='default\/api-lab:6443\/kube admin' /,
    );
  });

  it('writes durations that mean the same when they are read again', () => {
    for (const milliseconds of [0, 1, 999, 60_000, 61_000, 3_600_000, 5_400_000, 96 * 3_600_000 + 1000]) {
      assert.equal(parseDuration(shortDuration(milliseconds)), milliseconds);
    }
  });
});

describe('the options of the registry', () => {
  const problems: readonly (readonly [Partial<RegistryOptions>, keyof RegistryOptions | undefined])[] = [
    [{}, undefined],
    [{ certificateAuthority: '/ca.crt', registryUrl: 'https://registry' }, undefined],
    [{ certificateAuthority: '/ca.crt', forceInsecure: true }, 'forceInsecure'],
    [{ certificateAuthority: '/ca.crt', registryUrl: 'HTTP://registry' }, 'certificateAuthority'],
    [{ registryUrl: 'http://registry', forceInsecure: true }, undefined],
    [{ numWorkers: 0 }, 'numWorkers'],
    [{ numWorkers: 1.5 }, 'numWorkers'],
  ];
  for (const [options, option] of problems) {
    it(`${JSON.stringify(options)}: ${option ?? 'go together'}`, () => {
      assert.equal(registryOptionProblem({ ...DEFAULTS, ...options })?.option, option);
    });
  }
});
