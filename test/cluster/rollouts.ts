// The deployment controller, in small: a changed pod template replaces the pods one by one.
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { listAt, objectAt } from '../../src/engine/shape.ts';
import { type ApiObject, timestampOf } from './api-object.ts';
import { resourceNamed } from './resources.ts';
import type { Change, Store } from './store.ts';

export interface RolloutOptions {
  /** Time between two steps. Default 20 ms. */
  stepMilliseconds?: number;
  /** Called once a rollout, when the first new pod starts: the moment to restart what the deployment stands for. */
  onRollout?: (deployment: ApiObject) => void | Promise<void>;
  /** Rollouts get stuck: Progressing=False, ProgressDeadlineExceeded. May be changed while running. */
  stuck?: boolean;
}

const DEPLOYMENTS = resourceNamed('deployments', 'apps');
const PODS = resourceNamed('pods');

export class Rollouts {
  readonly options: RolloutOptions;
  readonly #store: Store;
  readonly #clock: () => Date;
  readonly #stopped = new AbortController();
  readonly #unsubscribe: () => void;

  constructor(store: Store, clock: () => Date, options: RolloutOptions) {
    this.#store = store;
    this.#clock = clock;
    this.options = options;
    this.#unsubscribe = store.onChange((change) => this.#changed(change));
  }

  close(): void {
    this.#unsubscribe();
    this.#stopped.abort();
  }

  #changed({ resource, type, object }: Change): void {
    if (resource !== DEPLOYMENTS || type === 'DELETED') return;
    const { name, namespace = '', generation = 1 } = object.metadata;
    if (Number(objectAt(object, 'status').observedGeneration ?? 0) >= generation) return;
    // A rollout that is overtaken or stopped ends in silence.
    this.#run(namespace, name, generation).catch(() => undefined);
  }

  async #run(namespace: string, name: string, generation: number): Promise<void> {
    const step = () =>
      delay(this.options.stepMilliseconds ?? 20, undefined, { signal: this.#stopped.signal });
    const current = () => {
      const deployment = this.#store.get(DEPLOYMENTS, namespace, name);
      if (deployment === undefined || deployment.metadata.generation !== generation)
        throw new Error('overtaken');
      return deployment;
    };
    await step();
    const hash = hashOf(current());
    const replicas = Number(objectAt(current(), 'spec').replicas ?? 1);
    this.#progress(
      current(),
      replicas,
      0,
      'True',
      'ReplicaSetUpdated',
      `ReplicaSet "${name}-${hash}" is progressing.`,
    );
    await step();
    if (this.options.stuck) {
      const message = `ReplicaSet "${name}-${hash}" has timed out progressing.`;
      this.#progress(current(), replicas, 0, 'False', 'ProgressDeadlineExceeded', message);
      return;
    }
    for (let updated = 1; updated <= replicas; updated += 1) {
      if (updated === 1) await this.options.onRollout?.(current());
      this.#replacePod(current(), hash, updated);
      const message = `ReplicaSet "${name}-${hash}" is progressing.`;
      this.#progress(current(), replicas, updated, 'True', 'ReplicaSetUpdated', message);
      await step();
    }
    const message = `ReplicaSet "${name}-${hash}" has successfully progressed.`;
    this.#progress(current(), replicas, replicas, 'True', 'NewReplicaSetAvailable', message);
  }

  #progress(
    deployment: ApiObject,
    replicas: number,
    updated: number,
    progressing: 'True' | 'False',
    reason: string,
    message: string,
  ): void {
    const done = reason === 'NewReplicaSetAvailable';
    const now = timestampOf(this.#clock());
    const condition = (type: string, status: string, why: string, text: string) => ({
      type,
      status,
      reason: why,
      message: text,
      lastTransitionTime: now,
      lastUpdateTime: now,
    });
    this.#store.put(DEPLOYMENTS, {
      ...deployment,
      status: {
        observedGeneration: deployment.metadata.generation,
        // Between two steps one pod more is there than wanted: the old one on its way out.
        replicas: done || updated === 0 ? replicas : replicas + 1,
        updatedReplicas: updated,
        readyReplicas: replicas,
        availableReplicas: replicas,
        ...(done ? {} : { unavailableReplicas: 1 }),
        conditions: [
          condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.'),
          condition('Progressing', progressing, reason, message),
        ],
      },
    });
  }

  #replacePod(deployment: ApiObject, hash: string, serial: number): void {
    const { namespace = '', name } = deployment.metadata;
    const labels = objectAt(objectAt(deployment.spec, 'selector'), 'matchLabels') as Record<string, string>;
    const old = this.#store
      .list(PODS, namespace)
      .find(
        ({ metadata }) =>
          metadata.labels?.['pod-template-hash'] !== hash &&
          Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
      );
    if (old !== undefined) this.#store.remove(PODS, namespace, old.metadata.name);
    const template = objectAt(deployment.spec, 'template');
    const containers = listAt(template.spec, 'containers') as { name: string; image: string }[];
    this.#store.put(PODS, {
      metadata: {
        name: `${name}-${hash}-${suffixOf(hash, serial)}`,
        namespace,
        labels: { ...labels, 'pod-template-hash': hash },
        annotations: objectAt(template.metadata, 'annotations') as Record<string, string>,
      },
      spec: objectAt(template, 'spec'),
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: containers.map(({ name: container, image }) => ({
          name: container,
          image,
          ready: true,
          restartCount: 0,
        })),
      },
    });
  }
}

function hashOf(deployment: ApiObject): string {
  const template = JSON.stringify(objectAt(deployment.spec, 'template'));
  return createHash('sha256').update(template).digest('hex').slice(0, 10);
}

function suffixOf(hash: string, serial: number): string {
  return createHash('sha256').update(`${hash}/${serial}`).digest('hex').slice(0, 5);
}
