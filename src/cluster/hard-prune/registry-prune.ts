import { type HardPruneOutput, HardPruneReader } from '../../hard-prune/output.ts';
import { runInPod } from '../port-forward/run-in-pod.ts';
import { readyPods } from '../port-forward/service-pods.ts';
import { REGISTRY_DEPLOYMENT, REGISTRY_NAMESPACE } from '../registry-deployment/location.ts';
import type { ApiSession } from '../session/api-session.ts';
import { LineSplitter } from '../watch/line-splitter.ts';

/** How the operator calls the registry's container. */
const CONTAINER = 'registry';
/** The service's own port; which it is doesn't matter here. */
const SERVICE_PORT = 5000;

export interface RegistryPruneOptions {
  signal?: AbortSignal;
  /** Told after each piece of output: how many repositories, links and blobs were named so far. */
  onProgress?: (named: number) => void;
}

export interface RegistryPruned {
  pod: string;
  exitCode: number;
  output: HardPruneOutput;
}

/** A pod of the registry that serves. Throws TunnelError, or what the session throws. */
export async function registryPod(session: ApiSession, signal?: AbortSignal): Promise<string> {
  const service = { namespace: REGISTRY_NAMESPACE, service: REGISTRY_DEPLOYMENT, port: SERVICE_PORT };
  const [pod] = await readyPods(session, service, signal);
  return pod?.pod ?? '';
}

/**
 * Has the registry prune its own storage, in a pod of its own (REFERENCE section 7): `check` only says what it would
 * delete. The log level is the documented one that names each thing.
 * @throws ExecError, what the session throws
 */
export async function pruneInPod(
  session: ApiSession,
  pod: string,
  mode: 'check' | 'delete',
  { signal, onProgress }: RegistryPruneOptions = {},
): Promise<RegistryPruned> {
  const reader = new HardPruneReader();
  const taker = () => {
    const lines = new LineSplitter();
    return (piece: Buffer) => {
      for (const line of lines.push(piece)) reader.line(line);
      onProgress?.(reader.named);
    };
  };
  const onStdout = taker();
  const onStderr = taker();
  const exitCode = await runInPod(
    session,
    {
      namespace: REGISTRY_NAMESPACE,
      pod,
      container: CONTAINER,
      command: ['/bin/sh', '-c', `REGISTRY_LOG_LEVEL=info /usr/bin/dockerregistry -prune=${mode}`],
    },
    { signal, onStdout, onStderr },
  );
  // The last lines may lack their ends.
  for (const take of [onStdout, onStderr]) take(Buffer.from('\n'));
  return { pod, exitCode, output: reader.output };
}
