/** Format and lint, types of tests, who may import whom, and the rules of the house that no linter knows. */
import { checkHouse } from './check-house.mjs';
import { prepareSteps } from './prepare.mjs';
import { root, runProgram, runSteps } from './steps.mjs';

const bin = (path, ...rest) => runProgram(process.execPath, [`node_modules/${path}`, ...rest]);

await runSteps([
  ...prepareSteps(),
  {
    name: 'format and lint',
    seconds: 2,
    run: () => bin('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
  },
  { name: 'types of tests', seconds: 15, run: () => bin('typescript/bin/tsc', '-p', 'tsconfig.test.json') },
  {
    name: 'import directions',
    seconds: 5,
    run: () =>
      bin(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        '.dependency-cruiser.mjs',
        'packages',
        'benchmarks',
        '--output-type',
        'err',
      ),
  },
  { name: 'rules of the house', seconds: 1, run: async () => checkHouse(root) },
]);
