/** How everything about partitions says that something is not one. */
import { TesseraError } from '@tessera/core';
import type { z } from 'zod';

/** A PATCHES_INVALID error. */
export function patchesError(argument: string, expected: string, found: unknown): TesseraError {
  return new TesseraError({
    code: 'PATCHES_INVALID',
    argument,
    expected,
    found: found === undefined ? 'nothing' : String(found),
    wayOut: 'Give patches that cover every step once, in order',
  });
}

/** Data from outside that fits a stored form. @throws TesseraError PATCHES_INVALID */
export function readStored<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  subject: string,
): z.output<Schema> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [subject, ...(issue?.path ?? []).map(String)].join('.');
  throw new TesseraError({
    code: 'PATCHES_INVALID',
    argument: path,
    expected: 'the form that toJSON writes',
    found: issue?.message ?? 'something else',
    wayOut: 'Read a file that this version of Tessera wrote',
    cause: result.error,
  });
}
