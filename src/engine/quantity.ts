// Kubernetes resource quantities, as limit ranges state them: `10Gi`, `500M`, `1e3`, `0.5Gi`, `100m`.

const NANO = 1_000_000_000n;
const BINARY: Readonly<Record<string, bigint>> = {
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
  Pi: 2n ** 50n,
  Ei: 2n ** 60n,
};
const DECIMAL_EXPONENT: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/**
 * Parses a quantity, exactly, rounding up below a billionth as Kubernetes does.
 * @returns billionths of the base unit (for storage: of a byte)
 * @throws RangeError where the text is no quantity
 */
export function parseQuantity(text: string): bigint {
  const match =
    /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([eE])([+-]?\d{1,3})|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]))?$/.exec(text);
  if (!match) throw new RangeError(`${JSON.stringify(text)} is not a quantity (write it like 10Gi or 500M)`);
  const [, sign, number = '', exponentMark, exponentText, suffix = ''] = match;
  const [whole = '', fraction = ''] = number.split('.');
  let numerator = BigInt(`${whole}${fraction}` || '0') * NANO;
  let denominator = 10n ** BigInt(fraction.length);
  const binary = BINARY[suffix];
  if (binary !== undefined) numerator *= binary;
  else {
    const exponent = exponentMark ? Number(exponentText) : (DECIMAL_EXPONENT[suffix] ?? 0);
    if (exponent >= 0) numerator *= 10n ** BigInt(exponent);
    else denominator *= 10n ** BigInt(-exponent);
  }
  const rounded = (numerator + denominator - 1n) / denominator;
  return sign === '-' ? -rounded : rounded;
}

/** Whether a size in bytes is larger than a quantity given in billionths of a byte. */
export function exceeds(bytes: number, limitInBillionths: bigint): boolean {
  return BigInt(Math.trunc(bytes)) * NANO > limitInBillionths;
}

/** A quantity in billionths of a byte as bytes, rounded up. */
export function wholeBytes(billionths: bigint): number {
  return Number((billionths + NANO - 1n) / NANO);
}
