/** The grammar of the command: which words there are, their defaults and their help. Does no work itself. */
import { Command } from 'commander';
import { auditCommand } from './commands/audit-command.js';
import { backtestCommand } from './commands/backtest-command.js';
import { datasetsCommand } from './commands/datasets-command.js';
import { demoCommand } from './commands/demo-command.js';
import { forecastCommand } from './commands/forecast-command.js';
import { segmentCommand } from './commands/segment-command.js';
import { trainPolicyCommand } from './commands/train-policy-command.js';
import type { Session } from './terminal/terminal.js';

/**
 * The whole command; parsing errors are thrown as CommanderError instead of ending the process.
 *
 * @param tellsUsage whether parsing errors are also written for a person; where not, the caller tells them
 */
export function buildProgram(session: Session, tellsUsage = true): Command {
  const program = new Command('tessera')
    .description('Forecast time series with honest intervals, and measure the forecasters against each other')
    .version('0.1.0')
    .addHelpText(
      'after',
      `
Examples:
  tessera datasets
  tessera forecast sales.csv --time date --target sales --horizon 28 --out out
  tessera audit sales.csv --time date --target sales --policy uniform:32 --out out
  tessera segment sales.csv --time date --target sales --policy uniform:16,surprise:16 --plot
  cat sales.csv | tessera backtest - --time date --target sales --horizon 7 --json

Exit codes: 0 done, 2 bad usage or input, 3 failure, 130 interrupted; those of audit stand in its help.`,
    );
  for (const make of [
    datasetsCommand,
    forecastCommand,
    backtestCommand,
    auditCommand,
    segmentCommand,
    trainPolicyCommand,
    demoCommand,
  ]) {
    program.addCommand(make(session));
  }
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .showHelpAfterError(tellsUsage && '(add --help for the options)')
      .configureOutput({
        writeOut: (text) => session.output.write(text),
        writeErr: (text) => session.error.write(text),
        outputError: (text, write) => {
          if (tellsUsage) write(text);
        },
      });
  }
  return program;
}
