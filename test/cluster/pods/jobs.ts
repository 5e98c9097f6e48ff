// The job controller, in small: one pod at a time until one succeeds, or too many have failed.
import { createHash } from 'node:crypto';
import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../../src/engine/shape.ts';
import { type ApiObject, timestampOf } from '../api-object.ts';
import { say } from '../events.ts';
import { isOwnedBy } from '../garbage.ts';
import { apiVersionOf, type Resource, resourceNamed } from '../resources.ts';
import { withDefaults } from '../schemas/defaults.ts';
import type { Change, Store } from '../store.ts';
import { commandOf } from './kubelet.ts';
import { accountOf } from './oc.ts';

const JOBS = resourceNamed('jobs', 'batch');
const PODS = resourceNamed('pods');
const SERVICE_ACCOUNTS = resourceNamed('serviceaccounts');
const COMPONENT = 'job-controller';

/** How a job ended; undefined where it has not. */
export function outcomeOf(job: ApiObject): 'Complete' | 'Failed' | undefined {
  const ends = listAt(job.status, 'conditions').filter((one) => textAt(one, 'status') === 'True');
  if (ends.some((one) => textAt(one, 'type') === 'Failed')) return 'Failed';
  return ends.some((one) => textAt(one, 'type') === 'Complete') ? 'Complete' : undefined;
}

/** An owner, as what it owns names it. */
export function ownerReference(resource: Resource, { metadata }: ApiObject) {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export class Jobs {
  readonly #store: Store;
  readonly #clock: () => Date;
  readonly #unsubscribe: () => void;
  readonly #queued = new Set<string>();
  /** By the job's uid: pods that went while they were running. */
  readonly #lost = new Map<string, number>();

  constructor(store: Store, clock: () => Date) {
    this.#store = store;
    this.#clock = clock;
    this.#unsubscribe = store.onChange((change) => this.#changed(change));
  }

  close(): void {
    this.#unsubscribe();
  }

  /** Resolves to the job once it is complete or has failed, and rejects where it is deleted before. */
  finished(namespace: string, name: string): Promise<ApiObject> {
    return new Promise((resolve, reject) => {
      const present = this.#store.get(JOBS, namespace, name);
      if (present !== undefined && outcomeOf(present) !== undefined) {
        resolve(present);
        return;
      }
      const stop = this.#store.onChange(({ resource, type, object }) => {
        if (resource !== JOBS || object.metadata.namespace !== namespace || object.metadata.name !== name)
          return;
        if (type === 'DELETED') reject(new Error(`the job ${namespace}/${name} was deleted before it ended`));
        else if (outcomeOf(object) !== undefined) resolve(object);
        else return;
        stop();
      });
    });
  }

  /** The pods of a job, the oldest first. */
  podsOf(namespace: string, name: string): ApiObject[] {
    const job = this.#store.get(JOBS, namespace, name);
    return job === undefined ? [] : this.#podsOf(job);
  }

  #podsOf({ metadata }: ApiObject): ApiObject[] {
    const serial = (pod: ApiObject) => Number(pod.metadata.annotations?.[SERIAL] ?? 0);
    return this.#store
      .list(PODS, metadata.namespace)
      .filter((pod) => isOwnedBy(pod, metadata.uid ?? ''))
      .sort((a, b) => serial(a) - serial(b));
  }

  #changed({ resource, type, object }: Change): void {
    const { namespace = '', name } = object.metadata;
    if (resource === JOBS && type !== 'DELETED') this.#queue(namespace, name);
    if (resource === SERVICE_ACCOUNTS && type === 'ADDED') {
      for (const job of this.#store.list(JOBS, namespace)) this.#queue(namespace, job.metadata.name);
    }
    if (resource !== PODS) return;
    for (const owner of listAt(object.metadata, 'ownerReferences')) {
      if (textAt(owner, 'kind') !== 'Job') continue;
      const uid = textAt(owner, 'uid');
      const ran = ['Pending', 'Running'].includes(textAt(object.status, 'phase'));
      if (type === 'DELETED' && ran) this.#lost.set(uid, (this.#lost.get(uid) ?? 0) + 1);
      this.#queue(namespace, textAt(owner, 'name'));
    }
  }

  /** Not at once: whoever changed it may not be done. */
  #queue(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    if (this.#queued.has(key)) return;
    this.#queued.add(key);
    setImmediate(() => {
      this.#queued.delete(key);
      const job = this.#store.get(JOBS, namespace, name);
      if (job !== undefined) this.#sync(job);
    });
  }

  #sync(job: ApiObject): void {
    const spec = objectAt(withDefaults('jobs.batch', job), 'spec');
    const podSpec = objectAt(objectAt(spec, 'template'), 'spec');
    // Nobody here knows what an image runs by itself: such a job stays as it was seeded.
    const runs = commandOf(listAt(podSpec, 'containers')[0]).length > 0;
    if (outcomeOf(job) !== undefined || !runs || spec.suspend === true) return;
    const pods = this.#podsOf(job);
    const inPhase = (...phases: string[]) =>
      pods.filter(({ status }) => phases.includes(textAt(status, 'phase')));
    const active = inPhase('Pending', 'Running');
    const succeeded = inPhase('Succeeded').length;
    const failed = inPhase('Failed').length + (this.#lost.get(job.metadata.uid ?? '') ?? 0);
    const startTime = textAt(job.status, 'startTime') || timestampOf(this.#clock());
    const counts = { startTime, ...some({ succeeded }), ...some({ failed }) };
    const limit = numberAt(spec, 'backoffLimit') ?? 6;
    if (succeeded > 0) {
      this.#end(job, { ...counts, completionTime: timestampOf(this.#clock()) }, { type: 'Complete' });
    } else if (failed > limit || restartedTooOften(podSpec, active, limit)) {
      // Where the container restarts in its pod, the pod goes, and with it its log.
      for (const { metadata } of active) this.#store.remove(PODS, metadata.namespace, metadata.name);
      const why = { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
      this.#end(job, { ...counts, ...some({ failed: failed + active.length }) }, { type: 'Failed', ...why });
    } else {
      const started = active.length > 0 || this.#start(job, spec, pods.length + failed);
      const ready = active.filter(({ status }) => textAt(status, 'phase') === 'Running').length;
      this.#report(job, { ...counts, ...(started ? { active: 1 } : {}), ready });
    }
  }

  #start(job: ApiObject, spec: JsonObject, serial: number): boolean {
    const { namespace = '', name, uid = '' } = job.metadata;
    const template = objectAt(spec, 'template');
    const podSpec = objectAt(template, 'spec');
    const account = accountOf(podSpec);
    if (this.#store.get(SERVICE_ACCOUNTS, namespace, account) === undefined) {
      const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
      const message = `Error creating: pods "${name}-" is forbidden: ${why}`;
      this.#say(job, 'Warning', 'FailedCreate', message);
      return false;
    }
    const labels = objectAt(objectAt(template, 'metadata'), 'labels');
    const own = {
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': name,
      'controller-uid': uid,
      'job-name': name,
    };
    const suffix = createHash('sha256').update(`${uid}/${serial}`).digest('hex').slice(0, 5);
    const waiting = { reason: 'ContainerCreating' };
    const pod = this.#store.put(PODS, {
      metadata: {
        name: `${name}-${suffix}`,
        namespace,
        labels: { ...labels, ...own } as Record<string, string>,
        annotations: {
          ...(objectAt(objectAt(template, 'metadata'), 'annotations') as Record<string, string>),
          [SERIAL]: String(serial),
        },
        ownerReferences: [ownerReference(JOBS, job)],
      },
      spec: podSpec,
      status: {
        phase: 'Pending',
        containerStatuses: listAt(podSpec, 'containers')
          .filter(isObject)
          .map((one) => ({
            name: textAt(one, 'name'),
            image: textAt(one, 'image'),
            imageID: '',
            ready: false,
            restartCount: 0,
            state: { waiting },
          })),
      },
    });
    this.#say(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    return true;
  }

  #end(
    job: ApiObject,
    status: JsonObject,
    condition: { type: string; reason?: string; message?: string },
  ): void {
    const now = timestampOf(this.#clock());
    const ended = { ...condition, status: 'True', lastProbeTime: now, lastTransitionTime: now };
    this.#report(job, { ...status, ready: 0, conditions: [ended] });
    if (condition.type === 'Complete') this.#say(job, 'Normal', 'Completed', 'Job completed');
    else this.#say(job, 'Warning', condition.reason ?? '', condition.message ?? '');
  }

  #report(job: ApiObject, status: JsonObject): void {
    if (JSON.stringify(status) !== JSON.stringify(job.status)) this.#store.put(JOBS, { ...job, status });
  }

  #say(job: ApiObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    say(this.#store, this.#clock(), JOBS, job, { type, reason, message, component: COMPONENT });
  }
}

/** Which of a job's pods this is, counted from 0. */
const SERIAL = 'miniature/serial';

/** Restarts of the containers of active pods count where pods are restarted instead of replaced. */
function restartedTooOften(podSpec: JsonObject, active: readonly ApiObject[], limit: number): boolean {
  if (textAt(podSpec, 'restartPolicy') !== 'OnFailure') return false;
  const restarts = active
    .flatMap(({ status }) => listAt(status, 'containerStatuses'))
    .reduce<number>((sum, one) => sum + (numberAt(one, 'restartCount') ?? 0), 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** The API leaves zeros out. */
function some(counts: Readonly<Record<string, number>>): JsonObject {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
