/** A terminal that remembers what was written to it and reads what it is given. */
import { PassThrough, Readable } from 'node:stream';
import { main } from '../src/main.js';

export interface Run {
  readonly code: number;
  readonly output: string;
  readonly error: string;
}

/** Runs the command in this process. @param input text of standard input */
export async function run(words: readonly string[], input = ''): Promise<Run> {
  const output = new PassThrough();
  const error = new PassThrough();
  const said = { output: '', error: '' };
  output.on('data', (part) => {
    said.output += String(part);
  });
  error.on('data', (part) => {
    said.error += String(part);
  });
  const code = await main(words, { input: Readable.from([Buffer.from(input)]), output, error });
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...said };
}
