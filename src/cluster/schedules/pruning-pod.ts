import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../engine/shape.ts';
import { type PruneCommand, pruneCommandOf } from '../../schedules/prune-arguments.ts';

/** The container of a pod's spec that prunes. */
export interface PruningContainer {
  name: string;
  image: string;
  command: PruneCommand;
  serviceAccount: string;
}

/**
 * Looks for a container that prunes images.
 * @param template of a Job: `spec.template`
 */
export function pruningContainer(template: unknown): PruningContainer | undefined {
  const spec = objectAt(template, 'spec');
  for (const container of listAt(spec, 'containers').filter(isObject)) {
    const command = pruneCommandOf(wordsOf(container));
    if (command === undefined) continue;
    return {
      name: textAt(container, 'name'),
      image: textAt(container, 'image'),
      command,
      serviceAccount: textAt(spec, 'serviceAccountName') || 'default',
    };
  }
  return undefined;
}

function wordsOf(container: JsonObject): string[] {
  return [...listAt(container, 'command'), ...listAt(container, 'args')].filter(
    (word) => typeof word === 'string',
  );
}
