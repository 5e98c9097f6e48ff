// Making the objects of a prune in the cluster by server-side apply: tried at the server first, held against what is
// there, and never over it unasked.

import { asSentence, said, saidTogether } from '../../engine/said.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../../engine/shape.ts';
import type { Manifest } from '../../schedules/manifests.ts';
import { type FieldDifference, objectDifferences } from '../../schedules/object-differences.ts';
import { ApiError, type ApiRequest, type ApiSession } from '../session/api-session.ts';
import { FIELD_MANAGER } from './read-cron-job.ts';
import { askRights, type Right, rightsToApply } from './rights.ts';
import { forbiddenTo, ScheduleError } from './schedule-error.ts';

/** What applying one object would do. */
export interface PlannedObject {
  manifest: Manifest;
  /** `refused`: the server would not take it; `message` says why. */
  verdict: 'create' | 'unchanged' | 'replace' | 'refused';
  /** For `replace`. */
  differences: readonly FieldDifference[];
  /** For `replace`: the object as it is, and as the server says that it would be. */
  versions: { before: JsonObject; after: JsonObject } | null;
  message: string;
  /** Of what is there, as it was looked at; empty where there is nothing. */
  resourceVersion: string;
}

/** What was tried at the server, for all objects. Nothing has been made. */
export interface ApplyPlan {
  objects: readonly PlannedObject[];
  /** What the user lacks for it. */
  missing: readonly Right[];
}

/** JSON is YAML, too. */
const APPLY = 'application/apply-patch+yaml';

/**
 * Tries objects at the server, and holds what would become of them against what is there.
 * @throws what the session throws, but for refusals
 */
export async function planApply(
  session: ApiSession,
  manifests: readonly Manifest[],
  signal?: AbortSignal,
): Promise<ApplyPlan> {
  const objects = await Promise.all(manifests.map((manifest) => planOne(session, manifest, signal)));
  const needed = objects.filter(({ verdict }) => verdict !== 'unchanged');
  const wanted = needed.flatMap(({ manifest, verdict }) =>
    rightsToApply(manifest).filter(({ action }) => verdict !== 'replace' || action.verb === 'patch'),
  );
  const rights = await askRights(session, wanted, signal);
  return { objects, missing: rights.filter(({ allowed }) => allowed === false) };
}

/**
 * Makes what a plan says. What is there already and the same is left alone; what is there and different is changed only
 * where `replace` says so, and only as it was looked at.
 * @returns the objects that were made or changed, as `kind/name`
 * @throws ScheduleError, which says what was made before it failed; what the session throws
 */
export async function applyPlan(
  session: ApiSession,
  plan: ApplyPlan,
  { replace = false, signal }: { replace?: boolean; signal?: AbortSignal } = {},
): Promise<string[]> {
  refuseWhatCannotBe(plan, replace);
  const made: string[] = [];
  for (const { manifest, verdict, resourceVersion } of plan.objects) {
    if (verdict === 'unchanged') continue;
    const body =
      verdict === 'replace' ? { ...manifest, metadata: { ...manifest.metadata, resourceVersion } } : manifest;
    try {
      await session.json(applyRequest(body, { force: verdict === 'replace', signal }));
    } catch (error) {
      throw failed(error, manifest, made);
    }
    made.push(objectName(manifest));
  }
  return made;
}

/** `cronjob/image-hygiene-pruner`, as `oc` writes it. */
export function objectName({ kind, metadata }: Manifest): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}

/** The path of an object that a manifest describes. */
export function manifestPath({ kind, metadata }: Manifest): string {
  const name = encodeURIComponent(metadata.name);
  const inNamespace = `namespaces/${encodeURIComponent(metadata.namespace ?? '')}`;
  switch (kind) {
    case 'ServiceAccount':
      return `/api/v1/${inNamespace}/serviceaccounts/${name}`;
    case 'ClusterRoleBinding':
      return `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${name}`;
    case 'CronJob':
      return `/apis/batch/v1/${inNamespace}/cronjobs/${name}`;
    case 'Job':
      return `/apis/batch/v1/${inNamespace}/jobs/${name}`;
  }
}

function refuseWhatCannotBe({ objects, missing }: ApplyPlan, replace: boolean): void {
  if (missing.length > 0) {
    const words = missing
      .map((right) => right.words)
      .reduce((before, next) => said('{0}, {1}', before, next));
    const roles = [...new Set(missing.map(({ grant }) => grant.role))].join(', ');
    throw new ScheduleError(
      'forbidden',
      said('This user lacks rights, so nothing was made: {0}. Roles that allow it: {1}.', words, roles),
    );
  }
  const refused = objects.find(({ verdict }) => verdict === 'refused');
  if (refused) {
    throw new ScheduleError(
      'invalid',
      said(
        'The API server would not take {0}, so nothing was made: {1}',
        objectName(refused.manifest),
        refused.message,
      ),
    );
  }
  const different = objects.filter(({ verdict }) => verdict === 'replace');
  if (different.length === 0 || replace) return;
  const names = different.map(({ manifest }) => objectName(manifest)).join(', ');
  throw new ScheduleError(
    'exists',
    said(
      'There is already {0}, and it is different, so nothing was made. Take another name, or have it replaced.',
      names,
    ),
  );
}

async function planOne(
  session: ApiSession,
  manifest: Manifest,
  signal?: AbortSignal,
): Promise<PlannedObject> {
  const planned = { manifest, differences: [], versions: null, message: '', resourceVersion: '' } as const;
  const existing = await existingObject(session, manifest, signal);
  // Whoever has set its fields: what would be different is the question.
  const force = isObject(existing);
  let tried: unknown;
  try {
    tried = await session.json(applyRequest(manifest, { force, dryRun: true, signal }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...planned, verdict: 'refused', message: error.serverMessage };
  }
  if (!isObject(existing) || !isObject(tried)) return { ...planned, verdict: 'create' };
  const differences = objectDifferences(existing, tried);
  const resourceVersion = textAt(objectAt(existing, 'metadata'), 'resourceVersion');
  return differences.length === 0
    ? { ...planned, verdict: 'unchanged', resourceVersion }
    : {
        ...planned,
        verdict: 'replace',
        differences,
        versions: { before: existing, after: tried },
        resourceVersion,
      };
}

/** undefined where there is none, or where it can't be seen: the server's dry run says the rest. */
async function existingObject(
  session: ApiSession,
  manifest: Manifest,
  signal?: AbortSignal,
): Promise<unknown> {
  try {
    return await session.json({ path: manifestPath(manifest), signal });
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return undefined;
    throw error;
  }
}

interface ApplyOptions {
  /** Only as this version; absent: whatever is there, or nothing. */
  version?: string;
  force?: boolean;
  dryRun?: boolean;
  signal?: AbortSignal;
}

/** Without force: where another manager has set a field otherwise meanwhile, the server answers 409. */
function applyRequest(
  manifest: Manifest,
  { version, force = false, dryRun = false, signal }: ApplyOptions,
): ApiRequest {
  const { metadata } = manifest;
  return {
    method: 'PATCH',
    path: manifestPath(manifest),
    query: {
      fieldManager: FIELD_MANAGER,
      force: force ? 'true' : undefined,
      dryRun: dryRun ? 'All' : undefined,
      fieldValidation: 'Strict',
    },
    contentType: APPLY,
    body:
      version === undefined ? manifest : { ...manifest, metadata: { ...metadata, resourceVersion: version } },
    signal,
  };
}

function failed(error: unknown, manifest: Manifest, made: readonly string[]): unknown {
  if (!(error instanceof ApiError)) return error;
  const before =
    made.length === 0 ? said('Nothing was made.') : said('Made before it: {0}.', made.join(', '));
  if (error.status === 403) {
    const { namespace } = manifest.metadata;
    const grant =
      namespace === undefined ? { role: 'cluster-admin', namespace: null } : { role: 'edit', namespace };
    const refusal = forbiddenTo(said('make {0}', objectName(manifest)), error, grant);
    return new ScheduleError('forbidden', saidTogether(asSentence(refusal.said), before), { cause: error });
  }
  if (error.status === 409) {
    return new ScheduleError(
      'changed',
      said(
        'Somebody else has made or changed {0} since it was looked at, and it was left alone ({1}). {2} Look again.',
        objectName(manifest),
        error.serverMessage,
        before,
      ),
      { cause: error },
    );
  }
  return new ScheduleError(
    'invalid',
    said('The API server did not take {0} ({1}). {2}', objectName(manifest), error.serverMessage, before),
    { cause: error },
  );
}
