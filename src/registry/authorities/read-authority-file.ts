import { readFile } from 'node:fs/promises';
import { type Said, SaidError, said } from '../../engine/said.ts';
import { certificatesIn, pemOf } from './certificates.ts';

/** A file that was given as certificate authority and can’t serve as one. */
export class AuthorityFileError extends SaidError {
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

function unreadable(path: string, cause: unknown): Said {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  switch (code) {
    case 'ENOENT':
      return said(
        'the certificate authority {0} can’t be read: there is no such file ({1}). Give the path of a file with PEM certificates to --certificate-authority',
        path,
        code,
      );
    case 'EISDIR':
      return said(
        'the certificate authority {0} can’t be read: it is a folder ({1}). Give one file in it to --certificate-authority',
        path,
        code,
      );
    case 'EACCES':
    case 'EPERM':
      return said(
        'the certificate authority {0} can’t be read: this user may not read it ({1}). Change its permissions, or give a copy that can be read',
        path,
        code,
      );
    default:
      return said(
        'the certificate authority {0} can’t be read ({1}). Give the path of a file with PEM certificates to --certificate-authority',
        path,
        code,
      );
  }
}

function useless(path: string, content: Buffer): Said {
  if (content.length === 0) {
    return said(
      'the certificate authority {0} holds no certificate in PEM form: it is empty. Give the file that holds the registry’s authority',
      path,
    );
  }
  if (content.subarray(0, DER.length).equals(DER)) {
    return said(
      'the certificate authority {0} holds no certificate in PEM form: it looks like DER. Convert it: openssl x509 -inform der -in {0} -out registry-ca.crt',
      path,
    );
  }
  const text = content.toString('latin1');
  if (text.includes('PRIVATE KEY-----')) {
    return said(
      'the certificate authority {0} holds no certificate in PEM form, but a private key. Give the certificate of the authority that signed the registry’s',
      path,
    );
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) {
    return said(
      'the certificate authority {0} holds no certificate in PEM form: what it holds is damaged. Fetch it again',
      path,
    );
  }
  return said(
    'the certificate authority {0} holds no certificate in PEM form. Give the file that holds the registry’s authority',
    path,
  );
}
