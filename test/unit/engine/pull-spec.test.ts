import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidReferenceError, parsePullSpec } from '../../../src/engine/pull-spec.ts';

const HEX64 = '0123456789abcdef'.repeat(4);
const SHA256 = `sha256:${HEX64}`;

/** Spec, then registry, namespace, name, tag, digest. */
const ALLOWED: readonly (readonly [string, string, string, string, string, string])[] = [
  ['busybox', '', '', 'busybox', '', ''],
  ['busybox:1.36', '', '', 'busybox', '1.36', ''],
  ['library/busybox', '', 'library', 'busybox', '', ''],
  ['library/busybox:latest', '', 'library', 'busybox', 'latest', ''],
  ['a/b/c', '', 'a', 'b/c', '', ''],
  ['a/b/c/d/e', '', 'a', 'b/c/d/e', '', ''],
  ['registry.io/name', 'registry.io', '', 'name', '', ''],
  ['registry.io/ns/name', 'registry.io', 'ns', 'name', '', ''],
  ['registry.io/ns/name:v1', 'registry.io', 'ns', 'name', 'v1', ''],
  ['registry.io/ns/sub/name:v1', 'registry.io', 'ns', 'sub/name', 'v1', ''],
  ['registry.io:5000/ns/name:v1', 'registry.io:5000', 'ns', 'name', 'v1', ''],
  ['registry:5000/ns/name', 'registry:5000', 'ns', 'name', '', ''],
  ['registry/ns/name', '', 'registry', 'ns/name', '', ''],
  ['localhost/name', 'localhost', '', 'name', '', ''],
  ['localhost/ns/name', 'localhost', 'ns', 'name', '', ''],
  ['localhost:5000/ns/name:v1', 'localhost:5000', 'ns', 'name', 'v1', ''],
  ['localhost:5000', '', '', 'localhost', '5000', ''],
  ['localhost', '', '', 'localhost', '', ''],
  ['172.30.30.30:5000/ns/name', '172.30.30.30:5000', 'ns', 'name', '', ''],
  ['[fd12:3456:789a:1::1]/ns/name', '[fd12:3456:789a:1::1]', 'ns', 'name', '', ''],
  ['[fd12:3456:789a:1::1]:5000/ns/name:v1', '[fd12:3456:789a:1::1]:5000', 'ns', 'name', 'v1', ''],
  ['[::1]:5000/ns/name', '[::1]:5000', 'ns', 'name', '', ''],
  ['Registry.IO/ns/name', 'Registry.IO', 'ns', 'name', '', ''],
  ['UPPER/name', '', 'UPPER', 'name', '', ''],
  ['re-gis-try.io/n-s/na--me', 're-gis-try.io', 'n-s', 'na--me', '', ''],
  ['registry.io/n_s/na__me/a.b', 'registry.io', 'n_s', 'na__me/a.b', '', ''],
  ['registry.io/0/1', 'registry.io', '0', '1', '', ''],
  ['registry.io/ns/name:V1', 'registry.io', 'ns', 'name', 'V1', ''],
  ['registry.io/ns/name:_1', 'registry.io', 'ns', 'name', '_1', ''],
  [`registry.io/ns/name:${'t'.repeat(128)}`, 'registry.io', 'ns', 'name', 't'.repeat(128), ''],
  [`registry.io/ns/name@${SHA256}`, 'registry.io', 'ns', 'name', '', SHA256],
  [`registry.io/ns/name:v1@${SHA256}`, 'registry.io', 'ns', 'name', 'v1', SHA256],
  [`name@${SHA256}`, '', '', 'name', '', SHA256],
  [
    `registry.io/ns/name@sha256:${HEX64.toUpperCase()}`,
    'registry.io',
    'ns',
    'name',
    '',
    `sha256:${HEX64.toUpperCase()}`,
  ],
  [
    `registry.io/ns/name@sha384:${'a'.repeat(96)}`,
    'registry.io',
    'ns',
    'name',
    '',
    `sha384:${'a'.repeat(96)}`,
  ],
  [
    `registry.io/ns/name@sha512:${'a'.repeat(128)}`,
    'registry.io',
    'ns',
    'name',
    '',
    `sha512:${'a'.repeat(128)}`,
  ],
  [`registry.io/ns/${'n'.repeat(240)}`, 'registry.io', 'ns', 'n'.repeat(240), '', ''],
];

const REFUSED: readonly (readonly [string, string])[] = [
  ['', 'repository name must have at least one component'],
  [' ', 'invalid reference format'],
  ['I am certainly a valid reference', 'invalid reference format'],
  ['Busybox', 'repository name must be lowercase'],
  ['registry.io/ns/Name', 'repository name must be lowercase'],
  ['registry.io/NS/name:v1', 'repository name must be lowercase'],
  ['registry.io/ns/Na me', 'invalid reference format'],
  ['/ns/name', 'invalid reference format'],
  ['registry.io//name', 'invalid reference format'],
  ['registry.io/ns/', 'invalid reference format'],
  ['registry.io/ns/name:', 'invalid reference format'],
  ['registry.io/ns/name@', 'invalid reference format'],
  ['registry.io/ns/name:a:b', 'invalid reference format'],
  ['registry.io/ns/name:-a', 'invalid reference format'],
  ['registry.io/ns/name:.a', 'invalid reference format'],
  [`registry.io/ns/name:${'t'.repeat(129)}`, 'invalid reference format'],
  ['https://registry.io/ns/name', 'invalid reference format'],
  ['-registry.io/ns/name', 'invalid reference format'],
  ['registry.io:/ns/name', 'invalid reference format'],
  ['registry.io:port/ns/name', 'invalid reference format'],
  ['[fd12::1/ns/name', 'invalid reference format'],
  ['[fg12::1]/ns/name', 'invalid reference format'],
  ['registry.io/ns/-name', 'invalid reference format'],
  ['registry.io/ns/name-', 'invalid reference format'],
  ['registry.io/ns/na..me', 'invalid reference format'],
  ['registry.io/ns/na___me', 'invalid reference format'],
  ['registry.io/ns/nämé', 'invalid reference format'],
  ['registry.io/ns/name\n', 'invalid reference format'],
  [' registry.io/ns/name', 'invalid reference format'],
  ['registry.io/foo/bar@invalid-digest', 'invalid reference format'],
  [`registry.io/ns/name@sha256:${'g'.repeat(64)}`, 'invalid reference format'],
  [`registry.io/ns/name@sha256:${'a'.repeat(31)}`, 'invalid reference format'],
  [`registry.io/ns/name@${SHA256}:v1`, 'invalid reference format'],
  [`registry.io/ns/name@${SHA256}@${SHA256}`, 'invalid reference format'],
  [`registry.io/ns/name@sha256:${'a'.repeat(32)}`, 'invalid checksum digest length'],
  [`registry.io/ns/name@sha256:${'a'.repeat(63)}`, 'invalid checksum digest length'],
  [`registry.io/ns/name@sha256:${'a'.repeat(65)}`, 'invalid checksum digest length'],
  [`registry.io/ns/name@sha512:${'a'.repeat(64)}`, 'invalid checksum digest length'],
  [`registry.io/ns/name@md5:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
  [`registry.io/ns/name@tarsum.dev+sha256:${HEX64}`, 'unsupported digest algorithm'],
  [`registry.io/ns/${'n'.repeat(241)}`, 'repository name must not be more than 255 characters'],
];

describe('a pull spec', () => {
  for (const [spec, registry, namespace, name, tag, digest] of ALLOWED) {
    it(`${JSON.stringify(shown(spec))} is taken apart`, () => {
      assert.deepEqual(parsePullSpec(spec), { registry, namespace, name, tag, digest });
    });
  }

  for (const [spec, why] of REFUSED) {
    it(`${JSON.stringify(shown(spec))} is refused`, () => {
      assert.throws(
        () => parsePullSpec(spec),
        (error) => {
          assert.ok(error instanceof InvalidReferenceError);
          assert.equal(error.message, why);
          return true;
        },
      );
    });
  }

  it('of many thousand characters is refused at once', () => {
    const started = performance.now();
    for (const spec of [
      `${'a.'.repeat(5_000)}!`,
      `${'a-'.repeat(5_000)}!`,
      `${'a/'.repeat(5_000)}!`,
      `${'a'.repeat(10_000)}!`,
    ]) {
      assert.throws(() => parsePullSpec(spec), InvalidReferenceError);
    }
    assert.ok(performance.now() - started < 10_000, 'the grammar backtracks');
  });
});

function shown(spec: string): string {
  return spec.length > 60 ? `${spec.slice(0, 50)}… (${spec.length})` : spec;
}
