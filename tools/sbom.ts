// npm run sbom: what the package is made of, as CycloneDX JSON beside it. Everything that is bundled is a dependency,
// everything else a devDependency (test/docs/packages.test.ts holds that), so that without the latter it is whole.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { isObject, listAt, objectAt, textAt } from '../src/engine/shape.ts';

const root = join(import.meta.dirname, '..');

/** @returns the path of the file that was written */
export function writeSbom(folder = root): string {
  const sbom = everythingInstalled();
  const metadata = objectAt(sbom, 'metadata');
  // npm calls the root after its folder.
  const component = { ...objectAt(metadata, 'component'), name: manifest.name };
  // Not by `--omit=dev`, which also leaves out what dependencies and devDependencies both need.
  const components = listAt(sbom, 'components').filter((each) => !isForDevelopment(each));
  const refs = new Set([component, ...components].map((each) => textAt(each, 'bom-ref')));
  const dependencies = listAt(sbom, 'dependencies')
    .filter((each) => refs.has(textAt(each, 'ref')))
    .map((each) => ({
      ref: textAt(each, 'ref'),
      dependsOn: listAt(each, 'dependsOn').filter((ref) => refs.has(String(ref))),
    }));
  const path = join(folder, `${manifest.name}-${manifest.version}.cdx.json`);
  const shipped = { ...sbom, metadata: { ...metadata, component }, components, dependencies };
  writeFileSync(path, `${JSON.stringify(shipped, null, 2)}\n`);
  return path;
}

function everythingInstalled() {
  const { status, stdout, stderr } = spawnSync('npm', ['sbom', '--sbom-format=cyclonedx'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm sbom failed:\n${stderr}`);
  const sbom: unknown = JSON.parse(stdout);
  if (!isObject(sbom)) throw new Error('npm sbom printed no object');
  return sbom;
}

function isForDevelopment(component: unknown): boolean {
  return listAt(component, 'properties').some(
    (property) => textAt(property, 'name') === 'cdx:npm:package:development',
  );
}

if (import.meta.main) console.log(writeSbom());
