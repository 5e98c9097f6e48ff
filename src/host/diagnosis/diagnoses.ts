import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import type { AddressProgress, DiagnosisQuestion } from '../../registry/diagnosis/diagnose-registry.ts';
import type { RegistryDiagnosis } from '../../registry/diagnosis/registry-diagnosis.ts';
import type { DiagnosisProgress } from '../../shared/diagnosis/view.ts';
import type { Connection } from '../contexts/connection.ts';
import type { Contexts } from '../contexts/contexts.ts';
import type { Log } from '../log.ts';
import { REGISTRY_SETTINGS, type RegistryCheck } from '../registry/registry-check.ts';
import { runOptionsOfSettings, serviceAccountSetting } from '../settings.ts';

/** How the way to the present context’s registry stands. */
export type DiagnosesState =
  | { kind: 'none'; why: 'never' | 'contextChanged' | 'cancelled' }
  | { kind: 'running' }
  | { kind: 'failed'; error: unknown }
  /** `stale`: the settings have changed since. */
  | { kind: 'done'; id: string; diagnosis: RegistryDiagnosis; stale: boolean };

/** Progress is told at most that often. */
const REPORT_MS = 100;

/** Looks at the way to the registry when asked to, and keeps what was seen until the context changes. */
export class Diagnoses implements vscode.Disposable {
  readonly #connection: Connection;
  readonly #registry: RegistryCheck;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<DiagnosesState>();
  readonly #progressed = new vscode.EventEmitter<DiagnosisProgress>();
  readonly #subscriptions: vscode.Disposable[];
  #state: DiagnosesState = { kind: 'none', why: 'never' };
  #progress = noProgress();
  #running: AbortController | undefined;
  #reporting: NodeJS.Timeout | undefined;
  /** Of the context that was looked at last. */
  #generation: number | undefined;

  readonly onDidChange = this.#changed.event;
  readonly onDidProgress = this.#progressed.event;

  constructor(contexts: Contexts, connection: Connection, registry: RegistryCheck, log: Log) {
    this.#connection = connection;
    this.#registry = registry;
    this.#log = log;
    this.#subscriptions = [
      contexts.onDidChange((context) => {
        if (context.kind === 'ready' && context.generation === this.#generation) return;
        this.#forget();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (REGISTRY_SETTINGS.some((name) => event.affectsConfiguration(`imageHygiene.${name}`)))
          this.#outdate();
      }),
    ];
  }

  get state(): DiagnosesState {
    return this.#state;
  }

  get progress(): DiagnosisProgress {
    return this.#progress;
  }

  /**
   * Looks at every way to the registry, in place of a look that is under way. Nothing is changed, and the credential goes
   * to an address only that the user gave, or has seen before.
   * @returns the diagnosis; undefined where it failed, was cancelled, or another took its place
   */
  async run(): Promise<RegistryDiagnosis | undefined> {
    this.#running?.abort();
    const abort = new AbortController();
    this.#running = abort;
    this.#progress = noProgress();
    this.#set({ kind: 'running' });
    try {
      const diagnosis = await this.#look(abort.signal, (addresses) => this.#looked(addresses));
      if (this.#running !== abort) return undefined;
      this.#running = undefined;
      for (const { address, chosen } of diagnosis.addresses) if (chosen) this.#registry.hasShown(address);
      this.#set({ kind: 'done', id: randomUUID(), diagnosis, stale: false });
      return diagnosis;
    } catch (error) {
      if (this.#running !== abort) return undefined;
      this.#running = undefined;
      if (abort.signal.aborted) {
        this.#set({ kind: 'none', why: 'cancelled' });
        return undefined;
      }
      this.#log.failure('diagnosis', error);
      this.#set({ kind: 'failed', error });
      return undefined;
    }
  }

  /**
   * Looks likewise, beside what is shown. Nobody is shown an address by it, so that a credential goes to none because of it.
   * @throws what a look fails with, or the signal's reason
   */
  aside(signal: AbortSignal): Promise<RegistryDiagnosis> {
    return this.#look(signal);
  }

  cancel(): void {
    if (!this.#running) return;
    this.#progress = { ...this.#progress, cancelling: true };
    this.#progressed.fire(this.#progress);
    this.#running.abort(new Error('cancelled'));
  }

  dispose(): void {
    this.#running?.abort();
    clearTimeout(this.#reporting);
    for (const each of [...this.#subscriptions, this.#changed, this.#progressed]) each.dispose();
  }

  async #look(
    signal: AbortSignal,
    onProgress?: (addresses: readonly AddressProgress[]) => void,
  ): Promise<RegistryDiagnosis> {
    const { context, session } = await this.#connection.session();
    this.#generation = context.generation;
    const { registry } = runOptionsOfSettings(null);
    this.#log.info(`diagnosis of the way to the registry of ${context.target.context}`);
    const engine = await import('./diagnosing.ts');
    const { registryUrl, certificateAuthority, forceInsecure } = registry;
    const given = registryUrl === null ? undefined : engine.parseRegistryUrl(registryUrl);
    const authority =
      certificateAuthority === null ? undefined : await engine.readAuthorityFile(certificateAuthority);
    return engine.diagnoseRegistry(
      session,
      {
        given,
        authority,
        forceInsecure,
        ...(context.namespace === null ? {} : { namespace: context.namespace }),
        ...credentialFor(engine, session, signal),
        mayAsk: (address) => given !== undefined || this.#registry.wasShown(address),
        openTunnel: (service) => engine.openTunnel(session, { ...service, signal }),
      },
      {
        env: process.env,
        signal,
        onProgress,
      },
    );
  }

  #looked(addresses: readonly AddressProgress[]): void {
    this.#progress = { ...this.#progress, addresses };
    this.#reportSoon();
  }

  #reportSoon(): void {
    this.#reporting ??= setTimeout(() => {
      this.#reporting = undefined;
      if (this.#running) this.#progressed.fire(this.#progress);
    }, REPORT_MS);
  }

  /** Another way is meant: what is being looked at is begun again, and what was seen says that it is old. */
  #outdate(): void {
    if (this.#running) void this.run();
    else if (this.#state.kind === 'done') this.#set({ ...this.#state, stale: true });
  }

  #forget(): void {
    this.#running?.abort();
    this.#running = undefined;
    if (this.#state.kind !== 'none') this.#set({ kind: 'none', why: 'contextChanged' });
  }

  #set(state: DiagnosesState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

/** What the registry takes as a password, and who holds it: by the settings. */
function credentialFor(
  { parseServiceAccountName, serviceAccountToken }: typeof import('./diagnosing.ts'),
  session: ApiSession,
  signal: AbortSignal,
): Pick<DiagnosisQuestion, 'token' | 'holder'> {
  const setting = serviceAccountSetting();
  if (setting === undefined) return { token: () => session.bearerToken() };
  const account = parseServiceAccountName(setting);
  return {
    token: () => serviceAccountToken(session, account, { signal }).current(),
    holder: `system:serviceaccount:${account.namespace}:${account.name}`,
  };
}

function noProgress(): DiagnosisProgress {
  return { since: new Date().toISOString(), addresses: [], cancelling: false };
}
