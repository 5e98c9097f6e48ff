import type { Plan, Verdict } from './plan.ts';

const ALGORITHM = 'sha256:';
/** Bytes of a digest. */
const WIDTH = 32;
const HEX = '0123456789abcdef';

/**
 * What later plans are compared with: which images there were and which of them went. 33 bytes an image, without
 * references to anything, so that it outlives the plan and can be sent to another thread.
 */
export interface PlanOutline {
  /** RFC 3339: the plan's clock. */
  now: string;
  /** Bytes that the plan frees. */
  freed: number;
  /** Digests of 32 bytes each, ascending. */
  digests: Uint8Array<ArrayBuffer>;
  /** By the place in `digests`: 1 where the image goes. */
  going: Uint8Array<ArrayBuffer>;
  /** Images whose name is no SHA-256 digest as the registry writes it. */
  others: ReadonlyMap<string, Verdict>;
}

/** The outline of a plan. */
export function outlineOf(plan: Plan): PlanOutline {
  const digests = new Uint8Array(plan.images.length * WIDTH);
  const going = new Uint8Array(plan.images.length);
  const others = new Map<string, Verdict>();
  let count = 0;
  for (const { name, verdict } of plan.images) {
    if (writeDigest(name, digests, count * WIDTH)) going[count++] = verdict === 'prune' ? 1 : 0;
    else others.set(name, verdict);
  }
  return {
    now: plan.now,
    freed: plan.bytes.freed,
    digests: digests.slice(0, count * WIDTH),
    going: going.slice(0, count),
    others,
  };
}

/** The digest at a place of an outline. */
export function digestAt({ digests }: PlanOutline, place: number): string {
  let digest = ALGORITHM;
  for (const byte of digests.subarray(place * WIDTH, (place + 1) * WIDTH)) {
    digest += `${HEX[byte >>> 4]}${HEX[byte & 15]}`;
  }
  return digest;
}

/** Whether the digest at a place of one outline comes before (negative) or after that at a place of another. */
export function compareDigests(a: PlanOutline, placeInA: number, b: PlanOutline, placeInB: number): number {
  for (let offset = 0; offset < WIDTH; offset++) {
    const difference =
      (a.digests[placeInA * WIDTH + offset] ?? 0) - (b.digests[placeInB * WIDTH + offset] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Returns false where the name is no such digest; then the bytes at the offset mean nothing. */
function writeDigest(name: string, digests: Uint8Array, offset: number): boolean {
  if (name.length !== ALGORITHM.length + 2 * WIDTH || !name.startsWith(ALGORITHM)) return false;
  for (let byte = 0; byte < WIDTH; byte++) {
    const high = hexValue(name.charCodeAt(ALGORITHM.length + 2 * byte));
    const low = hexValue(name.charCodeAt(ALGORITHM.length + 2 * byte + 1));
    if (high < 0 || low < 0) return false;
    digests[offset + byte] = high * 16 + low;
  }
  return true;
}

/** The value of a lower-case hexadecimal digit's code; -1 for any other character. */
function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}
