import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../manifest.ts';
import type { Services } from '../services.ts';
import {
  checkRegistryCommand,
  copyRegistryAddressCommand,
  exposeRegistryCommand,
} from './registry-commands.ts';
import { RegistryTree } from './registry-tree.ts';

/** The Registry view and its commands. Nothing is asked before the view is first looked at. */
export function registerRegistry(services: Services): vscode.Disposable[] {
  const { contexts, registry } = services;
  const tree = new RegistryTree(services);
  const view = vscode.window.createTreeView(VIEWS.registry, { treeDataProvider: tree });
  let glancedAt: number | undefined;
  /** Once for each context that is looked at; what nobody asked for sends no credential to a registry. */
  const glance = async () => {
    if (!view.visible) return;
    const context = await contexts.ready();
    if (context.kind !== 'ready' || context.generation === glancedAt) return;
    glancedAt = context.generation;
    void tree.lookAgain();
    if (registry.report.state.kind === 'unchecked') await registry.check({ glance: true });
  };
  const command = (id: string, work: (given: unknown) => unknown) =>
    vscode.commands.registerCommand(id, work);
  return [
    tree,
    view,
    view.onDidChangeVisibility(glance),
    contexts.onDidChange(glance),
    command(COMMANDS.checkRegistry, () => checkRegistryCommand(services)),
    command(COMMANDS.exposeRegistry, () => exposeRegistryCommand(services)),
    command(COMMANDS.copyRegistryAddress, (given) => copyRegistryAddressCommand(services, given)),
  ];
}
