import type { X509Certificate } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { certificatesIn, subjectOf } from '../../registry/authorities/certificates.ts';
import type { PublishedAuthority } from '../../registry/authorities/published-authorities.ts';
import type { Services } from '../services.ts';
import { changeSettings } from './change-settings.ts';

/** Where a published authority stands. */
export type AuthorityPlace = Pick<PublishedAuthority, 'namespace' | 'configMap' | 'key'>;

/**
 * Fetches an authority that the cluster publishes, shows it, and on agreement saves it and has the settings name the file.
 * @returns whether that was done
 * @throws where it isn’t published any more; what the session throws
 */
export async function useClusterAuthority(services: Services, place: AuthorityPlace): Promise<boolean> {
  const { session, context } = await services.connection.session();
  const { publishedAuthorities } = await import('./diagnosing.ts');
  const { found } = await publishedAuthorities(session);
  const { namespace, configMap, key } = place;
  const authority = found.find(
    (one) => one.namespace === namespace && one.configMap === configMap && one.key === key,
  );
  if (!authority) {
    throw new Error(
      vscode.l10n.t(
        'The cluster doesn’t publish that authority any more: ConfigMap {0} in {1}. Diagnose the registry again.',
        configMap,
        namespace,
      ),
    );
  }
  const file = authorityFile(services.extension.globalStorageUri.fsPath, authority.pem);
  return changeSettings(
    {
      message: vscode.l10n.t('Trust this authority for the registry of {0}?', context.target.context),
      about: [
        vscode.l10n.t('The cluster publishes it: ConfigMap {0} ({1}) in {2}.', configMap, key, namespace),
        ...fingerprintLines(authority.pem),
        '',
        vscode.l10n.t('It is saved to {0}.', file),
      ],
      changes: [{ name: 'certificateAuthority', value: file }],
      go: vscode.l10n.t('Trust It'),
    },
    () => saveAuthority(file, authority.pem),
  );
}

/**
 * Lets the user choose a file, shows what is in it, and on agreement has the settings name it.
 * @returns whether that was done
 * @throws AuthorityFileError
 */
export async function chooseAuthority({ connection }: Services): Promise<boolean> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectMany: false,
      openLabel: vscode.l10n.t('Use as CA'),
      title: vscode.l10n.t('Certificate authority of the registry'),
    })) ?? [];
  if (!chosen) return false;
  const { readAuthorityFile } = await import('./diagnosing.ts');
  const pem = await readAuthorityFile(chosen.fsPath);
  const { target } = await connection.context();
  return changeSettings({
    message: vscode.l10n.t('Trust this authority for the registry of {0}?', target.context),
    about: fingerprintLines(pem),
    changes: [{ name: 'certificateAuthority', value: chosen.fsPath }],
    go: vscode.l10n.t('Trust It'),
  });
}

/**
 * A file for the authority in the extension’s own folder, by what it holds: another authority never takes its place.
 * @param folder the extension’s
 */
export function authorityFile(folder: string, pem: string): string {
  const [first] = certificatesIn(pem);
  const name = (first?.fingerprint256 ?? '').replaceAll(':', '').slice(0, 16).toLowerCase();
  return join(folder, 'authorities', `registry-ca-${name}.crt`);
}

/** Writes it so that only this user can read or change it. */
export async function saveAuthority(file: string, pem: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  await writeFile(file, pem, { mode: 0o600 });
}

/** Whom the certificates are about, each with its fingerprint to compare. */
export function fingerprintLines(pem: string): string[] {
  return certificatesIn(pem).map((certificate: X509Certificate) =>
    vscode.l10n.t('{0}, SHA-256 {1}', subjectOf(certificate), certificate.fingerprint256),
  );
}
