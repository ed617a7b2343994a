/** Names that a person may have meant: a few edits away, or the same but for case and separators. */

/** The names nearest to `wanted`, nearest first, at most `limit`. */
export function nearNames(wanted: string, names: readonly string[], limit = 3): string[] {
  const plain = plainForm(wanted);
  const scored = names.map((name) => ({ name, distance: distanceBetween(plain, plainForm(name)) }));
  // A third of the letters may differ: closer than two unrelated words of this length usually are.
  const tolerance = Math.max(1, Math.floor(wanted.length / 3));
  return scored
    .filter(({ distance }) => distance <= tolerance)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ name }) => name);
}

function plainForm(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_.-]/g, '');
}

/** Edits from one text to the other (Levenshtein), in O(a * b). */
function distanceBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = above[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, above[column] + 1, current[column - 1] + 1));
    }
    above = current;
  }
  return above[b.length];
}
