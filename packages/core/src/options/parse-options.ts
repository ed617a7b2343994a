/**
 * The border between a caller's options and the inside: defaults are filled in by the schema, and whatever does not
 * fit becomes one TesseraError that names the first offending field. What comes back is what a result stores.
 */
import { z } from 'zod';
import { TesseraError } from '../errors/tessera-error.js';

/**
 * Options with defaults resolved. The given object is not changed.
 *
 * @param subject name of the function or class the options belong to, for the message
 * @throws TesseraError OPTIONS_INVALID
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  options: unknown,
  subject: string,
): z.output<Schema> {
  const result = schema.safeParse(options ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue.path.map((key) => `.${String(key)}`).join('');
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: `${subject} options${path}`,
    expected: unknownKey === undefined ? expectation(issue) : knownNames(schema, issue.path),
    found: unknownKey === undefined ? describe(valueAt(options, issue.path)) : JSON.stringify(unknownKey),
    wayOut:
      unknownKey === undefined
        ? 'Correct this option or leave it out to use its default'
        : 'Correct the name of this option or leave it out',
    cause: result.error,
  });
}

/** What an issue asks for, without the library's words for what it got; a schema's own message stays as it is. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union' && issue.message === 'Invalid input') {
    const choices = issue.errors.flatMap((inner) => inner.slice(0, 1).map(expectation));
    if (choices.length > 0) return [...new Set(choices)].join(' or ');
  }
  const text = issue.message
    .replace(/^(?:Invalid input|Invalid option|Too small|Too big): expected /, '')
    .replace(/^Invalid string: must /, 'text to ')
    .replace(/, received .*$/, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function knownNames(schema: z.ZodType, path: readonly PropertyKey[]): string {
  if (path.length > 0 || !(schema instanceof z.ZodObject)) return 'known options only';
  return `one of the options ${Object.keys(schema.shape).join(', ')}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'string' || typeof value === 'object' ? asJSON(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Options come from outside: they may refer to themselves, hold bigints, or have a toJSON that returns nothing. */
function asJSON(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'an object';
  } catch {
    return 'an object that JSON cannot hold';
  }
}
