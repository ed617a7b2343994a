/** Installs, builds and runs every test; further arguments go to vitest. */
import { prepareSteps } from './prepare.mjs';
import { runProgram, runSteps } from './steps.mjs';

await runSteps([
  ...prepareSteps(),
  {
    name: 'test',
    seconds: 120,
    run: () =>
      runProgram(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)]),
  },
]);
