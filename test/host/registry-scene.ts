// A cluster and a registry of their own for tests that change them, with the extension pointed at them.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HeldPlan } from '../../src/host/dry-run/dry-runs.ts';
import { COMMANDS } from '../../src/host/manifest.ts';
import type { Services } from '../../src/host/services.ts';
import { type Scene, type SceneOptions, startScene } from '../scene.ts';

const ID = 'cluster-image-hygiene.cluster-image-hygiene';
const NAMES = ['KUBECONFIG', 'IMAGE_HYGIENE_RUNS'] as const;

export interface OwnScene {
  scene: Scene;
  services: Services;
  /** Ends the scene, and gives the extension back what it looked at before. */
  close(): Promise<void>;
}

/** Starts a scene, and has the extension look at it. */
export async function startOwnScene(options: SceneOptions = {}): Promise<OwnScene> {
  const extension = vscode.extensions.getExtension<{ services: Services }>(ID);
  assert.ok(extension, 'the extension is not there');
  const { services } = await extension.activate();
  const scene = await startScene({ kind: 'embedded', by: 'http', ...options });
  const before = NAMES.map((name) => process.env[name]);
  process.env.KUBECONFIG = scene.kubeconfig;
  process.env.IMAGE_HYGIENE_RUNS = scene.env.IMAGE_HYGIENE_RUNS;
  await services.contexts.reload();
  return {
    scene,
    services,
    close: async () => {
      for (const [place, name] of NAMES.entries()) {
        const value = before[place];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await services.contexts.chooseContext(undefined);
      await scene.close();
    },
  };
}

/** Waits for an event after which something holds; or not at all, where it holds already. */
export function eventually(
  event: vscode.Event<unknown>,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = async () => {
      if (!(await holds())) return;
      subscription.dispose();
      resolve();
    };
    const subscription = event(() => void look().catch(reject));
    look().catch(reject);
  });
}

/** Makes a dry run by the settings, and gives its plan. */
export async function planOf({ dryRuns }: Services): Promise<HeldPlan> {
  const before = dryRuns.plan;
  const done = eventually(dryRuns.onDidChange, () => {
    const { state } = dryRuns;
    return state.kind === 'failed' || (state.kind === 'done' && state.plan !== before);
  });
  await vscode.commands.executeCommand(COMMANDS.dryRun);
  await done;
  const { state } = dryRuns;
  assert.ok(state.kind === 'done', JSON.stringify(state));
  return state.plan;
}
