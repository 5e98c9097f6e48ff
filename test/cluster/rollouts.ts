// The deployment controller, in small: a changed pod template replaces the pods one by one.
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { listAt, objectAt, textAt } from '../../src/engine/shape.ts';
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

interface Counts {
  /** Pods of any age. */
  present: number;
  /** Pods of the present template. */
  updated: number;
  /** Pods that serve. */
  available: number;
}

/** The condition Progressing. */
interface Progress {
  status: 'True' | 'False';
  reason: string;
  message: string;
}

const DEPLOYMENTS = resourceNamed('deployments', 'apps');
const PODS = resourceNamed('pods');
const REVISION = 'deployment.kubernetes.io/revision';

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
    if (objectAt(current(), 'spec').paused === true) {
      this.#pause(current());
      return;
    }
    const hash = hashOf(current());
    const desired = Number(objectAt(current(), 'spec').replicas ?? 1);
    const replicaSet = `ReplicaSet "${name}-${hash}"`;
    const progressing: Progress = {
      status: 'True',
      reason: 'ReplicaSetUpdated',
      message: `${replicaSet} is progressing.`,
    };
    this.#progress(revised(current()), { present: desired, updated: 0, available: desired }, progressing);
    await step();
    if (this.options.stuck) {
      this.#progress(
        current(),
        { present: desired, updated: 0, available: desired },
        {
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          message: `${replicaSet} has timed out progressing.`,
        },
      );
      // It goes on by itself once nothing holds it up.
      while (this.options.stuck) {
        await step();
        current();
      }
    }
    for (let updated = 1; updated <= desired; updated += 1) {
      if (updated === 1) await this.options.onRollout?.(current());
      this.#replacePod(current(), hash, updated);
      // One pod more is there than wanted: the old one on its way out.
      this.#progress(current(), { present: desired + 1, updated, available: desired }, progressing);
      await step();
    }
    if (desired > 0) {
      // The old ones are gone, and the last new one doesn't serve yet.
      this.#progress(current(), { present: desired, updated: desired, available: desired - 1 }, progressing);
      await step();
    }
    this.#progress(
      current(),
      { present: desired, updated: desired, available: desired },
      {
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: `${replicaSet} has successfully progressed.`,
      },
    );
  }

  /** A paused deployment is seen, and left as it is. */
  #pause(deployment: ApiObject): void {
    const now = timestampOf(this.#clock());
    const paused = {
      type: 'Progressing',
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
      lastTransitionTime: now,
      lastUpdateTime: now,
    };
    const status = objectAt(deployment, 'status');
    const others = listAt(status, 'conditions').filter((one) => textAt(one, 'type') !== 'Progressing');
    this.#store.put(DEPLOYMENTS, {
      ...deployment,
      status: {
        ...status,
        observedGeneration: deployment.metadata.generation,
        // Nothing is of the new template yet, and the API leaves zeros out.
        updatedReplicas: undefined,
        conditions: [...others, paused],
      },
    });
  }

  #progress(deployment: ApiObject, { present, updated, available }: Counts, progress: Progress): void {
    const now = timestampOf(this.#clock());
    const times = { lastTransitionTime: now, lastUpdateTime: now };
    const availability = {
      type: 'Available',
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
    };
    const unavailable = present - available;
    this.#store.put(DEPLOYMENTS, {
      ...deployment,
      status: {
        observedGeneration: deployment.metadata.generation,
        replicas: present,
        updatedReplicas: updated,
        readyReplicas: available,
        availableReplicas: available,
        ...(unavailable === 0 ? {} : { unavailableReplicas: unavailable }),
        conditions: [
          { ...availability, ...times },
          { type: 'Progressing', ...progress, ...times },
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

/** A rollout counts the revision up. */
function revised(deployment: ApiObject): ApiObject {
  const { metadata } = deployment;
  const revision = Number(metadata.annotations?.[REVISION] ?? 0) + 1;
  return {
    ...deployment,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [REVISION]: String(revision) } },
  };
}

function hashOf(deployment: ApiObject): string {
  const template = JSON.stringify(objectAt(deployment.spec, 'template'));
  return createHash('sha256').update(template).digest('hex').slice(0, 10);
}

function suffixOf(hash: string, serial: number): string {
  return createHash('sha256').update(`${hash}/${serial}`).digest('hex').slice(0, 5);
}
