import { parseQuantity } from '../engine/quantity.ts';
import type { Problem } from './problem.ts';

/** What a container asks for and may take: `cpu`, `memory` and others, as Kubernetes' quantities. */
export interface Resources {
  requests?: Readonly<Record<string, string>>;
  limits?: Readonly<Record<string, string>>;
}

/** What the documented CronJob asks for (REFERENCE section 8). */
export const DOCUMENTED_RESOURCES: Resources = { requests: { cpu: '1', memory: '1Gi' } };

/** What of it the API server would not take. */
export function resourceProblems(resources: Resources, field: string): Problem[] {
  const problems: Problem[] = [];
  const amounts = new Map<string, bigint>();
  for (const kind of ['requests', 'limits'] as const) {
    for (const [name, text] of Object.entries(resources[kind] ?? {})) {
      const at = `${field}.${kind}.${name}`;
      const amount = quantityOf(text);
      if (amount === undefined) problems.push({ field: at, code: 'quantity', arguments: { text, name } });
      else amounts.set(`${kind} ${name}`, amount);
    }
  }
  for (const [name, text] of Object.entries(resources.requests ?? {})) {
    const request = amounts.get(`requests ${name}`);
    const limit = amounts.get(`limits ${name}`);
    if (request === undefined || limit === undefined || request <= limit) continue;
    problems.push({
      field: `${field}.requests.${name}`,
      code: 'requestOverLimit',
      arguments: { text, name, limit: resources.limits?.[name] ?? '' },
    });
  }
  return problems;
}

function quantityOf(text: string): bigint | undefined {
  try {
    const amount = parseQuantity(text);
    return amount < 0n ? undefined : amount;
  } catch {
    return undefined;
  }
}
