import * as vscode from 'vscode';
import type { RegistryCache } from '../../cluster/registry-deployment/registry-cache.ts';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import { asSaid } from '../../engine/said.ts';
import { isObject, listAt } from '../../engine/shape.ts';
import type { RegistryHints } from '../../prune/reach-registry.ts';
import type { Finding } from '../../registry/diagnosis/finding.ts';
import type { FoundRegistry } from '../../registry/discovery/find-registry.ts';
import type { RegistrySource } from '../../registry/discovery/registry-not-found.ts';
import type { Problem, RegistryState } from '../../shared/dry-run/view.ts';
import { inWords } from '../../shared/words/in-words.ts';
import type { Connection } from '../contexts/connection.ts';
import type { Contexts } from '../contexts/contexts.ts';
import type { Log } from '../log.ts';
import type { SettingName, ViewsState } from '../manifest.ts';
import { problemOf, viewsStateOf } from '../problems.ts';
import { runOptionsOfSettings, serviceAccountSetting } from '../settings.ts';
import type { RegistryDeployment, RegistryFacts } from './registry-facts.ts';
import type { RightToPrune } from './right-to-prune.ts';

/** What is known of the registry of the present context. */
export interface RegistryReport {
  state: RegistryState;
  /** Where the address came from; absent where none was found. */
  source?: RegistrySource;
  /** Which authorities verified it. */
  authority?: FoundRegistry['authoritySource'];
  /** What a tunnel leads to. */
  through?: string;
  /** What was tried before and did not do. */
  tried: readonly { address: string; why: string }[];
  /** Whether `user` may prune, and who says so. */
  right?: RightToPrune;
  /** Who speaks to the registry, as the cluster knows them. */
  user?: string;
  /** In full, where there is one. */
  problem?: Problem;
  /** What that means for the view. */
  trouble?: ViewsState;
  /** What it comes to, where that is known. */
  finding?: Finding;
  /** The host of a route; null: there is none; absent: not known. */
  route?: string | null;
  deployment?: RegistryDeployment;
  cache?: RegistryCache;
}

export interface CheckOptions {
  /**
   * Nobody asked for it: no credential goes to the registry. Nor does one otherwise, unless the user gave the
   * registry's address or has seen it in a report before.
   */
  glance?: boolean;
}

/** Where the address is given, nothing has to name it. */
const NO_HINTS: RegistryHints = { youngestManaged: null, repositories: [] };

const UNCHECKED: RegistryReport = { state: { kind: 'unchecked' }, tried: [] };

/** Settings that may make it another registry, or another way to it. */
export const REGISTRY_SETTINGS: readonly SettingName[] = [
  'registryUrl',
  'certificateAuthority',
  'forceInsecure',
  'asServiceAccount',
];

/** Looks at the registry when asked to, and keeps what it saw until the context or a setting changes. */
export class RegistryCheck implements vscode.Disposable {
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #hints: () => Promise<RegistryHints>;
  readonly #changed = new vscode.EventEmitter<RegistryReport>();
  readonly #subscriptions: vscode.Disposable[];
  #report = UNCHECKED;
  #checking: { abort: AbortController; result: Promise<RegistryReport> } | undefined;
  /** The addresses of this context’s registry that the user was shown. */
  readonly #shown = new Set<string>();

  readonly onDidChange = this.#changed.event;

  /** @param hints what the cluster's objects say of the address */
  constructor(contexts: Contexts, connection: Connection, hints: () => Promise<RegistryHints>, log: Log) {
    this.#connection = connection;
    this.#hints = hints;
    this.#log = log;
    this.#subscriptions = [
      contexts.onDidChange(() => {
        this.#shown.clear();
        this.#forget();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (REGISTRY_SETTINGS.some((name) => event.affectsConfiguration(`imageHygiene.${name}`)))
          this.#forget();
      }),
    ];
  }

  get report(): RegistryReport {
    return this.#report;
  }

  /**
   * Finds the registry, connects to it and finds out whether it would let us prune. Nothing is changed.
   * @returns the report; where another check took the place of this one, that one's
   */
  async check(options: CheckOptions = {}): Promise<RegistryReport> {
    this.#checking?.abort.abort();
    const abort = new AbortController();
    const { tried: _t, problem: _p, trouble: _s, finding: _f, ...before } = this.#report;
    const result = this.#look(abort.signal, options);
    this.#checking = { abort, result };
    this.#set({ ...before, tried: [], state: { kind: 'checking' } });
    const report = await result;
    if (this.#checking?.abort !== abort) return this.#checking?.result ?? this.#report;
    this.#checking = undefined;
    if (report.state.kind === 'reached') this.#shown.add(report.state.address);
    this.#set(report);
    return report;
  }

  /** Whether the user was shown this address before: a credential goes to no other. */
  wasShown(address: string): boolean {
    return this.#shown.has(address);
  }

  /** The user has been shown where the registry is. */
  hasShown(address: string): void {
    this.#shown.add(address);
  }

  /** Reads the deployment again, such as while it is rolled out. */
  async lookAgain(): Promise<void> {
    const before = this.#report;
    if (before.deployment === undefined || this.#checking) return;
    try {
      const { session } = await this.#connection.session();
      const { registryDeployment } = await import('./checking.ts');
      const deployment = await registryDeployment(session);
      if (this.#report === before) this.#set({ ...before, deployment });
    } catch (error) {
      this.#log.failure('registry deployment', error);
    }
  }

  dispose(): void {
    this.#checking?.abort.abort();
    for (const each of [...this.#subscriptions, this.#changed]) each.dispose();
  }

  async #look(signal: AbortSignal, options: CheckOptions): Promise<RegistryReport> {
    let facts: Promise<RegistryFacts> = Promise.resolve({});
    try {
      const { context, session } = await this.#connection.session();
      const engine = await import('./checking.ts');
      const serviceAccount = serviceAccountSetting();
      facts = engine.registryFacts(session, signal).then((seen) => ({
        ...seen,
        user: accountName(serviceAccount) ?? seen.user ?? ownerOf(context.target.user.name),
      }));
      const { registry } = runOptionsOfSettings(null);
      const reached = await engine.reachRegistry(
        session,
        registry.registryUrl === null ? await this.#hints() : NO_HINTS,
        { ...registry, asServiceAccount: serviceAccount },
        signal,
      );
      const { found } = reached;
      try {
        const { connection, address, source, through } = found;
        const { scheme, verified } = connection.attempt;
        const mayAsk = !options.glance && (source === 'given' || this.#shown.has(address));
        const right = mayAsk
          ? await engine.rightAtRegistry(reached.access)
          : await this.#rightInCluster(session, serviceAccount, signal);
        return {
          ...(await facts),
          state: {
            kind: 'reached',
            address,
            tls: scheme === 'http' ? 'plain' : verified ? 'verified' : 'unverified',
            mayPrune: right.may,
          },
          right,
          source,
          authority: found.authoritySource,
          ...(through === undefined ? {} : { through }),
          tried: triedOf(found).filter((each) => each.address !== address),
        };
      } finally {
        await found.close();
      }
    } catch (error) {
      if (!signal.aborted) this.#log.failure('registry', error);
      const problem = problemOf(error);
      const tried = triedOf(error);
      const address = tried.at(-1)?.address ?? null;
      const message = problem.why.split('\n')[0] ?? '';
      const trouble = viewsStateOf(error);
      const { findingInError } = await import('./checking.ts');
      const finding = findingInError(error);
      // What was tried is shown for itself.
      const lines = adviceOf(error) ?? problem.lines;
      return {
        ...(await facts),
        state: { kind: 'problem', address, message },
        tried,
        problem: { ...problem, lines },
        trouble,
        ...(finding ? { finding } : {}),
      };
    }
  }

  /** By the right that the registry asks the API server for. What a ServiceAccount may do, only the registry tells. */
  async #rightInCluster(
    session: ApiSession,
    serviceAccount: string | undefined,
    signal: AbortSignal,
  ): Promise<RightToPrune> {
    if (serviceAccount !== undefined) return { may: null, saidBy: 'cluster' };
    const { mayDo } = await import('./checking.ts');
    const action = { verb: 'delete', group: 'image.openshift.io', resource: 'images' };
    return { may: (await mayDo(session, action, signal)) ?? null, saidBy: 'cluster' };
  }

  #forget(): void {
    this.#checking?.abort.abort();
    this.#checking = undefined;
    if (this.#report !== UNCHECKED) this.#set(UNCHECKED);
  }

  #set(report: RegistryReport): void {
    this.#report = report;
    this.#changed.fire(report);
  }
}

/** Who a kubeconfig's user is, by its name: `oc login` calls its entries `<user>/<server>`. */
export function ownerOf(entry: string): string {
  return entry.split('/')[0] ?? entry;
}

/** How roles name a ServiceAccount given as `namespace/name`. */
function accountName(serviceAccount: string | undefined): string | undefined {
  return serviceAccount && `system:serviceaccount:${serviceAccount.replace('/', ':')}`;
}

/** What a search for the registry tried, in words; of its result or of its error. */
function triedOf(search: unknown): { address: string; why: string }[] {
  return listAt(search, 'tried')
    .filter(isObject)
    .map(({ address, why }) => ({ address: inWords(asSaid(address)), why: inWords(asSaid(why)) }));
}

/** What an error says to do, line by line; undefined where it says nothing of its own. */
function adviceOf(error: unknown): string[] | undefined {
  const advice = listAt(error, 'advice').map((line) => inWords(asSaid(line)));
  return advice.length > 0 ? advice : undefined;
}
