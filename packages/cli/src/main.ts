/**
 * The command from words to exit code: parse, run, tell. Everything that can go wrong ends here, as one readable line
 * (or as JSON with `--json`) and a number that scripts can branch on.
 */
import { TesseraError } from '@tessera/core';
import { CommanderError } from 'commander';
import { buildProgram } from './program.js';
import { auditCodeOf, type ExitCode, exitCodeOf, exitCodes } from './terminal/exit-code.js';
import { inputErrorWithin } from './terminal/input-error.js';
import { defaultTerminal, type Terminal } from './terminal/terminal.js';
import { oneLine } from './terminal/text-table.js';

/** Runs the command with `words` (without `node` and the script) and resolves to its exit code. */
export async function main(
  words: readonly string[],
  terminal: Terminal = defaultTerminal(),
): Promise<number> {
  const interrupt = new AbortController();
  const stop = () => {
    // A second Ctrl-C does not wait for work that does not listen.
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    terminal.error.write('\nstopping ...\n');
    interrupt.abort();
  };
  process.on('SIGINT', stop);
  let code: number = exitCodes.done;
  const finish = (given: number) => {
    code = given;
  };
  const failed = (given: ExitCode) => (words[0] === 'audit' ? auditCodeOf(given) : given);
  const asJson = words.includes('--json');
  try {
    const program = buildProgram({ ...terminal, signal: interrupt.signal, finish }, !asJson);
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return exitCodes.done;
      if (asJson) tell(usageError(thrown), asJson, terminal);
      return failed(exitCodes.badInput);
    }
    const error = inputErrorWithin(thrown) ?? thrown;
    tell(error, asJson, terminal);
    return failed(exitCodeOf(error));
  } finally {
    process.off('SIGINT', stop);
  }
}

/** What the parser of the words said, in the form of all other errors. */
function usageError({ message }: CommanderError): TesseraError {
  return new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: 'command line',
    expected: 'words as --help shows them',
    found: message.replace(/^error: /, '').replace(/\.$/, ''),
    wayOut: 'Add --help for the options',
  });
}

function tell(error: unknown, asJson: boolean, terminal: Terminal): void {
  if (asJson) {
    const data = TesseraError.is(error)
      ? {
          code: error.code,
          argument: error.argument,
          expected: error.expected,
          found: error.found,
          wayOut: error.wayOut,
        }
      : { code: 'INTERNAL', message: String(error) };
    terminal.error.write(`${JSON.stringify({ error: data })}\n`);
    return;
  }
  if (!TesseraError.is(error)) {
    terminal.error.write(`tessera: this is a bug of Tessera, please report it: ${stackOf(error)}\n`);
    return;
  }
  if (error.code === 'OPERATION_ABORTED') {
    terminal.error.write('tessera: stopped; nothing half-written was left behind\n');
    return;
  }
  const { code, argument, expected, found, wayOut } = error;
  terminal.error.write(
    `tessera: ${oneLine(argument)}: expected ${oneLine(expected)}, found ${oneLine(found)}\n  ${oneLine(wayOut)}. (${code})\n`,
  );
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
