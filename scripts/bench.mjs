/** `npm run bench -- SUITE [--quick] [--out FILE]`: installs, builds and runs one suite of benchmarks. */
import { prepareSteps } from './prepare.mjs';
import { runProgram, runSteps } from './steps.mjs';

const suite = process.argv.slice(2).find((word) => !word.startsWith('-')) ?? 'help';
await runSteps([
  ...prepareSteps(),
  {
    name: `bench ${suite}${process.argv.includes('--quick') ? ' quickly' : ''}`,
    seconds: 60,
    run: () => runProgram(process.execPath, ['benchmarks/dist/run.js', ...process.argv.slice(2)]),
  },
]);
