// labelSelector and fieldSelector, as far as the cluster's clients use them.
import type { ApiObject } from './api-object.ts';
import { badRequest } from './status.ts';

/** @throws ApiError 400 for a selector that is not understood */
export function selectorOf(query: URLSearchParams): ((object: ApiObject) => boolean) | undefined {
  const tests = [
    ...labelTests(query.get('labelSelector') ?? ''),
    ...fieldTests(query.get('fieldSelector') ?? ''),
  ];
  return tests.length === 0 ? undefined : (object) => tests.every((test) => test(object));
}

type Test = (object: ApiObject) => boolean;

function labelTests(text: string): Test[] {
  return requirements(text).map((requirement) => {
    const equality = /^([^=!\s]+)\s*(==?|!=)\s*(.*)$/.exec(requirement);
    if (equality === null) return existence(requirement);
    const [, key = '', operator, value] = equality;
    return (object) => (object.metadata.labels?.[key] === value) === (operator !== '!=');
  });
}

function existence(requirement: string): Test {
  const absent = requirement.startsWith('!');
  const key = absent ? requirement.slice(1) : requirement;
  if (!/^[\w./-]+$/.test(key)) throw badRequest(`unable to parse requirement: ${requirement}`);
  return (object) => Object.hasOwn(object.metadata.labels ?? {}, key) !== absent;
}

function fieldTests(text: string): Test[] {
  return requirements(text).map((requirement) => {
    const [, field = '', operator, value] = /^([\w.]+)\s*(==?|!=)\s*(.*)$/.exec(requirement) ?? [];
    if (field === '')
      throw badRequest(`invalid selector: '${requirement}'; can't understand '${requirement}'`);
    return (object) => (valueAt(object, field) === value) === (operator !== '!=');
  });
}

function valueAt(object: ApiObject, field: string): string {
  let value: unknown = object;
  for (const part of field.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value === undefined ? '' : String(value);
}

function requirements(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
