// The registry's read-only mode, as the documentation switches it: `spec.readOnly` of its operator's configuration, which
// the operator carries over to the deployment.
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { type Said, said } from '../../engine/said.ts';
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
  let standing: Said;
  while (true) {
    const looked = await look(session, wanted, { signal, retry, onProgress });
    if (looked.done) return;
    standing = looked.standing;
    if (Date.now() >= until) break;
    await delay(pollMs, undefined, { signal });
  }
  const facts = [
    Math.round(patienceMs / 1000),
    standing,
    `oc get pods -n ${REGISTRY_NAMESPACE}`,
    `oc get ${REGISTRY_CONFIG} -o yaml`,
  ];
  throw new HardPruneError(
    'timeout',
    wanted
      ? said(
          'After {0} s not every pod of the registry is read-only: {1}. See: {2}, and what the operator says: {3}',
          ...facts,
        )
      : said(
          'After {0} s not every pod of the registry is writable again: {1}. See: {2}, and what the operator says: {3}',
          ...facts,
        ),
  );
}

async function look(
  session: ApiSession,
  wanted: boolean,
  { signal, retry, onProgress }: ReadOnlyOptions,
): Promise<{ done: boolean; standing: Said }> {
  const get = (path: string, query?: Record<string, string>) =>
    withRetry(() => session.json({ path, query, signal }), signal, retry);
  const deployment = await get(REGISTRY_DEPLOYMENT_PATH);
  const state = deploymentState(deployment);
  const stage = stageOf(state, state.generation);
  const isRight = isReadOnly(objectAt(state.template, 'spec')) === wanted;
  onProgress?.({ desired: state.desired, updated: isRight ? updatedSoFar(state) : 0 });
  if (!isRight) {
    return { done: false, standing: said('the operator hasn’t changed the deployment yet') };
  }
  if (stage === 'deadline') {
    return { done: false, standing: said('the deployment has exceeded its progress deadline') };
  }
  if (stage !== 'done') {
    return { done: false, standing: said('{0} of {1} replicas are new', updatedSoFar(state), state.desired) };
  }
  const labels = Object.entries(objectAt(objectAt(objectAt(deployment, 'spec'), 'selector'), 'matchLabels'));
  const pods = await get(`/api/v1/namespaces/${REGISTRY_NAMESPACE}/pods`, {
    labelSelector: labels.map(([key, value]) => `${key}=${String(value)}`).join(','),
  });
  const old = listAt(pods, 'items')
    .filter(isObject)
    .filter((pod) => isReadOnly(objectAt(pod, 'spec')) !== wanted && mayRun(pod))
    .map((pod) => textAt(objectAt(pod, 'metadata'), 'name'));
  return { done: old.length === 0, standing: said('{0} still run as before', old.join(', ')) };
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
      what === 'see'
        ? said(
            'This user may not see {0} ({1}). It takes the role cluster-admin',
            REGISTRY_CONFIG,
            error.serverMessage,
          )
        : said(
            'This user may not change {0} ({1}). It takes the role cluster-admin',
            REGISTRY_CONFIG,
            error.serverMessage,
          ),
      { cause: error },
    );
  }
  if (error.status === 404) {
    return new HardPruneError(
      'not-managed',
      said(
        'There is no {0}: this cluster’s registry isn’t run by OpenShift’s operator, which is what switches it read-only ({1})',
        REGISTRY_CONFIG,
        error.serverMessage,
      ),
      { cause: error },
    );
  }
  if (error.status === 409) {
    return new HardPruneError(
      'changed',
      said(
        'Somebody else has changed {0} since it was looked at, so it was left alone. Try again.',
        REGISTRY_CONFIG,
      ),
      { cause: error },
    );
  }
  return error;
}
