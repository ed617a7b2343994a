/** Installs and compiles every package. */
import { prepareSteps } from './prepare.mjs';
import { runSteps } from './steps.mjs';

await runSteps(prepareSteps());
