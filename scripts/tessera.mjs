/** `npm run tessera -- ...`: the command from the sources, installed and built first where that is still to do. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepareSteps } from './prepare.mjs';
import { root, runProgram, runSteps } from './steps.mjs';

// Standard output belongs to the command: it may be piped. What prepares it is said on standard error.
const said = console.log;
console.log = console.error;
const built = existsSync(join(root, 'packages/cli/dist/index.js'));
if (!built) await runSteps(prepareSteps());
console.log = said;
process.exit(await runProgram(process.execPath, ['packages/cli/bin/tessera.js', ...process.argv.slice(2)]));
