/** The main job: install, build, and run the demonstration on real series; pictures and tables land in out/demo. */
import { prepareSteps } from './prepare.mjs';
import { runProgram, runSteps } from './steps.mjs';

await runSteps([
  ...prepareSteps(),
  {
    name: 'forecast real series',
    seconds: 30,
    run: () =>
      runProgram(process.execPath, [
        'packages/cli/bin/tessera.js',
        'demo',
        '--out',
        'out/demo',
        ...process.argv.slice(2),
      ]),
  },
]);
