import { readFile } from 'node:fs/promises';
import { certificatesIn, pemOf } from './certificates.ts';

/** A file that was given as certificate authority and can’t serve as one. */
export class AuthorityFileError extends Error {
  override name = 'AuthorityFileError';
}

/** DER begins with a sequence whose length takes two bytes. */
const DER = Buffer.from([0x30, 0x82]);

/**
 * The certificates of a file that was given with `--certificate-authority`, as PEM; whatever else it holds is left out.
 * @throws AuthorityFileError where it can’t be read or holds no certificate
 */
export async function readAuthorityFile(path: string): Promise<string> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (cause) {
    throw new AuthorityFileError(unreadable(path, cause), { cause });
  }
  const certificates = certificatesIn(content.toString('latin1'));
  if (certificates.length === 0) throw new AuthorityFileError(useless(path, content));
  return pemOf(certificates);
}

function unreadable(path: string, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const subject = `the certificate authority ${path} can’t be read`;
  switch (code) {
    case 'ENOENT':
      return `${subject}: there is no such file (${code}). Give the path of a file with PEM certificates to --certificate-authority`;
    case 'EISDIR':
      return `${subject}: it is a folder (${code}). Give one file in it to --certificate-authority`;
    case 'EACCES':
    case 'EPERM':
      return `${subject}: this user may not read it (${code}). Change its permissions, or give a copy that can be read`;
    default:
      return `${subject} (${code}). Give the path of a file with PEM certificates to --certificate-authority`;
  }
}

function useless(path: string, content: Buffer): string {
  const subject = `the certificate authority ${path} holds no certificate in PEM form`;
  if (content.length === 0)
    return `${subject}: it is empty. Give the file that holds the registry’s authority`;
  if (content.subarray(0, DER.length).equals(DER)) {
    return `${subject}: it looks like DER. Convert it: openssl x509 -inform der -in ${path} -out registry-ca.crt`;
  }
  const text = content.toString('latin1');
  if (text.includes('PRIVATE KEY-----')) {
    return `${subject}, but a private key. Give the certificate of the authority that signed the registry’s`;
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) {
    return `${subject}: what it holds is damaged. Fetch it again`;
  }
  return `${subject}. Give the file that holds the registry’s authority`;
}
