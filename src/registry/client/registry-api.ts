/** What `GET /v2/` answered, without a credential. */
export interface ApiAnswer {
  /** null where there was no answer. */
  status: number | null;
  /** `docker-distribution-api-version`; empty where absent. */
  apiVersion: string;
  /** `www-authenticate`; empty where absent. */
  challenge: string;
}

/** Whether an answer of `/v2/` is a registry’s: 200 or a challenge, and the version of its API. */
export function looksLikeRegistry({ status, apiVersion, challenge }: ApiAnswer): boolean {
  if (apiVersion.startsWith('registry/')) return status === 200 || status === 401;
  // Some proxies take the version away; a challenge for a registry remains.
  return status === 401 && /^(basic|bearer) /i.test(challenge);
}
