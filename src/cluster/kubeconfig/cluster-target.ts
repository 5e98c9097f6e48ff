// What a resolved context says about where the API server is and who speaks to it. Plain data: no file that it
// names has been read, no command it names has been run.
import type { Secret } from './secret.ts';

/** PEM as a kubeconfig gives it: inline (already decoded from base64) or in a file (absolute path). */
export type PemSource =
  | { readonly kind: 'data'; readonly pem: string }
  | { readonly kind: 'file'; readonly path: string };

/** Like {@link PemSource}, for a private key. */
export type KeySource =
  | { readonly kind: 'data'; readonly pem: Secret }
  | { readonly kind: 'file'; readonly path: string };

/** An exec credential plugin (`users[].user.exec`). People put secrets into its arguments and environment. */
export interface ExecPlugin {
  readonly apiVersion: string;
  /** A bare name is searched on PATH; a relative path has been made absolute against the kubeconfig's folder. */
  readonly command: string;
  readonly args: readonly Secret[];
  /** Added to the environment of the process, in this order. */
  readonly env: readonly { readonly name: string; readonly value: Secret }[];
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always';
}

/** Who to act as (`users[].user.as*`). */
export interface Impersonation {
  readonly user?: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface TargetCluster {
  readonly name: string;
  /** `http` or `https`, without a trailing slash; it may carry a path (a cluster behind a gateway). */
  readonly server: string;
  readonly certificateAuthority?: PemSource;
  readonly insecureSkipTlsVerify: boolean;
  /** Name for SNI and for verification, where it differs from the host of `server`. */
  readonly tlsServerName?: string;
  /** `proxy-url`; it may hold a password. */
  readonly proxyUrl?: Secret;
  /** JSON of the extension `client.authentication.k8s.io/exec`, handed to exec plugins as `cluster.config`. */
  readonly execConfig?: Secret;
  /** The file this entry came from; absent where the cluster is the one we run in. */
  readonly file?: string;
}

/** More than one kind of credential can be present; see `credential-source.ts` for which one speaks. */
export interface TargetUser {
  /** Empty where the context names no user: requests are anonymous. */
  readonly name: string;
  readonly token?: Secret;
  readonly tokenFile?: string;
  readonly basic?: { readonly username: string; readonly password: Secret };
  readonly clientCertificate?: { readonly certificate: PemSource; readonly key: KeySource };
  readonly exec?: ExecPlugin;
  readonly impersonate?: Impersonation;
  readonly file?: string;
}

/** Where to go and as whom. Safe to print: everything secret in it is a {@link Secret}. */
export interface ClusterTarget {
  readonly context: string;
  /** The context's namespace, `default` where it names none. */
  readonly namespace: string;
  readonly cluster: TargetCluster;
  readonly user: TargetUser;
  /** The kubeconfig files it was read from, in order of precedence; empty where we run in the cluster. */
  readonly files: readonly string[];
}
