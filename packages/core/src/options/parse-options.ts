/**
 * The border between a caller's options and the inside: defaults are filled in by the schema, and whatever does not
 * fit becomes one TesseraError that names the first offending field. What comes back is what a result stores.
 */
import type { z } from 'zod';
import { TesseraError } from '../errors/tessera-error.js';

/**
 * Options with defaults resolved, deeply readonly by type.
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
  const issue = result.error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? '' : `.${issue.path.map(String).join('.')}`;
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: `${subject} options${path}`,
    expected: issue === undefined ? 'valid options' : lowerFirst(issue.message),
    found: describe(valueAt(options, issue?.path ?? [])),
    wayOut: 'Correct this option or leave it out to use its default',
    cause: result.error,
  });
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
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
