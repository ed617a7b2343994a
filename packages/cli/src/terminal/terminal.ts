/** The streams a command talks to, so that tests can listen. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly error: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** A terminal with the signal that Ctrl-C fires. */
export interface Session extends Terminal {
  readonly signal: AbortSignal;
  /** Sets the exit code of a command that ran to its end; 0 where it is not called. */
  readonly finish: (code: number) => void;
}

export function defaultTerminal(): Terminal {
  return { input: process.stdin, output: process.stdout, error: process.stderr };
}
