/** What is stored of one task with one arm, and how more of it is added as it is measured. */
import { isDeepStrictEqual } from 'node:util';
import type { ResultRun } from './result-file.js';

/**
 * The runs of one task and arm, with the same settings and seed, after more of them was measured. Values go to the run of the same versions
 * and machine, which takes the later date; one that was resumed elsewhere becomes a run of its own. A metric that is measured again
 * leaves wherever it stood, and so does a run that has no values left.
 */
export function addRun(runs: readonly ResultRun[], added: ResultRun): ResultRun[] {
  const isAgain = ([metric]: readonly [string, unknown]) => Object.hasOwn(added.values, metric);
  const kept = runs.map((run) => ({
    ...run,
    values: Object.fromEntries(Object.entries(run.values).filter((entry) => !isAgain(entry))),
  }));
  const place = kept.findIndex((run) => isSameOrigin(run, added));
  const joined =
    place < 0
      ? [...kept, added]
      : kept.with(place, { ...added, values: { ...kept[place].values, ...added.values } });
  return joined.filter(({ values }) => Object.keys(values).length > 0);
}

function isSameOrigin(a: ResultRun, b: ResultRun): boolean {
  return isDeepStrictEqual([a.versions, a.machine], [b.versions, b.machine]);
}
