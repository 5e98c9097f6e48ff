// Certificates for tests: authorities, intermediates and leaves that Node, OpenSSL and Go accept.
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

/** What a leaf certificate says. */
export interface LeafRequest {
  commonName: string;
  /** DNS names and IP addresses, written as they are: they become the subject alternative names. */
  hosts?: string[];
  notBefore?: Date;
  notAfter?: Date;
  /** For a client: extended key usage clientAuth in place of serverAuth. */
  client?: boolean;
  /** The subject's O; Kubernetes reads a client's groups from it. */
  organization?: string;
}

/** A certificate (PEM; an intermediate's leaf carries the intermediate behind it) and its PKCS#8 key (PEM). */
export interface Issued {
  certificate: string;
  key: string;
}

export interface Authority extends Issued {
  issue(request: LeafRequest): Promise<Issued>;
  /** An intermediate authority. Leaves it issues come with its own certificate in the chain. */
  issueAuthority(commonName: string): Promise<Authority>;
}

export interface AuthorityOptions {
  notBefore?: Date;
  notAfter?: Date;
}

interface Signer {
  certificate: x509.X509Certificate;
  keys: CryptoKeyPair;
  /** PEM of the intermediates that a server must send behind its leaf. */
  chain: string;
}

type CryptoKeyPair = Awaited<ReturnType<typeof newKeys>>;

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 24 * 3600 * 1000;

/** A self-signed root. Its own leaves are valid from a day ago for ten years, unless they say otherwise. */
export async function createAuthority(
  commonName: string,
  options: AuthorityOptions = {},
): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: nameOf(commonName),
    issuer: nameOf(commonName),
    ...validity(options),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: await authorityExtensions(keys.publicKey, keys.publicKey),
  });
  return authorityOf({ certificate, keys, chain: '' });
}

async function authorityOf(signer: Signer): Promise<Authority> {
  return {
    certificate: pemOf(signer.certificate),
    key: await pemOfKey(signer.keys.privateKey),
    issue: (request) => issueLeaf(signer, request),
    issueAuthority: (commonName) => issueIntermediate(signer, commonName),
  };
}

async function issueIntermediate(issuer: Signer, commonName: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: nameOf(commonName),
    issuer: issuer.certificate.subjectName,
    ...validity({}),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    extensions: await authorityExtensions(keys.publicKey, issuer.keys.publicKey),
  });
  return authorityOf({ certificate, keys, chain: pemOf(certificate) + issuer.chain });
}

async function issueLeaf(issuer: Signer, request: LeafRequest): Promise<Issued> {
  const keys = await newKeys();
  const usages = [request.client ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth];
  const extensions: x509.Extension[] = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension(usages),
    ...(await keyIdentifiers(keys.publicKey, issuer.keys.publicKey)),
  ];
  const hosts = request.hosts ?? [];
  if (hosts.length > 0) extensions.push(new x509.SubjectAlternativeNameExtension(hosts.map(alternativeName)));
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: nameOf(request.commonName, request.organization),
    issuer: issuer.certificate.subjectName,
    ...validity(request),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    extensions,
  });
  return { certificate: pemOf(certificate) + issuer.chain, key: await pemOfKey(keys.privateKey) };
}

async function authorityExtensions(own: webcrypto.CryptoKey, issuer: webcrypto.CryptoKey) {
  const usages =
    x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature;
  return [
    new x509.BasicConstraintsExtension(true, undefined, true),
    new x509.KeyUsagesExtension(usages, true),
    ...(await keyIdentifiers(own, issuer)),
  ];
}

async function keyIdentifiers(
  own: webcrypto.CryptoKey,
  issuer: webcrypto.CryptoKey,
): Promise<x509.Extension[]> {
  return [
    await x509.SubjectKeyIdentifierExtension.create(own),
    await x509.AuthorityKeyIdentifierExtension.create(issuer),
  ];
}

function alternativeName(host: string): x509.JsonGeneralName {
  return { type: isIP(host) ? 'ip' : 'dns', value: host };
}

function nameOf(commonName: string, organization?: string): x509.Name {
  const parts = organization === undefined ? [] : [{ O: [organization] }];
  return new x509.Name([...parts, { CN: [commonName] }]);
}

function validity(range: AuthorityOptions): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: range.notBefore ?? new Date(Date.now() - DAY),
    notAfter: range.notAfter ?? new Date(Date.now() + 3650 * DAY),
  };
}

/** Random and positive: two authorities of one name must not issue equal serials (OpenSSL takes them for one). */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function newKeys() {
  return webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
}

function pemOf(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

async function pemOfKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`;
}
