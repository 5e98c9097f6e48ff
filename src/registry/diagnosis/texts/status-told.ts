/** What stands in front of a status where programs tell it. Access logs (`"GET / HTTP/1.1" 401`) don’t. */
const TOLD =
  '(?:HTTP\\/[\\d.]{1,3} |(?:(?:unexpected|with|:) status(?: code)?|(?<![\\w.])status code)(?: from registry)?[:= ]{1,2}|StatusCode: ?|HTTP status: |response code:? |returned error: |(?<![\\w.])answered |error parsing HTTP |Status )';

/** A status as programs tell it. @param status a regular expression for its digits */
export function told(status: string): RegExp {
  return new RegExp(`${TOLD}(?<status>${status})\\b`, 'g');
}
