/** The streams a command talks to, so that tests can listen. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly error: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** A terminal with the signal that Ctrl-C fires. */
export interface Session extends Terminal {
  readonly signal: AbortSignal;
}

export function defaultTerminal(): Terminal {
  return { input: process.stdin, output: process.stdout, error: process.stderr };
}
