/** A piece is read by many rules: longer ones are cut, with an overlap longer than what a rule matches in practice. */
const LONGEST_PIECE = 4_000;
const OVERLAP = 600;

/** Where one error of several in a line begins: a request of Go’s, or an object of the prune that failed. */
const BEGINNING =
  /\b(?:Get|Head|Post|Put|Patch|Delete|GET|HEAD|POST|PUT|PATCH|DELETE) ["“]?(?=https?:\/\/)|\b(?:imagestream [\w./-]{1,300}|image sha256:[0-9a-f]{64}): (?=failed to )/g;

/**
 * The errors that a line holds, `[Get https://…: x509: …, Get http://…: malformed HTTP response "…"]` as two; a line
 * with one error is a piece as a whole, with all that stands before it.
 */
export function piecesOf(line: string): string[] {
  const starts = [...line.matchAll(BEGINNING)].map(({ index }) => index);
  const cuts = starts.length < 2 ? [] : starts;
  return [0, ...cuts].flatMap((start, place) => {
    const piece = line.slice(start, cuts[place] ?? line.length);
    return windowsOf(withoutList(piece));
  });
}

/** Without what joins it to its neighbours; a bracket that it opens itself stays closed. */
function withoutList(piece: string): string {
  const text = trimmed(piece);
  if (!text.endsWith(']')) return text;
  const opened = text.split('[').length;
  const closed = text.split(']').length;
  return closed > opened ? text.slice(0, -1) : text;
}

/** Without white space and commas at both ends; a regular expression would look at each of a million spaces anew. */
function trimmed(piece: string): string {
  const isJoint = (character: string | undefined) => character !== undefined && /[\s,]/.test(character);
  let start = 0;
  let end = piece.length;
  while (start < end && isJoint(piece[start])) start++;
  while (end > start && isJoint(piece[end - 1])) end--;
  return piece.slice(start, end);
}

function windowsOf(piece: string): string[] {
  if (piece.length <= LONGEST_PIECE) return piece === '' ? [] : [piece];
  const windows: string[] = [];
  for (let start = 0; start < piece.length; start += LONGEST_PIECE - OVERLAP) {
    windows.push(piece.slice(start, start + LONGEST_PIECE));
  }
  return windows;
}
