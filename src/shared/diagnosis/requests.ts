// What the diagnosis page asks, checked on arrival.

import { NEXT_STEPS } from '../dry-run/requests.ts';
import { nothing, objectOf, oneOf, requestReader, textIn, wholeNumber } from '../page/read-request.ts';
import type { DiagnosisProtocol } from './protocol.ts';

/** Reads a request of the diagnosis page. @throws InvalidMessageError naming what is wrong */
export const diagnosisRequest = requestReader<DiagnosisProtocol>({
  run: nothing,
  cancel: nothing,
  explain: (value, where) => ({ text: textIn(objectOf(value, where), 'text', where) }),
  fix: (value, where) => {
    const place = objectOf(value, where);
    return {
      diagnosis: textIn(place, 'diagnosis', where),
      address: place.address === null ? null : wholeNumber(place.address, `${where}.address`),
      finding: wholeNumber(place.finding, `${where}.finding`),
      fix: wholeNumber(place.fix, `${where}.fix`),
    };
  },
  step: (value, where) => ({ step: oneOf(NEXT_STEPS, objectOf(value, where).step, `${where}.step`) }),
});
