import { type Said, said, saidTogether } from '../../engine/said.ts';
import { isObject } from '../../engine/shape.ts';
import type { ClusterTarget, ExecPlugin } from '../kubeconfig/cluster-target.ts';
import { executableFor, searchPath } from './command-search.ts';
import { CredentialError } from './credential-error.ts';
import { type PluginOutcome, runPlugin } from './plugin-process.ts';

const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const DEFAULT_TIMEOUT_MS = 60_000;
const STDERR_LINES = 6;

export interface ExecOptions {
  /** 60 s where absent. */
  readonly timeoutMs?: number;
  /** Our standard input is a terminal that the plugin may use; otherwise it gets none. */
  readonly interactive?: boolean;
  /** What the plugin says on stderr ("open this page to log in"), scrubbed of what looks like a secret. */
  readonly onMessage?: (text: string) => void;
}

export interface PluginAnswer {
  readonly token?: string;
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
  /** Milliseconds since the epoch; absent where it stays valid as long as we run. */
  readonly expires?: number;
}

interface PluginCircumstances extends ExecOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** PEM. */
  readonly certificateAuthority?: string;
  readonly signal?: AbortSignal;
}

/**
 * Runs an exec credential plugin once (https://kubernetes.io/docs/reference/access-authn-authz/authentication/,
 * "client-go credential plugins"). Throws `CredentialError`; its message never holds what the plugin wrote to stdout.
 */
export async function runExecPlugin(
  plugin: ExecPlugin,
  target: ClusterTarget,
  circumstances: PluginCircumstances,
): Promise<PluginAnswer> {
  const fault = faultsOf(plugin, target);
  if (!API_VERSIONS.includes(plugin.apiVersion)) {
    throw fault(
      'command-answer',
      plugin.apiVersion
        ? said('its apiVersion is “{0}”, which is not supported', plugin.apiVersion)
        : said('its apiVersion is not set'),
      said('Set users[].user.exec.apiVersion to {0} or {1}.', ...API_VERSIONS),
    );
  }
  const interactive = circumstances.interactive === true && plugin.interactiveMode !== 'Never';
  if (plugin.interactiveMode === 'Always' && !interactive) {
    throw fault(
      'command-needs-terminal',
      said('it must talk to a terminal (interactiveMode: Always), and there is none to give it here'),
      said(
        'Run it once in a terminal, for instance with kubectl get --raw /version, or use another credential.',
      ),
    );
  }
  const file = await executableFor(plugin.command, circumstances.env);
  if (file === undefined) throw notFound(plugin, circumstances.env, fault);

  const scrub = scrubberFor(plugin);
  const configured = Object.fromEntries(plugin.env.map(({ name, value }) => [name, value.reveal()]));
  const timeoutMs = circumstances.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const outcome = await runPlugin({
    file,
    args: plugin.args.map((value) => value.reveal()),
    env: {
      ...circumstances.env,
      ...configured,
      KUBERNETES_EXEC_INFO: execInfo(plugin, target, interactive, circumstances.certificateAuthority),
    },
    timeoutMs,
    interactive,
    signal: circumstances.signal,
    onStderr: (text) => circumstances.onMessage?.(scrub(text)),
  }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : said('unknown error');
    // Not the cause itself: a spawn error carries every argument.
    throw fault(
      'command-failed',
      said('{0} can’t be started ({1})', file, code),
      said('Check that it is a program.'),
    );
  });
  if (outcome.end !== 'exit' || outcome.code !== 0) throw failed(outcome, timeoutMs, scrub, fault);
  return readAnswer(outcome.stdout, plugin, fault);
}

type Fault = (problem: CredentialError['problem'], what: Said, next: Said) => CredentialError;

function faultsOf(plugin: ExecPlugin, target: ClusterTarget): Fault {
  const hint = plugin.installHint?.trim();
  return (problem, what, next) => {
    const fault = said(
      'The credential plugin {0} of the user “{1}” (context “{2}”) gave no credential: {3}. {4}',
      plugin.command,
      target.user.name,
      target.context,
      what,
      next,
    );
    const hinted = problem === 'command-not-found' && hint ? saidTogether(fault, hint) : fault;
    return new CredentialError(problem, hinted);
  };
}

function notFound(plugin: ExecPlugin, env: PluginCircumstances['env'], fault: Fault): CredentialError {
  const isPath = /[\\/]/.test(plugin.command);
  return fault(
    'command-not-found',
    isPath ? said('there is no such program') : notOnPath(searchPath(env)),
    isPath ? said('Correct the path in the kubeconfig.') : said('Install it, or put its folder on the PATH.'),
  );
}

function notOnPath(searched: readonly string[]): Said {
  return searched.length === 0
    ? said('the command isn’t on the PATH, which is empty')
    : said('the command isn’t on the PATH (searched {0})', searched.join(', '));
}

function failed(
  outcome: PluginOutcome,
  timeoutMs: number,
  scrub: (text: string) => string,
  fault: Fault,
): CredentialError {
  const stderr = lastLines(scrub(outcome.stderr));
  const words = stderr === '' ? said('It said nothing on stderr.') : said('It said: {0}', stderr);
  switch (outcome.end) {
    case 'timeout':
      return fault(
        'command-timeout',
        said('it didn’t finish within {0} s and was ended', timeoutMs / 1000),
        saidTogether(words, said('It may be waiting for a login: run it in a terminal.')),
      );
    case 'aborted':
      return fault('command-failed', said('it was ended because the session was closed'), said('Try again.'));
    case 'overflow':
      return fault(
        'command-answer',
        said('it wrote more than a megabyte and was ended'),
        said('Check the command.'),
      );
    case 'exit': {
      const how =
        outcome.code === null
          ? said('it was ended by {0}', String(outcome.signal))
          : said('it exited with {0}', outcome.code);
      return fault('command-failed', how, words);
    }
  }
}

function lastLines(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== '')
    .slice(-STDERR_LINES)
    .join(' | ');
}

/** Takes out what the kubeconfig gave the plugin, and what has the form of a token or a key. */
function scrubberFor(plugin: ExecPlugin): (text: string) => string {
  const given = plugin.env.map(({ value }) => value.reveal()).filter((value) => value.length >= 8);
  return (text) =>
    given
      .reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text)
      .replaceAll(/eyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '[redacted]')
      .replaceAll(/sha256~[\w-]+/g, '[redacted]')
      .replaceAll(/("?(?:token|clientKeyData)"?\s*[:=]\s*"?)[^\s",}]{8,}/gi, '$1[redacted]')
      .replaceAll(
        /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
        '[redacted]',
      );
}

function execInfo(
  plugin: ExecPlugin,
  target: ClusterTarget,
  interactive: boolean,
  certificateAuthority: string | undefined,
): string {
  const { cluster } = target;
  const info = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify || undefined,
    'certificate-authority-data':
      certificateAuthority === undefined ? undefined : Buffer.from(certificateAuthority).toString('base64'),
    'proxy-url': cluster.proxyUrl?.reveal(),
    config: cluster.execConfig === undefined ? undefined : JSON.parse(cluster.execConfig.reveal()),
  };
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: plugin.apiVersion,
    spec: { cluster: plugin.provideClusterInfo ? info : undefined, interactive },
  });
}

function readAnswer(stdout: string, plugin: ExecPlugin, fault: Fault): PluginAnswer {
  const wrong = (what: Said) =>
    fault('command-answer', what, said('Run it in a terminal to see what it prints, and update it.'));
  const answer = parsedJson(stdout);
  if (!isObject(answer) || answer.kind !== 'ExecCredential')
    throw wrong(said('its answer isn’t an ExecCredential'));
  if (answer.apiVersion !== plugin.apiVersion) {
    throw wrong(said('it answered in another apiVersion than {0}', plugin.apiVersion));
  }
  const { status } = answer;
  if (!isObject(status)) throw wrong(said('its answer has no status'));
  const token = textField(status, 'token', wrong);
  const certificate = textField(status, 'clientCertificateData', wrong);
  const key = textField(status, 'clientKeyData', wrong);
  if ((certificate === undefined) !== (key === undefined)) {
    throw wrong(said('it answered with a client certificate without a key, or the other way round'));
  }
  const clientCertificate = certificate !== undefined && key !== undefined ? { certificate, key } : undefined;
  if (token === undefined && !clientCertificate) {
    throw wrong(said('it answered with neither a token nor a client certificate'));
  }
  const expiry = textField(status, 'expirationTimestamp', wrong);
  const expires = expiry === undefined ? undefined : Date.parse(expiry);
  if (expires !== undefined && Number.isNaN(expires))
    throw wrong(said('its expirationTimestamp isn’t a date'));
  return { token, clientCertificate, expires };
}

/** `undefined` for what isn't JSON; the text is secret, and so is a parser's complaint about it. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textField(
  fields: Record<string, unknown>,
  name: string,
  wrong: (what: Said) => CredentialError,
): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw wrong(said('{0} in its answer isn’t a string', name));
}
