import type { Position } from '../../engine/plan.ts';
import type { Referrer } from '../../engine/referrer.ts';

/** Who names an image now: `pod/web-1 in shop`, or `shop/web:latest`. */
export function protectorInWords(by: Referrer | Position): string {
  return 'resource' in by
    ? `${by.resource}/${by.name} in ${by.namespace}`
    : `${by.namespace}/${by.stream}:${by.tag}`;
}
