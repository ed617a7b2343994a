/** What an error says, how it travels, and that every code has a meaning. */
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../src/errors/error-codes.js';
import { invariant } from '../../src/errors/invariant.js';
import { TesseraError } from '../../src/errors/tessera-error.js';

const options = {
  code: 'COLUMN_UNKNOWN',
  argument: 'option target',
  expected: 'one of a, b',
  found: '"c"',
  wayOut: 'Use a column of the table',
} as const;

describe('TesseraError', () => {
  it('says what is wrong and the way out in one line', () => {
    const error = new TesseraError(options);
    expect(error.message).toBe(
      'COLUMN_UNKNOWN: option target: expected one of a, b, found "c". Use a column of the table.',
    );
    expect(String(error)).toBe(`TesseraError: ${error.message}`);
    expect(error).toMatchObject(options);
    expect(error).toBeInstanceOf(Error);
  });

  it('keeps its cause, and has none where none was given', () => {
    const cause = new Error('disk');
    expect(new TesseraError({ ...options, cause }).cause).toBe(cause);
    expect('cause' in new TesseraError(options)).toBe(false);
  });

  it('becomes plain data and an equal error again', () => {
    const error = new TesseraError({ ...options, cause: new Error('disk') });
    const data = JSON.parse(JSON.stringify(error));
    expect(data).toEqual({ ...options, message: error.message });
    expect(new TesseraError(data)).toEqual(new TesseraError(options));
  });

  it('knows its own kind, also from another copy of the module', () => {
    const twin = Object.assign(new Error('x'), { ...options, name: 'TesseraError' });
    expect(TesseraError.is(new TesseraError(options))).toBe(true);
    expect(TesseraError.is(twin)).toBe(true);
    for (const other of [
      new Error('x'),
      new RangeError('x'),
      { ...options },
      null,
      undefined,
      'COLUMN_UNKNOWN',
    ]) {
      expect(TesseraError.is(other)).toBe(false);
    }
  });

  it('loses its kind when it is cloned between threads, but not as data', () => {
    const error = new TesseraError(options);
    expect(TesseraError.is(structuredClone(error))).toBe(false);
    expect(new TesseraError(structuredClone(error.toJSON()))).toEqual(error);
  });
});

describe('error codes', () => {
  it('are in capitals and explained in a sentence', () => {
    for (const [code, meaning] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('mean different things', () => {
    const meanings = Object.values(errorCodes);
    expect(new Set(meanings).size).toBe(meanings.length);
  });
});

describe('invariant', () => {
  it('is silent where the claim holds and asks for a report where not', () => {
    expect(() => invariant(true, 'one is one')).not.toThrow();
    expect(() => invariant(false, 'one is two')).toThrowError(
      new Error('Tessera is wrong about itself: one is two. Please report this.'),
    );
  });
});
