import { told } from './status-told.ts';
import type { TextRule } from './text-rule.ts';

/** The reference command’s own words. */
export const COMMAND_RULES: readonly TextRule[] = [
  { code: 'noToken', pattern: /you must use a client config with a token/g },
  {
    code: 'noSuchHost',
    // No image and no image stream names a registry (REFERENCE section 4).
    pattern: /unable to find the remote registry host(?:: (?<why>[^\n]{1,200}))?/g,
    facts: { registry: 'unnamed' },
  },
];

/** What is answered, by a registry, by a router in front of it, or by the API. The order matters. */
export const ANSWER_RULES: readonly TextRule[] = [
  {
    code: 'routerUnavailable',
    pattern: /Application is not available|application is currently not serving requests at this endpoint/g,
  },
  {
    code: 'deletionDisabled',
    pattern: /unsupported: the operation is unsupported/gi,
    onlyDeleting: true,
  },
  {
    code: 'deletionDisabled',
    pattern: /\b(?<status>405) Method Not Allowed\b|"code": ?"UNSUPPORTED"/g,
    onlyDeleting: true,
  },
  { code: 'deletionDisabled', pattern: told('405'), onlyDeleting: true },
  { code: 'unauthorized', pattern: /User "(?<user>system:anonymous)" cannot \w{1,30}/g },
  {
    code: 'forbidden',
    pattern:
      /is forbidden: User "(?<user>[^"]{1,300})" cannot (?<verb>[\w*-]{1,40}) resource "(?<resource>[^"]{1,200})" in API group "(?<group>[^"]{0,200})"(?: at the cluster scope)?(?: in the namespace "(?<namespace>[^"]{1,200})")?/g,
  },
  {
    // OpenShift 3.
    code: 'forbidden',
    pattern:
      /User "(?<user>[^"]{1,300})" cannot (?<verb>[\w*-]{1,40}) (?:all )?(?<resource>[\w./-]{1,200})(?: at the cluster scope| in the cluster)?(?: in (?:the namespace|project) "(?<namespace>[^"]{1,200})")?/g,
  },
  {
    code: 'forbidden',
    pattern:
      /(?<!\w )\bdenied: (?<said>[^"\],]{1,200})|insufficient_scope: authorization failed|"code": ?"DENIED"/g,
  },
  {
    code: 'unauthorized',
    pattern:
      /no basic auth credentials|You must be logged in to the server|the server has asked for the client to provide credentials|"code": ?"UNAUTHORIZED"|\(Unauthorized\)/g,
  },
  { code: 'unauthorized', pattern: /\bunauthorized: (?<said>[^"\],]{1,200})/gi },
  { code: 'unauthorized', pattern: /\b(?<status>401) Unauthorized\b/gi },
  // Without the registry’s own words, where its answer held none.
  { code: 'unauthorized', pattern: /: unauthorized(?=[\s"')\]]*$)/g },
  { code: 'forbidden', pattern: /: denied(?=[\s"')\]]*$)/g },
  { code: 'unauthorized', pattern: told('401') },
  { code: 'forbidden', pattern: /\b(?<status>403) Forbidden\b/gi },
  { code: 'forbidden', pattern: told('403') },
  {
    code: 'wrongService',
    pattern: /error parsing HTTP (?<status>[234]\d\d) response body: invalid character/g,
  },
  {
    code: 'wrongService',
    // Of a ping: a registry says 200 at / or /healthz (REFERENCE section 4).
    pattern: /(?:unexpected status:|: status) (?<status>3\d\d|40[24-9]|4[1-9]\d)\b/g,
  },
  { code: 'wrongService', pattern: /StatusCode: (?<status>404), ?</g },
  {
    code: 'serverError',
    pattern:
      /\b(?<status>5\d\d) (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)\b/gi,
  },
  { code: 'serverError', pattern: told('5\\d\\d') },
  {
    code: 'serverError',
    pattern: /Error from server \((?<reason>InternalError|ServiceUnavailable)\)|\bunknown: unknown error\b/g,
  },
];

/** What says that data is missing, not that the way is barred: recognised, but explained by no finding of this kind. */
export const OTHER_RULES: readonly TextRule[] = [
  {
    code: 'unknown',
    pattern: /\b(?<said>manifest unknown|blob unknown(?: to registry)?|unknown blob|name unknown)\b/gi,
  },
];
