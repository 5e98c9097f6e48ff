import type { AddressFacts, Surroundings } from './facts.ts';
import { findingsOf } from './find-findings.ts';
import type { Finding } from './finding.ts';
import { isRegistry } from './looks-like-registry.ts';
import type { DiagnosedAddress, RegistryDiagnosis } from './registry-diagnosis.ts';
import { stepsOf } from './steps-of.ts';
import { unnamedRegistry } from './unnamed-registry.ts';

/**
 * What is wrong at each address, and on the way that a prune takes.
 * @param chosen one of them, by `chosenAddress`
 */
export function judged(
  all: readonly AddressFacts[],
  chosen: AddressFacts | undefined,
  around: Surroundings,
): Pick<RegistryDiagnosis, 'addresses' | 'findings' | 'reached'> {
  const addresses = all.map((facts): DiagnosedAddress => {
    const { address, source, through, chain, verifications } = facts;
    return {
      address,
      source,
      through,
      chosen: facts === chosen,
      steps: stepsOf(facts, around.now),
      chain,
      verifications: verifications.map((one) => ({ ...one, ms: Math.round(one.ms * 10) / 10 })),
      findings: findingsOf(facts, around),
    };
  });
  const decisive = addresses.find((one) => one.chosen);
  const reached = chosen && isRegistry(chosen) ? chosen.address : null;
  const own = decisive ? decisive.findings : [unnamedRegistry(around)];
  // A given address is the only one that counts; otherwise what bars the other ways bars this one too.
  const others =
    reached === null && !around.addressGiven ? addresses.flatMap(({ findings }) => findings) : [];
  return { addresses, findings: eachOnce([...own, ...others]), reached };
}

function eachOnce(all: readonly Finding[]): Finding[] {
  return all.filter(({ code }, place) => all.findIndex((other) => other.code === code) === place);
}
