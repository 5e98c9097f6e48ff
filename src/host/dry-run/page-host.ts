import * as vscode from 'vscode';
import type { RowQuery } from '../../engine/plan-rows.ts';
import { EVERY_ROW } from '../../engine/plan-table.ts';
import type { DryRunEvents, DryRunProtocol, OptionsPreview } from '../../shared/dry-run/protocol.ts';
import type { RunOptions } from '../../shared/dry-run/run-options.ts';
import type { PageView } from '../../shared/dry-run/view.ts';
import type { EventName, OwnHandlers } from '../../shared/page/protocol.ts';
import type { Responder } from '../../shared/page/responder.ts';
import { rollOutWithProgress } from '../commands/rollout.ts';
import { COMMANDS } from '../manifest.ts';
import type { PageHost } from '../page-panel.ts';
import { messageOf } from '../problems.ts';
import type { Services } from '../services.ts';
import { runOptionsOfSettings, SettingError } from '../settings.ts';
import type { HeldPlan } from './dry-runs.ts';
import { exportPlan } from './export-plan.ts';
import { pageView } from './page-view.ts';
import { takeStep } from './take-step.ts';

/** What the dry-run page shows, and what is done when it asks. */
export class DryRunPageHost implements PageHost<DryRunProtocol>, vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #pages = new Set<Responder<DryRunProtocol>>();

  readonly onDidChangeView = this.#changed.event;

  constructor(services: Services) {
    this.#services = services;
    const { contexts, dryRuns, pruning, registry } = services;
    const changed = () => this.#changed.fire();
    this.#subscriptions = [
      contexts.onDidChange(changed),
      dryRuns.onDidChange(changed),
      pruning.onDidChange(changed),
      registry.onDidChange(({ state }) => this.#send('registry', state)),
      dryRuns.onDidProgress((progress) => this.#send('running', progress)),
      pruning.onDidProgress((progress) => this.#send('pruning', progress)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('imageHygiene')) changed();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(changed),
    ];
  }

  async view(): Promise<PageView> {
    const { contexts, dryRuns, pruning, registry } = this.#services;
    const context = await contexts.ready();
    const namespace = context.kind === 'ready' ? context.namespace : null;
    return pageView({
      context,
      dryRun: dryRuns.state,
      progress: dryRuns.progress,
      pruning: pruning.state,
      registry: registry.report.state,
      settings: settingsOrDefaults(namespace),
      restricted: !vscode.workspace.isTrusted,
    });
  }

  connect(responder: Responder<DryRunProtocol>): vscode.Disposable {
    this.#pages.add(responder);
    return { dispose: () => this.#pages.delete(responder) };
  }

  /** Shows rows in every open page. */
  show(query: Partial<RowQuery>): void {
    this.#send('show', { query: { ...EVERY_ROW, ...query } });
  }

  dispose(): void {
    for (const each of [...this.#subscriptions, this.#changed]) each.dispose();
  }

  readonly handlers: OwnHandlers<DryRunProtocol> = {
    run: ({ prune, registry }) => {
      const { pruning, dryRuns } = this.#services;
      pruning.acknowledge();
      void dryRuns.run(this.#permitted({ prune, registry }));
      return null;
    },
    cancel: () => {
      const { pruning, dryRuns } = this.#services;
      if (pruning.busy) pruning.cancel();
      else dryRuns.cancel();
      return null;
    },
    prune: async ({ plan }) => {
      this.#plan(plan);
      await vscode.commands.executeCommand(COMMANDS.prune);
      return null;
    },
    rows: ({ plan, query, start, count }) => this.#plan(plan).planner.rows(query, start, count),
    facets: async ({ plan }) => {
      const { planner } = this.#plan(plan);
      const [reasons, namespaces] = await Promise.all([planner.reasonCodes(), planner.namespaces()]);
      return { reasons, namespaces };
    },
    shares: ({ plan, namespace }) => this.#plan(plan).planner.shares(namespace),
    explain: async ({ plan, image }) => {
      const [explanation] = await this.#plan(plan).planner.explain({ kind: 'image', digest: image });
      if (!explanation) throw new Error(vscode.l10n.t('The plan knows nothing of {0}.', image));
      return explanation;
    },
    act: async ({ plan, row, action }) => {
      const { kind, namespace, stream, tag, image } = await this.#plan(plan).planner.row(row);
      const target = { kind, namespace, stream, tag, image };
      switch (action) {
        case 'explain':
          await vscode.commands.executeCommand(COMMANDS.explain, target);
          break;
        case 'reveal':
          await vscode.commands.executeCommand(COMMANDS.revealInStreams, target);
          break;
        case 'openYaml':
          await vscode.commands.executeCommand(COMMANDS.openObject, { ...target, kind: 'image' });
          break;
        case 'copyDigest':
          await vscode.env.clipboard.writeText(image);
          break;
        case 'copyPullSpec':
          await vscode.commands.executeCommand(COMMANDS.copyPullSpec, target);
          break;
      }
      return null;
    },
    export: async ({ plan, format, query }) => {
      await exportPlan(this.#plan(plan), format, query);
      return null;
    },
    preview: async ({ plan, options }) => this.#preview(this.#plan(plan), options),
    checkRegistryUrl: async ({ url }) => {
      const { parseRegistryUrl } = await import('../../registry/address/registry-url.ts');
      try {
        parseRegistryUrl(url);
        return null;
      } catch (error) {
        return messageOf(error);
      }
    },
    browse: async () => {
      const [file] =
        (await vscode.window.showOpenDialog({
          canSelectMany: false,
          openLabel: vscode.l10n.t('Use as CA'),
          title: vscode.l10n.t('Certificate authority of the registry'),
        })) ?? [];
      return file?.fsPath ?? null;
    },
    checkRegistry: async () => {
      await this.#services.registry.check();
      return null;
    },
    openRegistry: async () => {
      await vscode.commands.executeCommand('imageHygiene.registry.focus');
      return null;
    },
    diagnose: async () => {
      await vscode.commands.executeCommand(COMMANDS.diagnoseRegistry);
      return null;
    },
    rollOut: async () => {
      // The page has said what it means.
      await rollOutWithProgress(this.#services, await this.#services.connection.context());
      return null;
    },
    openReport: async ({ run }) => {
      await vscode.commands.executeCommand(COMMANDS.openRunReport, run);
      return null;
    },
    resume: async ({ run }) => {
      await vscode.commands.executeCommand(COMMANDS.resumeRun, run);
      return null;
    },
    step: async ({ step }) => {
      await takeStep(step, this.#services);
      return null;
    },
  };

  /** The plan that the page means, which may not be there any more. */
  #plan(id: string): HeldPlan {
    const { plan } = this.#services.dryRuns;
    if (plan?.id === id) return plan;
    throw new Error(vscode.l10n.t('This plan is not there any more. Run the dry run again.'));
  }

  /** A workspace that isn't trusted doesn't decide where a token goes. */
  #permitted(options: RunOptions): RunOptions {
    if (vscode.workspace.isTrusted) return options;
    return { ...options, registry: settingsOrDefaults(null).registry };
  }

  async #preview({ planner, summary }: HeldPlan, { prune }: RunOptions): Promise<OptionsPreview | null> {
    const { resolveOptions } = await import('../../engine/options.ts');
    const options = resolveOptions(prune);
    const before = summary.options;
    const covered =
      (before.namespace === null || before.namespace === options.namespace) &&
      (before.namespace === null || before.rules === options.rules);
    if (!covered || !summary.complete) return null;
    return planner.preview(options, Date.now());
  }

  #send<Name extends EventName<DryRunProtocol>>(name: Name, data: DryRunEvents[Name]): void {
    for (const page of this.#pages) page.send(name, data);
  }
}

/** A setting that can't be used is reported when something is run; until then the page shows the defaults. */
function settingsOrDefaults(namespace: string | null): RunOptions {
  try {
    return runOptionsOfSettings(namespace);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return {
      prune: namespace === null ? {} : { namespace },
      registry: { registryUrl: null, certificateAuthority: null, forceInsecure: false, numWorkers: 5 },
    };
  }
}
