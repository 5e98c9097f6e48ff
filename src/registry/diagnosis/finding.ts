import type { Said } from '../../engine/said.ts';

/** What is wrong on the way to the registry. */
export type FindingCode =
  | 'unknownAuthority'
  | 'wrongAuthorityGiven'
  | 'selfSigned'
  | 'missingIntermediate'
  | 'expired'
  | 'notYetValid'
  | 'clockSkew'
  | 'nameMismatch'
  | 'httpResponseToHttps'
  | 'malformedHttpResponse'
  | 'refused'
  | 'noSuchHost'
  | 'noRouteFromOutside'
  | 'timeout'
  | 'proxy'
  | 'interceptingProxy'
  | 'unauthorized'
  | 'forbidden'
  | 'deletionDisabled'
  | 'routerUnavailable'
  | 'serverError'
  | 'wrongService'
  | 'noToken'
  | 'tlsVersion'
  | 'weakCertificate'
  | 'connectionCut'
  | 'unknown';

/** One fix. */
export interface Fix {
  code: FixCode;
  /**
   * `none` changes nothing but what is asked for; `cluster` changes the cluster; `insecure` gives up verification or
   * encryption.
   */
  risk: 'none' | 'cluster' | 'insecure';
  /** Shell command to copy, where there is one. */
  command?: string;
  arguments: Readonly<Record<string, string>>;
}

export type FixCode =
  | 'giveAuthority'
  | 'useClusterAuthority'
  | 'useRoute'
  | 'exposeRoute'
  | 'useTunnel'
  | 'runInCluster'
  | 'useServedName'
  | 'renewCertificate'
  | 'serveIntermediates'
  | 'secureRegistry'
  | 'setClock'
  | 'login'
  | 'useServiceAccount'
  | 'grantPruner'
  | 'enableDeletion'
  | 'checkRegistryPods'
  | 'checkProxy'
  | 'setNoProxy'
  | 'correctAddress'
  | 'useHttps'
  | 'apiObjectsOnly'
  | 'forceInsecure'
  | 'retry'
  | 'askForHelp';

/** Which part of the documentation speaks of it. */
export type DocumentedRule =
  | 'secureByDefault'
  | 'insecureFallback'
  | 'otherAuthority'
  | 'insecureRegistry'
  | 'secureRegistryInsecureClient'
  | 'wrongAuthority'
  | 'needsToken'
  | 'needsPruner'
  | 'needsRoute'
  | null;

export interface Finding {
  code: FindingCode;
  /** `host:port` it was met at; empty where a pasted text names none. */
  address: string;
  /**
   * What the reference command prints, byte for byte with the actual address and path (REFERENCE section 6); the pasted
   * text itself where that is what was read.
   */
  message: string;
  /** What was met, in short, where that is known besides the facts. */
  why?: Said;
  /** Facts for the words: names, dates, issuers, status… */
  arguments: Readonly<Record<string, string>>;
  /** The best first, insecure ones last. */
  fixes: readonly Fix[];
  rule: DocumentedRule;
}
