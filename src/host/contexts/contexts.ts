import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { ClusterTarget } from '../../cluster/kubeconfig/cluster-target.ts';
import type { ContextSummary, Kubeconfig } from '../../cluster/kubeconfig/kubeconfig.ts';
import type { Log } from '../log.ts';
import { kubeconfigSetting, SettingError } from '../settings.ts';

/** What the kubeconfig comes to now. */
export type ContextState =
  | { kind: 'loading' }
  /** There is no kubeconfig, or it names no context. */
  | { kind: 'none'; message: string; contexts: readonly ContextSummary[] }
  /** It can't be read or used. */
  | { kind: 'broken'; error: Error; contexts: readonly ContextSummary[] }
  | {
      kind: 'ready';
      target: ClusterTarget;
      contexts: readonly ContextSummary[];
      /** The scope: null for every namespace. */
      namespace: string | null;
      /** Another one whenever another cluster, user or credential may be meant. */
      generation: number;
    };
export type ReadyContext = Extract<ContextState, { kind: 'ready' }>;

const CHOSEN_CONTEXT = 'chosenContext';
const CHOSEN_NAMESPACE = 'chosenNamespace';
const SETTLE_MS = 100;

/**
 * The kubeconfig files that the user's shell would read, watched; and which context and namespaces are looked at. The
 * files are never written: a choice is this workspace's own.
 */
export class Contexts implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<ContextState>();
  readonly #subscriptions: vscode.Disposable[] = [];
  #watchers: vscode.Disposable[] = [];
  #watched = '';
  #state: ContextState = { kind: 'loading' };
  #fingerprint = '';
  #generation = 0;
  #loading: Promise<void> | undefined;
  #settling: NodeJS.Timeout | undefined;

  /** Fires when the context, its credential or the namespace scope may be another. */
  readonly onDidChange = this.#changed.event;

  constructor(memento: vscode.Memento, log: Log) {
    this.#memento = memento;
    this.#log = log;
    this.#subscriptions.push(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('imageHygiene.kubeconfig')) this.#soon();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#soon()),
    );
  }

  get state(): ContextState {
    return this.#state;
  }

  /** The state once the files have been read. */
  async ready(): Promise<ContextState> {
    this.#loading ??= this.#load();
    await this.#loading;
    return this.#state;
  }

  /** Reads the files again. */
  async reload(): Promise<void> {
    this.#loading = this.#load();
    await this.#loading;
  }

  /** @param name undefined for the kubeconfig's current context */
  async chooseContext(name: string | undefined): Promise<void> {
    await this.#memento.update(CHOSEN_CONTEXT, name);
    await this.#memento.update(CHOSEN_NAMESPACE, undefined);
    await this.reload();
  }

  /** @param namespace null for every namespace */
  async chooseNamespace(namespace: string | null): Promise<void> {
    await this.#memento.update(CHOSEN_NAMESPACE, namespace ?? undefined);
    await this.reload();
  }

  dispose(): void {
    clearTimeout(this.#settling);
    for (const each of [...this.#subscriptions, ...this.#watchers, this.#changed]) each.dispose();
  }

  /** Files are written in several steps: what comes together counts once. */
  #soon(): void {
    if (!this.#loading) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.reload(), SETTLE_MS);
  }

  async #load(): Promise<void> {
    const { state, fingerprint } = await this.#read();
    if (fingerprint === this.#fingerprint) return;
    this.#fingerprint = fingerprint;
    this.#generation++;
    this.#state = state.kind === 'ready' ? { ...state, generation: this.#generation } : state;
    if (state.kind === 'ready') {
      this.#log.info(`context ${state.target.context}, server ${state.target.cluster.server}`);
    } else if (state.kind === 'broken') this.#log.failure('kubeconfig', state.error);
    this.#changed.fire(this.#state);
  }

  async #read(): Promise<{ state: ContextState; fingerprint: string }> {
    const { kubeconfigPaths, loadKubeconfig, listContexts, resolveContext } = await import('./kubeconfig.ts');
    let contexts: readonly ContextSummary[] = [];
    try {
      const sources = { explicitPath: kubeconfigSetting(), env: process.env, homeDir: homedir() };
      const paths = kubeconfigPaths(sources);
      this.#watch(paths);
      const contents = await Promise.all(paths.map(contentOf));
      const kubeconfig: Kubeconfig = await loadKubeconfig(sources);
      contexts = listContexts(kubeconfig);
      const chosen = this.#memento.get<string>(CHOSEN_CONTEXT);
      const context = chosen !== undefined && kubeconfig.contexts.has(chosen) ? chosen : undefined;
      if (context === undefined && !kubeconfig.inCluster && !kubeconfig.currentContext) {
        const message =
          contexts.length > 0
            ? vscode.l10n.t('The kubeconfig names no current context. Choose one.')
            : vscode.l10n.t('There is no kubeconfig at {0}.', paths.join(', '));
        return {
          state: { kind: 'none', message, contexts },
          fingerprint: hash(['none', message, ...contents]),
        };
      }
      const target = resolveContext(kubeconfig, { context });
      const namespace = this.#memento.get<string>(CHOSEN_NAMESPACE) ?? null;
      return {
        state: { kind: 'ready', target, contexts, namespace, generation: 0 },
        fingerprint: hash(['ready', target.context, namespace ?? '', ...paths, ...contents]),
      };
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      if (error instanceof SettingError) this.#watch([]);
      return { state: { kind: 'broken', error, contexts }, fingerprint: hash(['broken', error.message]) };
    }
  }

  #watch(paths: readonly string[]): void {
    const key = paths.join('\n');
    if (key === this.#watched) return;
    this.#watched = key;
    for (const watcher of this.#watchers) watcher.dispose();
    this.#watchers = paths.flatMap((path) => {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const soon = () => this.#soon();
      return [watcher, watcher.onDidChange(soon), watcher.onDidCreate(soon), watcher.onDidDelete(soon)];
    });
  }
}

async function contentOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** Holds credentials only as a digest. */
function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
