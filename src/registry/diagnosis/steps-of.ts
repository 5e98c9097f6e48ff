import type { Said } from '../../engine/said.ts';
import { looksLikeRegistry } from '../client/registry-api.ts';
import { type AddressFacts, decidingVerification, type HttpFact, type Tried } from './facts.ts';
import type { SkipReason, Step, StepName } from './registry-diagnosis.ts';
import { rfc3339 } from './rfc3339.ts';

/** Clocks differ by less; certificates and tokens bear this much. */
const TOLERATED_SKEW_MS = 5 * 60_000;

/**
 * The way to the registry as steps, each with its verdict; one that wasn’t taken says why.
 * @param now when the probe began, milliseconds since the epoch
 */
export function stepsOf(facts: AddressFacts, now: number): Step[] {
  return [
    nameStep(facts),
    proxyStep(facts),
    tcpStep(facts),
    protocolStep(facts),
    tlsStep(facts),
    certificateStep(facts),
    pingStep('root', facts),
    pingStep('healthz', facts),
    apiStep(facts),
    clockStep(facts, now),
    tokenStep(facts),
    rightsStep(facts),
    deletionStep(facts),
  ];
}

type Facts = Step['facts'];

function skipped(step: StepName, because: SkipReason): Step {
  return { step, verdict: 'skipped', ms: null, because, why: null, facts: {} };
}

function taken(
  step: StepName,
  ok: boolean,
  ms: number | null,
  facts: Facts = {},
  why: Said | null = null,
): Step {
  const took = ms === null ? null : rounded(ms);
  return { step, verdict: ok ? 'ok' : 'failed', ms: took, because: null, why, facts };
}

function tried(step: StepName, { ms, failure }: Tried, facts: Facts): Step {
  return taken(step, failure === null, ms, failure ? {} : facts, failure?.words);
}

/** A tenth of a millisecond is more than anybody needs. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function nameStep({ name, proxy }: AddressFacts): Step {
  if (proxy !== null) return skipped('name', 'throughProxy');
  if (!name) return skipped('name', 'isAddress');
  return tried('name', name, { addresses: name.addresses.join(', ') });
}

function proxyStep({ proxy, connect, connected }: AddressFacts): Step {
  if (proxy === null) return skipped('proxy', 'noProxy');
  if (!connect) return skipped('proxy', 'stepBefore');
  const { ms, failure } = connect;
  // A proxy may forward requests of plain HTTP and yet open no tunnel to look through.
  if (!failure || connected) return taken('proxy', true, ms, { proxy });
  return taken('proxy', false, ms, { proxy }, failure.words);
}

function tcpStep({ proxy, connect }: AddressFacts): Step {
  if (proxy !== null) return skipped('tcp', 'throughProxy');
  if (!connect) return skipped('tcp', 'stepBefore');
  return tried('tcp', connect, { remote: connect.remote });
}

function protocolStep({ protocol, policy }: AddressFacts): Step {
  if (!protocol) return skipped('protocol', 'stepBefore');
  const { speaks, first, ms } = protocol;
  const wanted = policy.attempts.some(({ scheme }) => (scheme === 'https' ? 'tls' : 'http') === speaks);
  return taken('protocol', wanted, ms, { speaks, ...(first === '' ? {} : { first }) });
}

function tlsStep({ protocol, tls, leniently, policy }: AddressFacts): Step {
  if (protocol?.speaks === 'http' || policy.attempts[0]?.scheme === 'http')
    return skipped('tls', 'plainHttp');
  if (!tls) return skipped('tls', 'stepBefore');
  const { version, cipher } = tls;
  if (!tls.failure) return taken('tls', true, tls.ms, { version, cipher });
  const facts: Facts = leniently?.version ? { only: `${leniently.version}, ${leniently.cipher}` } : {};
  return taken('tls', false, tls.ms, facts, tls.failure.words);
}

function certificateStep(facts: AddressFacts): Step {
  const { protocol, policy, chain } = facts;
  if (protocol?.speaks === 'http' || policy.attempts[0]?.scheme === 'http') {
    return skipped('certificate', 'plainHttp');
  }
  const deciding = decidingVerification(facts);
  if (!deciding) return skipped('certificate', 'stepBefore');
  const { verified, why, source, ms } = deciding;
  const subject = chain[0]?.subject ?? '';
  return taken('certificate', verified, ms, { subject, source }, why);
}

/** A registry answers at one of the two; which of them it is doesn’t matter (REFERENCE section 4). */
function pingStep(step: 'root' | 'healthz', { pings, root, healthz, connected }: AddressFacts): Step {
  const path = step === 'root' ? '/' : '/healthz';
  const asked = connected ? (step === 'root' ? root : healthz) : pings.findLast((ping) => ping.path === path);
  if (!asked || (asked.failure && !connected && !reachedHttp(asked))) return skipped(step, 'stepBefore');
  const other = step === 'root' ? healthz : root;
  if (asked.status !== 200 && other?.status === 200) return skipped(step, 'notNeeded');
  const { scheme, verified } = asked.attempt;
  return httpStep(step, asked, asked.status === 200, {
    way: scheme === 'http' ? 'http' : verified ? 'verified' : 'unverified',
  });
}

/** What broke before anything was asked stands at an earlier step. */
function reachedHttp({ failure }: HttpFact): boolean {
  return failure?.kind === 'silent' || failure?.kind === 'notHttp';
}

function apiStep({ api }: AddressFacts): Step {
  if (!api) return skipped('api', 'stepBefore');
  const { challenge, apiVersion } = api;
  return httpStep('api', api, looksLikeRegistry(api), {
    ...(challenge === '' ? {} : { challenge }),
    ...(apiVersion === '' ? {} : { apiVersion }),
  });
}

function httpStep(
  step: StepName,
  { ms, status, said, failure, location }: HttpFact,
  ok: boolean,
  more: Facts,
) {
  const facts = {
    ...(status === null ? {} : { status: String(status) }),
    ...(said === '' ? {} : { said }),
    ...(location === '' ? {} : { location }),
    ...more,
  };
  return taken(step, ok, ms, facts, failure?.words);
}

/** Read off another answer, and it took what that took. */
function clockStep({ root, api, pings }: AddressFacts, now: number): Step {
  const dated = [root, api, ...pings].find((one) => one?.aheadMs != null);
  if (dated?.aheadMs == null) return skipped('clock', 'noDate');
  const { aheadMs, ms } = dated;
  return taken('clock', Math.abs(aheadMs) <= TOLERATED_SKEW_MS, ms, {
    seconds: String(Math.round(aheadMs / 1000)),
    there: rfc3339(now + aheadMs),
  });
}

function tokenStep(facts: AddressFacts): Step {
  const { rights } = facts;
  if (!rights) return skipped('token', credentialless(facts));
  const { token } = rights;
  return taken('token', token.state === 'present', token.ms, {}, token.state === 'failed' ? token.why : null);
}

function rightsStep(facts: AddressFacts): Step {
  const { rights } = facts;
  if (!rights) return skipped('rights', credentialless(facts));
  const { blob } = rights;
  if (!blob) return skipped('rights', 'stepBefore');
  const { ms, status, failure } = blob;
  // A disabled deletion is a step of its own.
  const ok = status === 404 || status === 405;
  return taken('rights', ok, ms, status === null ? {} : { status: String(status) }, failure?.words);
}

function deletionStep(facts: AddressFacts): Step {
  const { rights } = facts;
  if (!rights) return skipped('deletion', credentialless(facts));
  const { blob, link } = rights;
  if (blob?.status === 405) return taken('deletion', false, blob.ms, { status: '405' });
  if (blob?.status !== 404) return skipped('deletion', 'stepBefore');
  if (!link) return skipped('deletion', 'noRepository');
  const { ms, status, failure } = link;
  return taken(
    'deletion',
    status === 404,
    ms,
    status === null ? {} : { status: String(status) },
    failure?.words,
  );
}

/** Why an address got no credential. */
function credentialless({ connected, api, unasked }: AddressFacts): SkipReason {
  if (unasked) return 'unseenAddress';
  return connected !== null && api !== null ? 'otherAddress' : 'stepBefore';
}
