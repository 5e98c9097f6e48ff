import * as l10n from '@vscode/l10n';
import type {
  DiagnosedAddress,
  ServedCertificate,
  SkipReason,
  Step,
  Verification,
} from '../../registry/diagnosis/registry-diagnosis.ts';
import { inWords } from './in-words.ts';

/** A step for people: what was tried, and what came of it. */
export interface StepWords {
  name: string;
  /** Empty where the verdict says it all. */
  result: string;
}

/** A step of the way, in short. */
export function stepInWords(step: Step): StepWords {
  return {
    name: stepName(step),
    result: step.because === null ? resultInWords(step) : skipInWords(step.because),
  };
}

/** A verdict as a word, to stand beside its icon. */
export function verdictInWords(verdict: Step['verdict']): string {
  switch (verdict) {
    case 'ok':
      return l10n.t('ok');
    case 'failed':
      return l10n.t('failed');
    case 'skipped':
      return l10n.t('skipped');
  }
}

/** Where an address comes from. */
export function sourceInWords({ source, through }: Pick<DiagnosedAddress, 'source' | 'through'>): string {
  switch (source) {
    case 'given':
      return l10n.t('given with --registry-url');
    case 'youngestImage':
      return l10n.t('named by the youngest image that was pushed');
    case 'streamRepository':
      return l10n.t('named by the image streams');
    case 'route':
      return l10n.t('a route');
    case 'tunnel':
      return through === null ? l10n.t('through a tunnel') : l10n.t('through a tunnel to {0}', through);
  }
}

/** The authorities that something was verified with. */
export function authorityInWords({ source, name }: Pick<Verification, 'source' | 'name'>): string {
  switch (source) {
    case 'file':
      return l10n.t('the file given with --certificate-authority');
    case 'kubeconfig':
      return l10n.t('the kubeconfig’s authority');
    case 'machine':
      return l10n.t('this machine’s authorities');
    case 'published':
      return l10n.t('what the cluster publishes in {0}', name);
  }
}

/** What a certificate says of itself, item by item. */
export function certificateInWords(certificate: ServedCertificate): string[] {
  const { names, notBefore, notAfter, keyType, keyBits, signature, fingerprint, selfSigned, issuer } =
    certificate;
  return [
    selfSigned ? l10n.t('signed by itself') : l10n.t('signed by {0}', issuer),
    ...(names.length > 0 ? [l10n.t('for the names {0}', names.join(', '))] : []),
    l10n.t('valid from {0} to {1}', notBefore, notAfter),
    keyBits === null
      ? l10n.t('key {0}, signature {1}', keyType, signature)
      : l10n.t('key {0} with {1} bits, signature {2}', keyType, keyBits, signature),
    l10n.t('SHA-256 {0}', fingerprint),
  ];
}

function stepName({ step }: Step): string {
  switch (step) {
    case 'name':
      return l10n.t('Name');
    case 'proxy':
      return l10n.t('Proxy');
    case 'tcp':
      return l10n.t('Connection');
    case 'protocol':
      return l10n.t('Protocol');
    case 'tls':
      return l10n.t('TLS');
    case 'certificate':
      return l10n.t('Certificate');
    case 'root':
      return 'GET /';
    case 'healthz':
      return 'GET /healthz';
    case 'api':
      return 'GET /v2/';
    case 'clock':
      return l10n.t('Clock');
    case 'token':
      return l10n.t('Token');
    case 'rights':
      return l10n.t('Right to prune');
    case 'deletion':
      return l10n.t('Deletion');
  }
}

function skipInWords(because: SkipReason): string {
  switch (because) {
    case 'isAddress':
      return l10n.t('it is an IP address');
    case 'noProxy':
      return l10n.t('none is set for it');
    case 'throughProxy':
      return l10n.t('the proxy does that');
    case 'stepBefore':
      return l10n.t('not reached');
    case 'plainHttp':
      return l10n.t('it is plain HTTP');
    case 'noDate':
      return l10n.t('no answer says the time');
    case 'otherAddress':
      return l10n.t('the token is only sent to the address that a prune uses');
    case 'unseenAddress':
      return l10n.t('the token is only sent to an address that you have seen: diagnose again');
    case 'noRepository':
      return l10n.t('no image stream to ask about');
    case 'notNeeded':
      return l10n.t('not needed: another path answered');
  }
}

function resultInWords({ step, verdict, facts, why: met }: Step): string {
  const why = met === null ? undefined : inWords(met);
  switch (step) {
    case 'name':
      return why ?? facts.addresses ?? '';
    case 'proxy':
      return why === undefined ? (facts.proxy ?? '') : `${facts.proxy ?? ''}: ${why}`;
    case 'tcp':
      return why ?? facts.remote ?? '';
    case 'protocol':
      return protocolInWords(facts);
    case 'tls':
      if (why === undefined) return `${facts.version ?? ''}, ${facts.cipher ?? ''}`;
      return facts.only === undefined ? why : l10n.t('{0}; it can do {1}', why, facts.only);
    case 'certificate':
      return certificateResult(facts, why);
    case 'root':
    case 'healthz':
    case 'api':
      return httpInWords(facts, why);
    case 'clock':
      return verdict === 'ok'
        ? l10n.t('within {0} s of this machine’s', Math.abs(Number(facts.seconds)))
        : l10n.t('{0} s away from this machine’s: it says {1}', facts.seconds ?? '', facts.there ?? '');
    case 'token':
      return verdict === 'ok' ? l10n.t('there is one') : (why ?? l10n.t('there is none'));
    case 'rights':
      return verdict === 'ok'
        ? l10n.t('it would delete for this user')
        : (why ?? l10n.t('it answered {0}', facts.status ?? ''));
    case 'deletion':
      return verdict === 'ok' ? l10n.t('enabled') : (why ?? l10n.t('it answered {0}', facts.status ?? ''));
  }
}

function protocolInWords({ speaks, first }: Step['facts']): string {
  switch (speaks) {
    case 'tls':
      return l10n.t('TLS');
    case 'http':
      return l10n.t('HTTP without TLS');
    case 'silent':
      return l10n.t('it says nothing');
    case 'closed':
      return l10n.t('it ends the connection');
    default:
      return first === undefined ? l10n.t('something else') : l10n.t('something else: {0}', first);
  }
}

function certificateResult({ subject = '', source }: Step['facts'], why: string | undefined): string {
  const by = source === 'file' || source === 'kubeconfig' || source === 'machine' ? source : 'machine';
  const authority = authorityInWords({ source: by, name: '' });
  return why === undefined
    ? l10n.t('{0}, verified with {1}', subject, authority)
    : l10n.t('{0}, not verified with {1}: {2}', subject, authority, why);
}

function httpInWords(
  { status, said, location, challenge, way }: Step['facts'],
  why: string | undefined,
): string {
  if (status === undefined) return why ?? '';
  const more = [
    said,
    location === undefined ? undefined : `→ ${location}`,
    challenge,
    way === 'unverified' ? l10n.t('not verified') : way === 'http' ? l10n.t('without TLS') : undefined,
  ].filter((one) => one !== undefined);
  return more.length === 0 ? status : `${status} (${more.join('; ')})`;
}
