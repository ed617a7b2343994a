/** What callers read when an option is wrong. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TesseraError } from '../../src/errors/tessera-error.js';
import { parseOptions } from '../../src/options/parse-options.js';

const schema = z.strictObject({
  horizon: z.int().min(1).default(28),
  method: z.enum(['mean', 'median']).default('mean'),
  levels: z.array(z.number().max(100)).default([80, 95]),
  alpha: z.union([z.number(), z.literal('auto')]).optional(),
  name: z
    .string('a name')
    .regex(/^[a-z]+$/)
    .optional(),
  code: z.string().regex(/^x/).optional(),
  inner: z.strictObject({ depth: z.number() }).optional(),
});

function failure(options: unknown): string {
  try {
    parseOptions(schema, options, 'naive');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
}

const itself: Record<string, unknown> = {};
itself.itself = itself;

describe('parseOptions', () => {
  it.each([[undefined], [null], [{}]])('fills in the defaults for %j', (options) => {
    expect(parseOptions(schema, options, 'naive')).toEqual({ horizon: 28, method: 'mean', levels: [80, 95] });
  });

  it('changes nothing in what it is given', () => {
    const given = Object.freeze({ horizon: 3, levels: Object.freeze([50]) });
    const resolved = parseOptions(schema, given, 'naive');
    expect(resolved).toEqual({ horizon: 3, method: 'mean', levels: [50] });
    expect(resolved.levels).not.toBe(given.levels);
  });

  it.each([
    [{ horizon: 0 }, '.horizon: expected number to be >=1, found 0'],
    [{ horizon: 1.5 }, '.horizon: expected int, found 1.5'],
    [{ horizon: '3' }, '.horizon: expected number, found "3"'],
    [{ horizon: Number.NaN }, '.horizon: expected number, found NaN'],
    [{ horizon: null }, '.horizon: expected number, found null'],
    [{ horizon: 3n }, '.horizon: expected number, found 3'],
    [{ horizon: () => 3 }, '.horizon: expected number, found a function'],
    [{ horizon: Symbol('three') }, '.horizon: expected number, found Symbol(three)'],
    [{ horizon: itself }, '.horizon: expected number, found an object that JSON cannot hold'],
    [{ horizon: { toJSON: () => undefined } }, '.horizon: expected number, found an object'],
    [{ horizon: 'x'.repeat(200) }, `.horizon: expected number, found "${'x'.repeat(76)}...`],
    [{ method: 'mode' }, '.method: expected one of "mean"|"median", found "mode"'],
    [{ levels: [80, 101] }, '.levels.1: expected number to be <=100, found 101'],
    [{ levels: 80 }, '.levels: expected array, found 80'],
    [{ alpha: true }, '.alpha: expected number or "auto", found true'],
    [{ name: 5 }, '.name: expected a name, found 5'],
    [{ code: 'y' }, '.code: expected text to match pattern /^x/, found "y"'],
    [{ inner: {} }, '.inner.depth: expected number, found nothing'],
    [5, ': expected object, found 5'],
    ['horizon', ': expected object, found "horizon"'],
  ])('names the option that is wrong: case %#', (options, message) => {
    expect(failure(options)).toBe(
      `OPTIONS_INVALID: naive options${message}. Correct this option or leave it out to use its default.`,
    );
  });

  it('lists the options there are where one is unknown', () => {
    expect(failure({ horizn: 3 })).toBe(
      'OPTIONS_INVALID: naive options: expected one of the options horizon, method, levels, alpha, name, code, inner, found "horizn". Correct the name of this option or leave it out.',
    );
    expect(failure({ inner: { depth: 1, width: 2 } })).toBe(
      'OPTIONS_INVALID: naive options.inner: expected known options only, found "width". Correct the name of this option or leave it out.',
    );
  });

  it('keeps what the schema found as the cause', () => {
    try {
      parseOptions(schema, { horizon: 0 }, 'naive');
      expect.fail('no error');
    } catch (error) {
      expect(error).toBeInstanceOf(TesseraError);
      expect(error instanceof TesseraError && error.cause).toBeInstanceOf(z.ZodError);
    }
  });
});
