import { isLocalHost } from './local-host.ts';

/** What decides how a registry may be spoken to. */
export interface TransportQuestion {
  /** `--certificate-authority` was given. */
  authorityGiven: boolean;
  /** `--force-insecure` was given. */
  forced: boolean;
  /** Of the address; null where it states none. */
  scheme: 'http' | 'https' | null;
  /** Of the address, without brackets. */
  hostname: string;
  /** The kubeconfig's `insecure-skip-tls-verify` for the cluster. */
  clusterInsecure: boolean;
}

/** Why a connection may, or may not, be insecure. */
export type TransportReason =
  | 'authorityGiven'
  | 'forced'
  | 'httpAsked'
  | 'localHost'
  | 'clusterInsecure'
  | 'secureOnly';

export interface TransportAttempt {
  scheme: 'https' | 'http';
  /** Whether the certificate is verified; false also for HTTP, which has none. */
  verified: boolean;
}

export interface TransportPolicy {
  /** What to try, in this order. */
  attempts: readonly TransportAttempt[];
  /** Why the insecure attempts are, or are not, among them. */
  reason: TransportReason;
}

const VERIFIED: TransportAttempt = { scheme: 'https', verified: true };
const UNVERIFIED: TransportAttempt = { scheme: 'https', verified: false };
const CLEAR: TransportAttempt = { scheme: 'http', verified: false };

/**
 * The policy of REFERENCE section 5: secure first, fully verified; insecure only where no certificate authority is
 * given and the user or the address says so. A scheme that the address states is kept to.
 */
export function transportPolicy(question: TransportQuestion): TransportPolicy {
  const reason = reasonFor(question);
  const mayBeInsecure = reason !== 'authorityGiven' && reason !== 'secureOnly';
  if (!mayBeInsecure) return { attempts: [VERIFIED], reason };
  switch (question.scheme) {
    case 'http':
      return { attempts: [CLEAR], reason };
    case 'https':
      return { attempts: [VERIFIED, UNVERIFIED], reason };
    case null:
      return { attempts: [VERIFIED, UNVERIFIED, CLEAR], reason };
  }
}

function reasonFor(question: TransportQuestion): TransportReason {
  if (question.authorityGiven) return 'authorityGiven';
  if (question.forced) return 'forced';
  if (question.scheme === 'http') return 'httpAsked';
  if (isLocalHost(question.hostname)) return 'localHost';
  return question.clusterInsecure ? 'clusterInsecure' : 'secureOnly';
}
