// The cron job controller, in small. It has no clock of its own: a test says when a schedule's time has come.
import { isObject, listAt, numberAt, objectAt, textAt } from '../../../src/engine/shape.ts';
import { type ApiObject, timestampOf } from '../api-object.ts';
import { say } from '../events.ts';
import { isOwnedBy } from '../garbage.ts';
import { apiVersionOf, resourceNamed } from '../resources.ts';
import { withDefaults } from '../schemas/defaults.ts';
import type { Change, Store } from '../store.ts';
import { outcomeOf, ownerReference } from './jobs.ts';

const CRON_JOBS = resourceNamed('cronjobs', 'batch');
const JOBS = resourceNamed('jobs', 'batch');
const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
const MINUTE = 60_000;

export class CronJobs {
  readonly #store: Store;
  readonly #clock: () => Date;
  readonly #unsubscribe: () => void;

  constructor(store: Store, clock: () => Date) {
    this.#store = store;
    this.#clock = clock;
    this.#unsubscribe = store.onChange((change) => this.#changed(change));
  }

  close(): void {
    this.#unsubscribe();
  }

  /**
   * The time of a cron job's schedule has come.
   * @returns its new job; undefined where it is suspended, or forbids a second job and has one
   * @throws Error where there is no such cron job
   */
  trigger(namespace: string, name: string): ApiObject | undefined {
    const found = this.#store.get(CRON_JOBS, namespace, name);
    if (found === undefined) throw new Error(`there is no cron job ${namespace}/${name}`);
    const spec = objectAt(withDefaults('cronjobs.batch', found), 'spec');
    if (spec.suspend === true) return undefined;
    const active = this.#jobsOf(found).filter((job) => outcomeOf(job) === undefined);
    if (active.length > 0 && spec.concurrencyPolicy === 'Forbid') {
      const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.#say(found, 'JobAlreadyActive', message);
      return undefined;
    }
    if (spec.concurrencyPolicy === 'Replace') {
      for (const { metadata } of active) this.#store.remove(JOBS, namespace, metadata.name);
    }
    const time = this.#freeTime(namespace, name);
    const template = objectAt(spec, 'jobTemplate');
    const { labels, annotations } = objectAt(template, 'metadata');
    const job = this.#store.put(
      JOBS,
      withDefaults('jobs.batch', {
        metadata: {
          name: `${name}-${time / MINUTE}`,
          namespace,
          generation: 1,
          labels: (labels ?? {}) as Record<string, string>,
          annotations: {
            ...((annotations ?? {}) as Record<string, string>),
            [SCHEDULED]: timestampOf(new Date(time)),
          },
          ownerReferences: [ownerReference(CRON_JOBS, found)],
        },
        spec: objectAt(template, 'spec'),
        status: {},
      }),
    );
    this.#say(found, 'SuccessfulCreate', `Created job ${job.metadata.name}`);
    this.#update(namespace, name, { lastScheduleTime: timestampOf(new Date(time)) });
    return job;
  }

  /** This minute; a later one where this one has had its job. */
  #freeTime(namespace: string, name: string): number {
    let time = Math.floor(this.#clock().getTime() / MINUTE) * MINUTE;
    while (this.#store.get(JOBS, namespace, `${name}-${time / MINUTE}`) !== undefined) time += MINUTE;
    return time;
  }

  #jobsOf({ metadata }: ApiObject): ApiObject[] {
    return this.#store.list(JOBS, metadata.namespace).filter((job) => isOwnedBy(job, metadata.uid ?? ''));
  }

  #changed({ resource, object, type }: Change): void {
    if (resource !== JOBS) return;
    const owner = listAt(object.metadata, 'ownerReferences').find((one) => textAt(one, 'kind') === 'CronJob');
    if (!isObject(owner)) return;
    const namespace = object.metadata.namespace ?? '';
    const completed = type === 'MODIFIED' && outcomeOf(object) === 'Complete';
    const lastSuccessfulTime = textAt(object.status, 'completionTime');
    this.#update(namespace, textAt(owner, 'name'), completed ? { lastSuccessfulTime } : {});
  }

  /** Writes down which jobs are active, and lets the oldest of those that ended go. */
  #update(namespace: string, name: string, times: Readonly<Record<string, string>>): void {
    const cronJob = this.#store.get(CRON_JOBS, namespace, name);
    if (cronJob === undefined) return;
    const jobs = this.#jobsOf(cronJob);
    const active = jobs
      .filter((job) => outcomeOf(job) === undefined)
      .map(({ metadata }) => ({
        kind: JOBS.kind,
        apiVersion: apiVersionOf(JOBS),
        namespace,
        name: metadata.name,
        uid: metadata.uid,
      }));
    const { active: _active, ...before } = objectAt(cronJob, 'status');
    const status = { ...before, ...times, ...(active.length === 0 ? {} : { active }) };
    if (JSON.stringify(status) !== JSON.stringify(cronJob.status)) {
      this.#store.put(CRON_JOBS, { ...cronJob, status });
    }
    const spec = objectAt(withDefaults('cronjobs.batch', cronJob), 'spec');
    this.#trim(jobs, 'Complete', numberAt(spec, 'successfulJobsHistoryLimit') ?? 3);
    this.#trim(jobs, 'Failed', numberAt(spec, 'failedJobsHistoryLimit') ?? 1);
  }

  #trim(jobs: readonly ApiObject[], outcome: 'Complete' | 'Failed', limit: number): void {
    const started = (job: ApiObject) =>
      textAt(job.status, 'startTime') || String(job.metadata.creationTimestamp);
    const ended = jobs
      .filter((job) => outcomeOf(job) === outcome)
      .sort((a, b) => started(b).localeCompare(started(a)) || revisionOf(b) - revisionOf(a));
    for (const { metadata } of ended.slice(limit)) {
      this.#store.remove(JOBS, metadata.namespace, metadata.name);
    }
  }

  #say(cronJob: ApiObject, reason: string, message: string): void {
    const said = { type: 'Normal' as const, reason, message, component: 'cronjob-controller' };
    say(this.#store, this.#clock(), CRON_JOBS, cronJob, said);
  }
}

function revisionOf({ metadata }: ApiObject): number {
  return Number(metadata.resourceVersion ?? 0);
}
