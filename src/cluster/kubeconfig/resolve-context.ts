import { type Said, type SaidValue, said, saidTogether } from '../../engine/said.ts';
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
      said(
        'No context was chosen, and {0} sets no current-context. Choose one with --context or kubectl config use-context: {1}.',
        kubeconfig.files.join(', '),
        someOf(names),
      ),
    );
  }
  const context = kubeconfig.contexts.get(name);
  if (context) return context;
  const file = wanted === undefined ? kubeconfig.currentContextFile : undefined;
  const read = kubeconfig.files.length === 0 ? said('no file was read') : kubeconfig.files.join(', ');
  const unknown =
    file === undefined
      ? said('The context, “{0}”, is not in the kubeconfig ({1}).', name, read)
      : said('The current-context of {0}, “{1}”, is not in the kubeconfig ({2}).', file, name, read);
  throw new KubeconfigError('unknown-context', saidTogether(unknown, suggestion(name, names)), { file });
}

function noContexts(kubeconfig: Kubeconfig): KubeconfigError {
  const looked = [...kubeconfig.files, ...kubeconfig.missingFiles].join(', ');
  const what =
    kubeconfig.files.length === 0
      ? said('There is no kubeconfig (looked for {0}), and this is not a pod in a cluster.', looked)
      : said(
          'The kubeconfig {0} holds no context, and this is not a pod in a cluster.',
          kubeconfig.files.join(', '),
        );
  const next = said('Log in with oc login, or name a file with --kubeconfig or KUBECONFIG.');
  return new KubeconfigError('no-kubeconfig', saidTogether(what, next), { file: kubeconfig.files[0] });
}

function missingEntry(
  problem: KubeconfigProblem,
  kind: 'cluster' | 'user',
  context: ContextEntry,
  name: string,
  names: Iterable<string>,
): KubeconfigError {
  const missing = unnamedEntry(kind, context, name);
  return new KubeconfigError(problem, saidTogether(missing, suggestion(name, [...names])), {
    file: context.file,
  });
}

function unnamedEntry(kind: 'cluster' | 'user', { name: context, file }: ContextEntry, name: string): Said {
  if (kind === 'cluster') {
    return name === ''
      ? said('The context “{0}” ({1}) names no cluster.', context, file)
      : said(
          'The context “{0}” ({1}) names the cluster “{2}”, which is not in the kubeconfig.',
          context,
          file,
          name,
        );
  }
  return name === ''
    ? said('The context “{0}” ({1}) names no user.', context, file)
    : said(
        'The context “{0}” ({1}) names the user “{2}”, which is not in the kubeconfig.',
        context,
        file,
        name,
      );
}

function targetCluster(entry: ClusterEntry, user: UserEntry | undefined): TargetCluster {
  const invalid = (what: Said) => new KubeconfigError('invalid-cluster', what, { file: entry.file });
  if (entry.server === undefined) {
    throw invalid(
      said(
        'The cluster “{0}” ({1}) has no server. Set it with kubectl config set-cluster --server=https://…',
        entry.name,
        entry.file,
      ),
    );
  }
  // client-go refuses this too: it can't be told which of the two was meant.
  if (entry.insecureSkipTlsVerify && entry.certificateAuthority) {
    throw invalid(
      said(
        'The cluster “{0}” ({1}) has a certificate authority and insecure-skip-tls-verify. Remove one of them: the second to verify the server, the first to trust whoever answers.',
        entry.name,
        entry.file,
      ),
    );
  }
  const speaksOfTls =
    entry.insecureSkipTlsVerify || Boolean(entry.certificateAuthority) || Boolean(user?.clientCertificate);
  const server = absoluteServerUrl(entry.server, speaksOfTls);
  if ('problem' in server) {
    throw invalid(
      said('The server of the cluster “{0}” ({1}): {2}. Correct it.', entry.name, entry.file, server.problem),
    );
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
  const { name, file } = entry;
  throw new KubeconfigError(
    'invalid-user',
    certificate
      ? said(
          'The user “{0}” ({1}) has a client certificate but no client key. Add client-key or client-key-data.',
          name,
          file,
        )
      : said(
          'The user “{0}” ({1}) has a client key but no client certificate. Add client-certificate or client-certificate-data.',
          name,
          file,
        ),
    { file },
  );
}

function droppedAuthProvider(entry: UserEntry, provider: string): KubeconfigError {
  const plugin: Record<string, string> = {
    gcp: 'gke-gcloud-auth-plugin',
    azure: 'kubelogin',
    oidc: 'kubectl oidc-login',
  };
  const dropped = said(
    'The user “{0}” ({1}) authenticates with the auth-provider “{2}”. Kubernetes has given up auth-providers (kubectl dropped them in 1.26) and they are not supported here.',
    entry.name,
    entry.file,
    provider,
  );
  const instead = plugin[provider];
  const next =
    instead === undefined
      ? said('Use a token, or an exec plugin in its place.')
      : said('Use a token, or an exec plugin in its place ({0}).', instead);
  return new KubeconfigError('dropped-auth-provider', saidTogether(dropped, next), { file: entry.file });
}

function suggestion(name: string, names: string[]): Said {
  if (names.length === 0) return said('It holds none at all: log in with oc login, or name another file.');
  const nearest = nearestNames(name, names);
  return nearest.length > 0
    ? said('Did you mean {0}?', quoted(nearest))
    : said('There is {0}.', someOf(names));
}

function someOf(names: string[]): SaidValue {
  const shown = quoted(names.slice(0, 5));
  return names.length > 5 ? said('{0} and {1} more', shown, names.length - 5) : shown;
}

function quoted(names: string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
