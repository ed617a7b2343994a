/**
 * JSON lets one object hold a key twice and JSON.parse keeps the last, so two readers can see two different files; and a key
 * `__proto__` is an entry to one reader and nothing to another. Neither belongs in a file that is trusted.
 */

/** Strings, and the signs that tell objects from lists and keys from values. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** A key that occurs twice in one object, or `__proto__`, anywhere in valid JSON; undefined where there is none. O(length). */
export function forbiddenKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  let before = '';
  for (const [text] of json.matchAll(token)) {
    if (text === '{' || text === '[') open.push(new Set());
    else if (text === '}' || text === ']') open.pop();
    else if (text === ':') {
      const key = String(JSON.parse(before));
      const known = open.at(-1);
      if (key === '__proto__' || known?.has(key) === true) return key;
      known?.add(key);
    }
    before = text;
  }
  return undefined;
}
