import { isIP } from 'node:net';
import { nearestNames } from '../../../cluster/kubeconfig/nearest-names.ts';
import { nameMismatchWords } from '../../client/name-mismatch.ts';
import { type AddressFacts, servedCertificate } from '../facts.ts';
import { forceInsecure, otherWays, renewCertificate, useServedName } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import { verifiesCertificates } from '../verifies-certificates.ts';
import type { Detector } from './detector.ts';

/** The certificate is for other names. */
export const nameMismatch: Detector = {
  code: 'nameMismatch',
  suppresses: [],
  detect(facts, around) {
    const names = servedCertificate(facts)?.names;
    if (!verifiesCertificates(facts) || facts.nameFits !== false || !names) return undefined;
    const dns = names.filter((name) => isIP(name) === 0);
    const ip = names.filter((name) => isIP(name) !== 0);
    const listed = names.join(', ');
    return {
      message: messageOf(facts, nameMismatchWords(facts.hostname, { dns, ip })),
      arguments: { wanted: facts.hostname, ...(listed === '' ? {} : { names: listed }) },
      fixes: [
        ...(listed === '' ? [] : [useServedName(listed, nearestAddress(facts, names))]),
        ...otherWays(facts, around),
        renewCertificate(facts),
        forceInsecure(facts, around),
      ],
      rule: 'secureByDefault',
    };
  },
};

/** The name most like the one asked for, as an address; of names that are nothing like it, the first. */
function nearestAddress({ hostname, address }: AddressFacts, names: readonly string[]): string {
  const usable = names.filter((name) => /^[A-Za-z0-9._-]+$/.test(name) || isIP(name) !== 0);
  const [nearest = usable[0]] = nearestNames(hostname, usable, 1);
  if (nearest === undefined) return '';
  const port = /:\d+$/.exec(address)?.[0] ?? '';
  return isIP(nearest) === 6 ? `[${nearest}]${port}` : `${nearest}${port}`;
}
