import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { listAt, numberAt, objectAt, textAt } from '../../src/engine/shape.ts';
import type { PruneServersReady, PruneServersReport } from '../../test/bench/prune-servers.ts';
import type { DeletionsSeen } from '../../test/bench/registry.ts';

const script = join(import.meta.dirname, '../../test/bench/prune-servers.ts');

export interface PruneServers extends PruneServersReady {
  report(): Promise<PruneServersReport & { registry: DeletionsSeen }>;
  stop(): Promise<void>;
}

/** Starts a cluster of so many images, and its registry, as processes of their own. */
export async function startPruneServers(images: number, folder: string): Promise<PruneServers> {
  const child = fork(script, [String(images), folder]);
  const ended = once(child, 'exit');
  const answer = async (): Promise<unknown> => {
    const [message]: unknown[] = await Promise.race([once(child, 'message'), ended]);
    if (typeof message === 'number') throw new Error(`the servers to prune on ended with ${message}`);
    return message;
  };
  const ready = await answer();
  return {
    url: textAt(ready, 'url'),
    ca: textAt(ready, 'ca'),
    kubeconfig: textAt(ready, 'kubeconfig'),
    registry: textAt(ready, 'registry'),
    async report() {
      child.send('report');
      const message = await answer();
      const registry = objectAt(message, 'registry');
      return {
        firstChangeAt: numberAt(message, 'firstChangeAt') ?? Number.NaN,
        connections: numberAt(message, 'connections') ?? Number.NaN,
        cpuSeconds: numberAt(message, 'cpuSeconds') ?? Number.NaN,
        registry: {
          paths: listAt(registry, 'paths').filter((path) => typeof path === 'string'),
          repeated: numberAt(registry, 'repeated') ?? Number.NaN,
          connections: numberAt(registry, 'connections') ?? Number.NaN,
          cpuSeconds: numberAt(registry, 'cpuSeconds') ?? Number.NaN,
        },
      };
    },
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}
