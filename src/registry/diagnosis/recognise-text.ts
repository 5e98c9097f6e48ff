import type { Finding, FindingCode } from './finding.ts';
import { fixesFor, ruleFor } from './texts/advice.ts';
import { piecesOf } from './texts/pieces.ts';
import { plainLines, visible } from './texts/plain-lines.ts';
import { type Reading, readPiece, shortened } from './texts/read-piece.ts';
import type { Recognised } from './texts/recognised.ts';
import { settled } from './texts/settle.ts';
import { withoutSecrets } from './texts/without-secrets.ts';

/** More than anybody reads. */
const MOST_FINDINGS = 20;

/** The decisive first: what must be put right before the next can show. What may pass by itself comes last. */
const ORDER: readonly FindingCode[] = [
  'noToken',
  'interceptingProxy',
  'proxy',
  'clockSkew',
  'noRouteFromOutside',
  'noSuchHost',
  'httpResponseToHttps',
  'tlsVersion',
  'weakCertificate',
  'expired',
  'notYetValid',
  'nameMismatch',
  'selfSigned',
  'wrongAuthorityGiven',
  'missingIntermediate',
  'unknownAuthority',
  'malformedHttpResponse',
  'wrongService',
  'deletionDisabled',
  'unauthorized',
  'forbidden',
  'routerUnavailable',
  'refused',
  'timeout',
  'serverError',
  'connectionCut',
  'unknown',
];

const SPEAKS_OF_DELETING =
  /\bDELETE\b|\b(?:failed to delete|error deleting|[Dd]eleting (?:blob|layer|manifest))|deletion is disabled/;
/** The line that stands for a text in which nothing is recognised. */
const FAILURE = /\b(?:error|fail(?:ed|ure)?|fatal|cannot|can['’]t|denied|refused|unable)\b/i;

/**
 * Explains the text of a failed run without a cluster: the output of `oc`, docker, podman, curl, openssl or Node, or a
 * whole log, in whatever a log writer has wrapped it. Each distinct problem once, the decisive first; at most 20.
 *
 * The arguments are what the text tells: of certificates `now`, `notBefore`, `notAfter` (RFC 3339), `names`, `wanted`
 * (the name asked for), `count`, `candidate`, `issuer`, `subject`, `algorithm`, `bits`; of the way `host`, `nameServer`,
 * `proxy`, `phase` (`connect`, `handshake`, `answer`), `alert`, `version`, `least`, `answer` (what isn’t HTTP, as Go quotes
 * it), `asks` (`certificate`), `why`; of answers `status`, `said`, `user`, `verb`, `resource` (several with commas), `group`,
 * `namespace`. The marks: `server: 'api'` where it isn’t the registry, `deleting: 'true'`, `registry: 'unnamed'`,
 * `orNotYetValid: 'true'`, `none: 'true'` (a certificate without a usable name), `whose: 'machine'` (the clock).
 *
 * Where nothing is recognised there is one finding `unknown`; nothing is guessed. What has the form of a token, password
 * or key is taken out before anything else is done.
 * @param text of any length; the time it takes grows with its length
 */
export function recogniseText(text: string): Finding[] {
  // Again at the end: quoting may have hidden one.
  const lines = withoutSecrets(plainLines(withoutSecrets(visible(text))).join('\n')).split('\n');
  const found = recognised(lines);
  if (found.length > 0) return finished(found);
  // A terminal may have broken the lines, between words or within them.
  for (const joint of [' ', '']) {
    const joined = recognised([lines.join(joint)]);
    if (joined.length > 0) return finished(joined);
  }
  const telling = lines.find((line) => FAILURE.test(line)) ?? lines[0] ?? '';
  return finished([{ code: 'unknown', address: '', message: shortened(telling, 0), arguments: {} }]);
}

function recognised(lines: readonly string[]): Recognised[] {
  const distinct = [...new Set(lines)];
  const pieces = new Set(distinct.flatMap(piecesOf));
  const reading: Reading = {
    deleting: distinct.some((line) => SPEAKS_OF_DELETING.test(line)),
    names: new Map(),
  };
  const all = [...pieces].flatMap((piece) => readPiece(piece, reading));
  // What one piece calls by its name, another may call by its address.
  const named = all.map((one) => ({ ...one, address: reading.names.get(one.address) || one.address }));
  return settled(named, distinct);
}

function finished(found: readonly Recognised[]): Finding[] {
  // Met together, they are one story (REFERENCE section 6): the registry’s authority isn’t the one that is verified with.
  const bothAt = (address: string) =>
    found.some((one) => one.code === 'malformedHttpResponse' && one.address === address);
  return [...found]
    .sort((a, b) => ORDER.indexOf(a.code) - ORDER.indexOf(b.code))
    .slice(0, MOST_FINDINGS)
    .map((one) => ({
      ...one,
      fixes: fixesFor(one),
      rule:
        one.code === 'unknownAuthority' && bothAt(one.address)
          ? 'secureRegistryInsecureClient'
          : ruleFor(one),
    }));
}
