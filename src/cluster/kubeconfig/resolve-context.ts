import type { ClusterTarget, TargetCluster, TargetUser } from './cluster-target.ts';
import type { ClusterEntry, ContextEntry, Kubeconfig, UserEntry } from './kubeconfig.ts';
import { KubeconfigError, type KubeconfigProblem } from './kubeconfig-error.ts';
import { nearestNames } from './nearest-names.ts';
import { Secret } from './secret.ts';
import { absoluteServerUrl } from './server-url.ts';

export interface ContextChoice {
  /** The current context where absent or empty. */
  readonly context?: string;
}

/**
 * Puts a context together with its cluster and its user. Reads no file and runs nothing: the target says where the
 * credentials are. Where no kubeconfig says anything and we run in a pod, the target is the pod's own cluster.
 * Throws `KubeconfigError` where something is missing or can't be used.
 */
export function resolveContext(kubeconfig: Kubeconfig, choice: ContextChoice = {}): ClusterTarget {
  if (kubeconfig.inCluster && !choice.context) return kubeconfig.inCluster;
  const context = chosenContext(kubeconfig, choice.context || undefined);
  const cluster = kubeconfig.clusters.get(context.cluster);
  if (!cluster) {
    throw missingEntry('unknown-cluster', 'cluster', context, context.cluster, kubeconfig.clusters.keys());
  }
  const user = kubeconfig.users.get(context.user);
  if (!user && context.user !== '') {
    throw missingEntry('unknown-user', 'user', context, context.user, kubeconfig.users.keys());
  }
  return {
    context: context.name,
    namespace: context.namespace ?? 'default',
    cluster: targetCluster(cluster, user),
    user: user ? targetUser(user) : { name: '' },
    files: kubeconfig.files,
  };
}

function chosenContext(kubeconfig: Kubeconfig, wanted: string | undefined): ContextEntry {
  const names = [...kubeconfig.contexts.keys()];
  if (names.length === 0 && wanted === undefined && kubeconfig.currentContext === undefined) {
    throw noContexts(kubeconfig);
  }
  const name = wanted ?? kubeconfig.currentContext;
  if (name === undefined) {
    throw new KubeconfigError(
      'no-current-context',
      `No context was chosen, and ${kubeconfig.files.join(', ')} sets no current-context. ` +
        `Choose one with --context or kubectl config use-context: ${someOf(names)}.`,
    );
  }
  const context = kubeconfig.contexts.get(name);
  if (context) return context;
  const file = wanted === undefined ? kubeconfig.currentContextFile : undefined;
  const role = wanted === undefined ? `current-context of ${file}` : 'context';
  throw new KubeconfigError(
    'unknown-context',
    `The ${role}, "${name}", is not in the kubeconfig (${kubeconfig.files.join(', ') || 'no file was read'}). ${suggestion(name, names)}`,
    { file },
  );
}

function noContexts(kubeconfig: Kubeconfig): KubeconfigError {
  const looked = [...kubeconfig.files, ...kubeconfig.missingFiles].join(', ');
  const what =
    kubeconfig.files.length === 0
      ? `There is no kubeconfig (looked for ${looked})`
      : `The kubeconfig ${kubeconfig.files.join(', ')} holds no context`;
  return new KubeconfigError(
    'no-kubeconfig',
    `${what}, and this is not a pod in a cluster. Log in with oc login, or name a file with --kubeconfig or KUBECONFIG.`,
    { file: kubeconfig.files[0] },
  );
}

function missingEntry(
  problem: KubeconfigProblem,
  kind: string,
  context: ContextEntry,
  name: string,
  names: Iterable<string>,
): KubeconfigError {
  const named =
    name === '' ? `names no ${kind}` : `names the ${kind} "${name}", which is not in the kubeconfig`;
  return new KubeconfigError(
    problem,
    `The context "${context.name}" (${context.file}) ${named}. ${suggestion(name, [...names])}`,
    { file: context.file },
  );
}

function targetCluster(entry: ClusterEntry, user: UserEntry | undefined): TargetCluster {
  const where = `The cluster "${entry.name}" (${entry.file})`;
  const invalid = (what: string) => new KubeconfigError('invalid-cluster', what, { file: entry.file });
  if (entry.server === undefined) {
    throw invalid(`${where} has no server. Set it with kubectl config set-cluster --server=https://…`);
  }
  // client-go refuses this too: it can't be told which of the two was meant.
  if (entry.insecureSkipTlsVerify && entry.certificateAuthority) {
    throw invalid(
      `${where} has a certificate authority and insecure-skip-tls-verify. Remove one of them: the second to verify the server, the first to trust whoever answers.`,
    );
  }
  const speaksOfTls =
    entry.insecureSkipTlsVerify || Boolean(entry.certificateAuthority) || Boolean(user?.clientCertificate);
  const server = absoluteServerUrl(entry.server, speaksOfTls);
  if ('problem' in server) {
    throw invalid(`The server of the cluster "${entry.name}" (${entry.file}) ${server.problem}. Correct it.`);
  }
  const { name, certificateAuthority, insecureSkipTlsVerify, tlsServerName, proxyUrl, execConfig, file } =
    entry;
  return {
    name,
    server: server.url,
    certificateAuthority,
    insecureSkipTlsVerify,
    tlsServerName,
    proxyUrl,
    execConfig,
    file,
  };
}

function targetUser(entry: UserEntry): TargetUser {
  if (entry.authProvider !== undefined) throw droppedAuthProvider(entry, entry.authProvider);
  const { name, token, tokenFile, exec, impersonate, file } = entry;
  return {
    name,
    token,
    tokenFile,
    basic:
      entry.username === undefined
        ? undefined
        : { username: entry.username, password: entry.password ?? new Secret('') },
    clientCertificate: clientCertificate(entry),
    exec,
    impersonate,
    file,
  };
}

function clientCertificate(entry: UserEntry): TargetUser['clientCertificate'] {
  const { clientCertificate: certificate, clientKey: key } = entry;
  if (certificate && key) return { certificate, key };
  if (!certificate && !key) return undefined;
  const [has, lacks] = certificate ? ['certificate', 'key'] : ['key', 'certificate'];
  throw new KubeconfigError(
    'invalid-user',
    `The user "${entry.name}" (${entry.file}) has a client ${has} but no client ${lacks}. Add client-${lacks} or client-${lacks}-data.`,
    { file: entry.file },
  );
}

function droppedAuthProvider(entry: UserEntry, provider: string): KubeconfigError {
  const plugin: Record<string, string> = {
    gcp: ' (gke-gcloud-auth-plugin)',
    azure: ' (kubelogin)',
    oidc: ' (kubectl oidc-login)',
  };
  return new KubeconfigError(
    'dropped-auth-provider',
    `The user "${entry.name}" (${entry.file}) authenticates with the auth-provider "${provider}". Kubernetes has given up auth-providers (kubectl dropped them in 1.26) and they are not supported here. Use a token, or an exec plugin in its place${plugin[provider] ?? ''}.`,
    { file: entry.file },
  );
}

function suggestion(name: string, names: string[]): string {
  if (names.length === 0) return 'It holds none at all: log in with oc login, or name another file.';
  const nearest = nearestNames(name, names);
  return nearest.length > 0 ? `Did you mean ${quoted(nearest)}?` : `There is ${someOf(names)}.`;
}

function someOf(names: string[]): string {
  const shown = quoted(names.slice(0, 5));
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function quoted(names: string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
