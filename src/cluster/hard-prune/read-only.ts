// The registry's read-only mode, as the documentation switches it: `spec.readOnly` of its operator's configuration, which
// the operator carries over to the deployment.
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../engine/shape.ts';
import { type RetryPolicy, withRetry } from '../inventory/retry.ts';
import {
  REGISTRY_CONFIG,
  REGISTRY_CONFIG_PATH,
  REGISTRY_DEPLOYMENT_PATH,
  REGISTRY_NAMESPACE,
} from '../registry-deployment/location.ts';
import { deploymentState, stageOf, updatedSoFar } from '../rollout/deployment-state.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { HardPruneError } from './hard-prune-error.ts';

/** `spec.readOnly`; null where the configuration doesn't say, which is the same as false. */
export type ReadOnly = boolean | null;

export interface ReadOnlyOptions {
  signal?: AbortSignal;
  retry?: RetryPolicy;
  /** How long the registry's pods may take to be replaced: milliseconds; 10 minutes where absent. */
  patienceMs?: number;
  /** Between two looks: milliseconds; 1 s where absent. */
  pollMs?: number;
  /** Told of every look. */
  onProgress?: (progress: { desired: number; updated: number }) => void;
}

/** What the operator is told. */
export interface RegistryMode {
  readOnly: ReadOnly;
  managementState: string;
  resourceVersion: string;
}

const READ_ONLY_VARIABLE = 'REGISTRY_STORAGE_MAINTENANCE_READONLY';
const PATIENCE_MS = 10 * 60_000;

/** @throws HardPruneError where there is none or it may not be read; what the session throws */
export async function registryMode(
  session: ApiSession,
  { signal, retry }: ReadOnlyOptions = {},
): Promise<RegistryMode> {
  try {
    const get = () => session.json({ path: REGISTRY_CONFIG_PATH, signal });
    return modeOf(await withRetry(get, signal, retry));
  } catch (error) {
    throw known(error, 'see');
  }
}

function modeOf(config: unknown): RegistryMode {
  const { readOnly, managementState } = objectAt(config, 'spec');
  return {
    readOnly: typeof readOnly === 'boolean' ? readOnly : null,
    managementState: typeof managementState === 'string' ? managementState : '',
    resourceVersion: textAt(objectAt(config, 'metadata'), 'resourceVersion'),
  };
}

/**
 * Tells the operator, and waits for nothing.
 * @param resourceVersion only as it was looked at; absent: however it is
 * @throws HardPruneError; what the session throws
 */
export async function setReadOnly(
  session: ApiSession,
  readOnly: ReadOnly,
  { signal, retry, resourceVersion }: ReadOnlyOptions & { resourceVersion?: string } = {},
): Promise<void> {
  const patch = () =>
    session.json({
      method: 'PATCH',
      path: REGISTRY_CONFIG_PATH,
      query: { fieldManager: 'image-hygiene' },
      contentType: 'application/merge-patch+json',
      body: {
        ...(resourceVersion === undefined ? {} : { metadata: { resourceVersion } }),
        spec: { readOnly },
      },
      signal,
    });
  try {
    // With a version, a second attempt after a lost answer would be refused: that is not known for a success.
    await withRetry(patch, signal, resourceVersion === undefined ? retry : { ...ONCE });
  } catch (error) {
    throw known(error, 'change');
  }
}

const ONCE: RetryPolicy = { attempts: 1, firstDelayMs: 0, longestDelayMs: 0 };

/**
 * Waits until every pod of the registry takes writes or doesn't, as it is wanted, those on their way out too.
 * @throws HardPruneError where that takes too long or can't be; what the session throws
 */
export async function untilReadOnlyIs(
  session: ApiSession,
  wanted: boolean,
  { signal, retry, patienceMs = PATIENCE_MS, pollMs = 1000, onProgress }: ReadOnlyOptions = {},
): Promise<void> {
  const until = Date.now() + patienceMs;
  let standing = '';
  while (true) {
    const { done, said } = await look(session, wanted, { signal, retry, onProgress });
    if (done) return;
    standing = said;
    if (Date.now() >= until) break;
    await delay(pollMs, undefined, { signal });
  }
  throw new HardPruneError(
    'timeout',
    `After ${Math.round(patienceMs / 1000)} s not every pod of the registry is ${wanted ? 'read-only' : 'writable again'}: ${standing}. See: oc get pods -n ${REGISTRY_NAMESPACE}, and what the operator says: oc get ${REGISTRY_CONFIG} -o yaml`,
  );
}

async function look(
  session: ApiSession,
  wanted: boolean,
  { signal, retry, onProgress }: ReadOnlyOptions,
): Promise<{ done: boolean; said: string }> {
  const get = (path: string, query?: Record<string, string>) =>
    withRetry(() => session.json({ path, query, signal }), signal, retry);
  const deployment = await get(REGISTRY_DEPLOYMENT_PATH);
  const state = deploymentState(deployment);
  const stage = stageOf(state, state.generation);
  const isRight = isReadOnly(objectAt(state.template, 'spec')) === wanted;
  onProgress?.({ desired: state.desired, updated: isRight ? updatedSoFar(state) : 0 });
  if (!isRight) return { done: false, said: 'the operator hasn’t changed the deployment yet' };
  if (stage === 'deadline') {
    return { done: false, said: 'the deployment has exceeded its progress deadline' };
  }
  if (stage !== 'done') {
    return { done: false, said: `${updatedSoFar(state)} of ${state.desired} replicas are new` };
  }
  const labels = Object.entries(objectAt(objectAt(objectAt(deployment, 'spec'), 'selector'), 'matchLabels'));
  const pods = await get(`/api/v1/namespaces/${REGISTRY_NAMESPACE}/pods`, {
    labelSelector: labels.map(([key, value]) => `${key}=${String(value)}`).join(','),
  });
  const old = listAt(pods, 'items')
    .filter(isObject)
    .filter((pod) => isReadOnly(objectAt(pod, 'spec')) !== wanted && mayRun(pod))
    .map((pod) => textAt(objectAt(pod, 'metadata'), 'name'));
  return { done: old.length === 0, said: `${old.join(', ')} still run as before` };
}

function mayRun(pod: JsonObject): boolean {
  return !['Succeeded', 'Failed'].includes(textAt(objectAt(pod, 'status'), 'phase'));
}

/** Whether a pod's registry takes no writes, by its environment: `{enabled: true}`. */
function isReadOnly(podSpec: JsonObject): boolean {
  return listAt(podSpec, 'containers').some((container) => {
    const variable = listAt(container, 'env').findLast((one) => textAt(one, 'name') === READ_ONLY_VARIABLE);
    const value = textAt(variable, 'value');
    if (value === '') return false;
    try {
      return objectAt({ value: parse(value, { logLevel: 'silent' }) }, 'value').enabled === true;
    } catch {
      return false;
    }
  });
}

function known(error: unknown, what: 'see' | 'change'): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.status === 403) {
    return new HardPruneError(
      'forbidden',
      `This user may not ${what} ${REGISTRY_CONFIG} (${error.serverMessage}). It takes the role cluster-admin`,
      { cause: error },
    );
  }
  if (error.status === 404) {
    return new HardPruneError(
      'not-managed',
      `There is no ${REGISTRY_CONFIG}: this cluster’s registry isn’t run by OpenShift’s operator, which is what switches it read-only (${error.serverMessage})`,
      { cause: error },
    );
  }
  if (error.status === 409) {
    return new HardPruneError(
      'changed',
      `Somebody else has changed ${REGISTRY_CONFIG} since it was looked at, so it was left alone. Try again.`,
      { cause: error },
    );
  }
  return error;
}
