/** How a policy learned, as text for a terminal. */
import type { LearningEntry } from '@tessera/forecast';

/**
 * The first and the last figures. Updates are numbered over the whole run, also those of a scout and those before a checkpoint, which
 * have no figures here.
 *
 * @param hasCheckpoint whether the run may have gone on from an earlier one
 */
export function learningText(learning: readonly LearningEntry[], hasCheckpoint: boolean): string {
  const [first, last] = [learning.at(0), learning.at(-1)];
  if (first === undefined || last === undefined) {
    return hasCheckpoint
      ? 'The policy made no update since this start: nothing was left to learn after the checkpoint, or too few steps.'
      : 'The policy made no update: too few steps.';
  }
  const warned = learning.filter(({ warnings }) => warnings.length > 0).length;
  const since = hasCheckpoint ? ' since this start' : '';
  return [
    `updates ${first.update} to ${last.update}${since}, the first: ${figures(first)}`,
    `last: ${figures(last)}`,
    ...(warned === 0
      ? []
      : [
          `${warned} updates gave a warning: ${last.warnings.map(({ message }) => message).join(' ')}`.trim(),
        ]),
  ].join('\n');
}

function figures({ reward, entropy, agreement, boundaryRate }: LearningEntry): string {
  return `reward ${reward.toPrecision(4)}, entropy ${entropy.toFixed(3)}, agreement ${agreement.toFixed(3)}, ${(1 / boundaryRate).toFixed(1)} steps a patch`;
}
