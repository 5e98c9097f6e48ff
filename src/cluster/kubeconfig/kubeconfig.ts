import type { ClusterTarget, ExecPlugin, Impersonation, KeySource, PemSource } from './cluster-target.ts';
import type { Secret } from './secret.ts';

/** A cluster entry. `server` is as written; whether it can be used is decided when a context is resolved. */
export interface ClusterEntry {
  readonly name: string;
  readonly server?: string;
  readonly certificateAuthority?: PemSource;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: Secret;
  readonly execConfig?: Secret;
  readonly file: string;
}

export interface UserEntry {
  readonly name: string;
  readonly token?: Secret;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly clientCertificate?: PemSource;
  readonly clientKey?: KeySource;
  readonly exec?: ExecPlugin;
  /** Name of an `auth-provider`; kubectl has dropped those. */
  readonly authProvider?: string;
  readonly impersonate?: Impersonation;
  readonly file: string;
}

export interface ContextEntry {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
  readonly file: string;
}

/** One file, or several merged. Entries keep the order in which they were first met. */
export interface KubeconfigEntries {
  readonly currentContext?: string;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
}

/** What kubectl would see. Safe to print. */
export interface Kubeconfig extends KubeconfigEntries {
  /** The files that were read, in order of precedence (absolute paths). */
  readonly files: readonly string[];
  /** Files that were named but aren't there; one of them may appear later. */
  readonly missingFiles: readonly string[];
  /** The file `currentContext` came from. */
  readonly currentContextFile?: string;
  /** The cluster we run in; only where no kubeconfig says anything. */
  readonly inCluster?: ClusterTarget;
}

export interface ContextSummary {
  readonly name: string;
  readonly cluster: string;
  /** As written in the cluster entry; absent where that entry is missing. */
  readonly server?: string;
  readonly user: string;
  readonly namespace?: string;
  readonly current: boolean;
  readonly file: string;
}

/** Every context of the kubeconfig, sorted by name. Nothing is checked: a context may name a cluster that isn't there. */
export function listContexts(kubeconfig: Kubeconfig): ContextSummary[] {
  return [...kubeconfig.contexts.values()]
    .map((context) => ({
      name: context.name,
      cluster: context.cluster,
      server: kubeconfig.clusters.get(context.cluster)?.server,
      user: context.user,
      namespace: context.namespace,
      current: context.name === kubeconfig.currentContext,
      file: context.file,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
