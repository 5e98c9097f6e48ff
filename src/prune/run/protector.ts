import type { Position } from '../../engine/plan.ts';
import type { Referrer } from '../../engine/referrer.ts';
import { type Said, said, verbatim } from '../../engine/said.ts';

/** Who names an image now: `pod/web-1 in shop`, or `shop/web:latest`. */
export function protectorInWords(by: Referrer | Position): Said {
  return 'resource' in by
    ? said('{0} in {1}', `${by.resource}/${by.name}`, by.namespace)
    : verbatim(`${by.namespace}/${by.stream}:${by.tag}`);
}
