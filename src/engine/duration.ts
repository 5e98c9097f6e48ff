// The grammar of Go's time.ParseDuration, which every duration option of the reference command uses.
import { type Said, SaidError, said } from './said.ts';

const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** The largest duration Go can hold (2^63 - 1 nanoseconds), in milliseconds. */
const LARGEST = Number(2n ** 63n / 1_000_000n);

/** A text that is no duration. */
export class InvalidDurationError extends SaidError {
  override name = 'InvalidDurationError';
}

/**
 * Parses a Go duration such as `60m`, `1h30m`, `-1.5h` or `0`.
 * @returns milliseconds
 * @throws InvalidDurationError saying what is wrong with the text
 */
export function parseDuration(text: string): number {
  const invalid = (why: Said) =>
    new InvalidDurationError(
      said('invalid duration {0}: {1} (write it like 60m, 96h or 1h30m)', JSON.stringify(text), why),
    );
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  if (rest === '') throw invalid(said('it is empty'));
  let total = 0;
  let position = 0;
  const part = /(\d+(?:\.\d*)?|\.\d+)([^\d.]*)/y;
  while (position < rest.length) {
    part.lastIndex = position;
    const match = part.exec(rest);
    if (!match?.[1]) throw invalid(said('a number is expected'));
    const unit = match[2] ?? '';
    if (unit === '') throw invalid(said('a unit is missing'));
    const milliseconds = UNIT_MILLISECONDS[unit];
    if (milliseconds === undefined) throw invalid(said('unknown unit {0}', JSON.stringify(unit)));
    total += Number(match[1]) * milliseconds;
    position = part.lastIndex;
  }
  if (total > LARGEST) throw invalid(said('it is too long'));
  return sign === '-' && total !== 0 ? -total : total;
}

/** Writes milliseconds as Go's Duration.String does, e.g. `1h0m0s`, `90m` becomes `1h30m0s`, `0` becomes `0s`. */
export function formatDuration(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '';
  const absolute = Math.abs(milliseconds);
  if (absolute < 1000) return absolute === 0 ? '0s' : `${sign}${absolute}ms`;
  const hours = Math.floor(absolute / 3_600_000);
  const minutes = Math.floor((absolute % 3_600_000) / 60_000);
  const seconds = (absolute % 60_000) / 1000;
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '';
  return `${sign}${head}${seconds}s`;
}
