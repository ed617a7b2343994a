/** Names listed in a message at most. */
const mostListed = 10;

/** Names in quotes, the first ten and how many more. */
export function listedNames(names: readonly string[]): string {
  const more = names.length - mostListed;
  const shown = names.slice(0, mostListed).map((name) => `"${name}"`);
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
