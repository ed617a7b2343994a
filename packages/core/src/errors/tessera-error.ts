/**
 * The one error that Tessera shows to its callers. It names the argument, what was expected, what was found and
 * the way out, under a code that programs can branch on. Bugs of our own are `invariant` failures instead.
 */
import type { ErrorCode } from './error-codes.js';

export interface TesseraErrorOptions {
  readonly code: ErrorCode;
  /** The argument, column, file or option that is wrong. */
  readonly argument: string;
  readonly expected: string;
  readonly found: string;
  /** What the caller can do about it, as an imperative sentence without its full stop. */
  readonly wayOut: string;
  readonly cause?: unknown;
}

/** An error a caller can act on; its message reads `CODE: argument: expected …, found …. Way out.` */
export class TesseraError extends Error {
  override readonly name = 'TesseraError';
  readonly code: ErrorCode;
  readonly argument: string;
  readonly expected: string;
  readonly found: string;
  readonly wayOut: string;

  constructor(options: TesseraErrorOptions) {
    const { code, argument, expected, found, wayOut } = options;
    super(
      `${code}: ${argument}: expected ${expected}, found ${found}. ${wayOut}.`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.argument = argument;
    this.expected = expected;
    this.found = found;
    this.wayOut = wayOut;
  }

  /** The fields as plain data, for logs, `--json` output and messages between threads; a new error can be made of it. */
  toJSON(): TesseraErrorOptions & { readonly message: string } {
    const { code, argument, expected, found, wayOut, message } = this;
    return { code, argument, expected, found, wayOut, message };
  }

  /**
   * Whether `error` is a TesseraError, also one made by another copy of this module. One that was cloned between threads
   * is not: cloning keeps only the message, so send `toJSON()`.
   */
  static is(error: unknown): error is TesseraError {
    return error instanceof Error && error.name === 'TesseraError' && 'code' in error && 'wayOut' in error;
  }
}
