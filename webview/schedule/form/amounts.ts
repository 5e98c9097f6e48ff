import type { Resources } from '../../../src/schedules/resources.ts';

/** What a container asks for and may take, as typed; empty: nothing is said. */
export interface Amounts {
  cpuRequest: string;
  memoryRequest: string;
  cpuLimit: string;
  memoryLimit: string;
}
export type AmountKey = keyof Amounts;

export const AMOUNTS_NOTHING: Amounts = { cpuRequest: '', memoryRequest: '', cpuLimit: '', memoryLimit: '' };

/** Which field of the form a problem with resources belongs to, by its place in them. */
export const AMOUNT_PLACES: Readonly<Record<string, AmountKey>> = {
  'resources.requests.cpu': 'cpuRequest',
  'resources.requests.memory': 'memoryRequest',
  'resources.limits.cpu': 'cpuLimit',
  'resources.limits.memory': 'memoryLimit',
};

export function amountsOf({ requests = {}, limits = {} }: Resources): Amounts {
  return {
    cpuRequest: requests.cpu ?? '',
    memoryRequest: requests.memory ?? '',
    cpuLimit: limits.cpu ?? '',
    memoryLimit: limits.memory ?? '',
  };
}

/** @param others amounts of what the form doesn’t show, which are to stay */
export function resourcesOf(amounts: Amounts, others: Resources = {}): Resources {
  const requests = kept(others.requests, amounts.cpuRequest, amounts.memoryRequest);
  const limits = kept(others.limits, amounts.cpuLimit, amounts.memoryLimit);
  return {
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
  };
}

function kept(
  others: Readonly<Record<string, string>> = {},
  cpu: string,
  memory: string,
): Readonly<Record<string, string>> {
  const { cpu: _cpu, memory: _memory, ...rest } = others;
  return {
    ...(cpu.trim() === '' ? {} : { cpu: cpu.trim() }),
    ...(memory.trim() === '' ? {} : { memory: memory.trim() }),
    ...rest,
  };
}
