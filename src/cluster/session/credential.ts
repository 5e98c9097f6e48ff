import { inspect } from 'node:util';

export interface CredentialParts {
  readonly token?: string;
  readonly basic?: { readonly username: string; readonly password: string };
  /** PEM. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
}

/** What a request is sent with. It prints as what kinds of credential it holds, in JSON too, and never as its values. */
export class Credential {
  readonly #parts: CredentialParts;

  constructor(parts: CredentialParts) {
    this.#parts = parts;
  }

  /** The value of the Authorization header. A token goes before a password. */
  authorization(): string | undefined {
    const { token, basic } = this.#parts;
    if (token !== undefined) return `Bearer ${token}`;
    if (!basic) return undefined;
    return `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`;
  }

  token(): string | undefined {
    return this.#parts.token;
  }

  clientCertificate(): { readonly certificate: string; readonly key: string } | undefined {
    return this.#parts.clientCertificate;
  }

  sameAs(other: Credential): boolean {
    return this.authorization() === other.authorization() && this.sameCertificate(other);
  }

  sameCertificate(other: Credential): boolean {
    const [mine, theirs] = [this.#parts.clientCertificate, other.#parts.clientCertificate];
    return mine?.certificate === theirs?.certificate && mine?.key === theirs?.key;
  }

  /** `text` without this credential's token, password and key, for what others say (servers, plugins). */
  scrub(text: string): string {
    const { token, basic, clientCertificate } = this.#parts;
    return [token, basic?.password, clientCertificate?.key.trim()].reduce<string>(
      (clean, secret) => (secret && secret.length >= 4 ? clean.replaceAll(secret, '[redacted]') : clean),
      text,
    );
  }

  toString(): string {
    const { token, basic, clientCertificate } = this.#parts;
    const kinds = [
      token !== undefined && 'token',
      basic && 'password',
      clientCertificate && 'client certificate',
    ].filter((kind) => typeof kind === 'string');
    return `Credential(${kinds.join(', ') || 'none'})`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
