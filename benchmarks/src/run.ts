/** `npm run bench -- SUITE`: the command line of the benchmarks. Parses and prints; the work is elsewhere. */
import { runCommand } from './command.js';

process.exitCode = await runCommand(process.argv.slice(2));
