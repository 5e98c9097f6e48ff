// GET pods/<name>/log, as the API server and a kubelet answer it.
import type { ServerResponse } from 'node:http';
import { isObject, listAt, objectAt, textAt } from '../../../src/engine/shape.ts';
import type { ApiObject } from '../api-object.ts';
import type { Answer, Call } from '../call.ts';
import { existing } from '../objects.ts';
import { badRequest, methodNotAllowed } from '../status.ts';
import type { ContainerLog, LogLine } from './pod-logs.ts';

interface LogOptions {
  follow: boolean;
  timestamps: boolean;
  tailLines: number | undefined;
  limitBytes: number | undefined;
  /** Milliseconds since the epoch. */
  since: number;
}

export function podLog(call: Call): Answer | undefined {
  const { target, query, state } = call;
  if (target?.resource.plural !== 'pods' || target.subresource !== 'log') return undefined;
  if (call.method !== 'GET') throw methodNotAllowed();
  const pod = existing(call, target);
  const { namespace = '', name } = pod.metadata;
  const container = containerOf(pod, query.get('container') ?? '');
  const options = optionsOf(call);
  const previous = isTrue(query.get('previous'));
  const log = state.logs.of(namespace, name, container, previous);
  if (previous && log === undefined) {
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  }
  const waiting = waitingFor(pod, container);
  if (waiting !== undefined && !previous && log === undefined) {
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${waiting}`);
  }
  return { kind: 'stream', run: (response) => send(response, log, options) };
}

/** The container that is meant: the only one, if none is named. */
export function containerOf(pod: ApiObject, named: string): string {
  const spec = objectAt(pod, 'spec');
  const names = listAt(spec, 'containers').map((one) => textAt(one, 'name'));
  const all = [...names, ...listAt(spec, 'initContainers').map((one) => textAt(one, 'name'))];
  if (named !== '') {
    if (all.includes(named)) return named;
    throw badRequest(`container ${named} is not valid for pod ${pod.metadata.name}`);
  }
  const [only] = names;
  if (names.length === 1 && only !== undefined) return only;
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]`,
  );
}

/** Why a container has not started yet; undefined where it has. */
function waitingFor(pod: ApiObject, container: string): string | undefined {
  const status = listAt(pod.status, 'containerStatuses').find((one) => textAt(one, 'name') === container);
  if (status === undefined)
    return textAt(pod.status, 'phase') === 'Pending' ? 'ContainerCreating' : undefined;
  const waiting = objectAt(status, 'state').waiting;
  return isObject(waiting) ? textAt(waiting, 'reason') : undefined;
}

function send(response: ServerResponse, log: ContainerLog | undefined, options: LogOptions): void {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  if (log === undefined) {
    response.end();
    return;
  }
  const lines = log.lines.filter(({ at }) => at.getTime() >= options.since);
  const skipped = options.tailLines === undefined ? 0 : Math.max(0, lines.length - options.tailLines);
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  const write = (line: LogLine) => {
    const bytes = Buffer.from(`${options.timestamps ? `${nanoseconds(line.at)} ` : ''}${line.text}\n`);
    response.write(bytes.subarray(0, left));
    left -= Math.min(left, bytes.length);
  };
  for (const line of lines.slice(skipped)) if (left > 0) write(line);
  let sent = log.lines.length;
  const more = () => {
    for (; sent < log.lines.length && left > 0; sent += 1) {
      const line = log.lines[sent];
      if (line !== undefined) write(line);
    }
    if (!log.ended && left > 0) return;
    stop();
    response.end();
  };
  const stop = log.follow(more);
  response.on('close', stop);
  if (options.follow) more();
  else {
    stop();
    response.end();
  }
}

function optionsOf({ query, state }: Call): LogOptions {
  const number = (name: string): number | undefined => {
    const given = query.get(name);
    if (given === null) return undefined;
    if (!/^\d+$/.test(given)) throw badRequest(`strconv.ParseInt: parsing "${given}": invalid syntax`);
    return Number(given);
  };
  const seconds = number('sinceSeconds');
  const time = query.get('sinceTime');
  return {
    follow: isTrue(query.get('follow')),
    timestamps: isTrue(query.get('timestamps')),
    tailLines: number('tailLines'),
    limitBytes: number('limitBytes'),
    since:
      seconds !== undefined ? state.clock().getTime() - seconds * 1000 : time === null ? 0 : Date.parse(time),
  };
}

function isTrue(value: string | null): boolean {
  return ['true', '1'].includes(value ?? '');
}

/** As container runtimes write times. */
function nanoseconds(at: Date): string {
  return at.toISOString().replace('Z', '000000Z');
}
