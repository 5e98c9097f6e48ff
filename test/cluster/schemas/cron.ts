// Whether Kubernetes takes a schedule: five fields of numbers, names, ranges and steps, or @daily and its like.

const FIELDS: readonly [least: number, most: number, names: string][] = [
  [0, 59, ''],
  [0, 23, ''],
  [1, 31, ''],
  [1, 12, 'jan feb mar apr may jun jul aug sep oct nov dec'],
  [0, 6, 'sun mon tue wed thu fri sat'],
];
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** Why a schedule is refused; undefined where it is not. */
export function scheduleProblem(schedule: string): string | undefined {
  if (schedule.startsWith('@')) {
    const known =
      DESCRIPTORS.includes(schedule) || /^@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(schedule);
    return known ? undefined : `unrecognized descriptor: ${schedule}`;
  }
  const parts = schedule.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== FIELDS.length) {
    return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
  }
  for (const [index, [least, most, names]] of FIELDS.entries()) {
    for (const range of (parts[index] ?? '').split(',')) {
      const problem = rangeProblem(range, least, most, names.split(' '));
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function rangeProblem(
  range: string,
  least: number,
  most: number,
  names: readonly string[],
): string | undefined {
  const [body = '', step, ...more] = range.split('/');
  if (more.length > 0) return `too many slashes: ${range}`;
  if (step !== undefined && !/^\d+$/.test(step))
    return `failed to parse int from ${step}: strconv.Atoi: parsing "${step}": invalid syntax`;
  if (step !== undefined && Number(step) === 0) return `step of range should be a positive number: ${range}`;
  if (body === '*' || body === '?') return undefined;
  const ends = body.split('-');
  if (ends.length > 2) return `too many hyphens: ${range}`;
  const numbers: number[] = [];
  for (const end of ends) {
    const named = end === '' ? -1 : names.indexOf(end.toLowerCase());
    if (named < 0 && !/^\d+$/.test(end)) {
      return `failed to parse int from ${end}: strconv.Atoi: parsing "${end}": invalid syntax`;
    }
    numbers.push(named < 0 ? Number(end) : named + least);
  }
  const [first = 0, last = first] = numbers;
  if (first < least) return `beginning of range (${first}) below minimum (${least}): ${range}`;
  if (last > most) return `end of range (${last}) above maximum (${most}): ${range}`;
  return first > last ? `beginning of range (${first}) beyond end of range (${last}): ${range}` : undefined;
}
