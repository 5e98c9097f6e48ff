/** The names closest to a misspelt one, best first: at most `limit`, none where nothing comes close. */
export function nearestNames(wanted: string, names: Iterable<string>, limit = 3): string[] {
  const tolerance = Math.max(2, Math.floor(wanted.length / 3));
  const lower = wanted.toLowerCase();
  return [...names]
    .map((name) => ({ name, distance: distanceTo(lower, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= tolerance)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** A part of the name counts as one mistake: context names are long (`project/host:port/user`). */
function distanceTo(wanted: string, name: string): number {
  if (wanted.length >= 3 && name.includes(wanted)) return name === wanted ? 0 : 1;
  return levenshtein(wanted, name);
}

function levenshtein(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substituted = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
