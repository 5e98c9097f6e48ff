import * as l10n from '@vscode/l10n';
import { REGISTRY_NAMESPACE } from '../cluster/registry-deployment/location.ts';
import { ownCommand } from '../engine/own-command.ts';
import { said } from '../engine/said.ts';
import { UserError } from './user-error.ts';

/** What a command is about: the ImagePruner, or a CronJob or Job by name. */
export type ScheduleName = 'pruner' | { namespace: string; name: string };

/** How help texts call the argument. */
export function nameMeaning(): string {
  return l10n.t(
    'a CronJob or Job, as namespace/name, or its name alone in --namespace; left out: the ImagePruner of the registry’s operator',
  );
}

/**
 * Parses `namespace/name` or a name alone; `imagepruner/cluster`, `pruner` and nothing at all mean the ImagePruner.
 * @param namespace of a name that stands alone; the registry's where absent
 * @throws UserError
 */
export function parseScheduleName(text: string | undefined, namespace = REGISTRY_NAMESPACE): ScheduleName {
  if (text === undefined || /^(?:pruner|imagepruners?(?:\.\S+)?(?:\/cluster)?)$/i.test(text)) return 'pruner';
  const [, given, name] = /^(?:([a-z0-9-]+)\/)?(?:(?:cronjobs?|jobs?|cj)\/)?([a-z0-9.-]+)$/.exec(text) ?? [];
  if (name === undefined) {
    throw new UserError(
      said(
        '{0} names no CronJob and no Job. Write it as namespace/name. List them with: {1}',
        JSON.stringify(text),
        ownCommand('schedule list'),
      ),
    );
  }
  return /^(?:cronjobs?|jobs?|cj)$/.test(given ?? '')
    ? { namespace, name }
    : { namespace: given ?? namespace, name };
}
