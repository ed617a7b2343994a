/** The plan of someone who knows the event: a boundary where it begins, the rest on an even grid. A reference, not a bound. */
import { Patches, type PatchPolicy, PatchTree } from '@tessera/patching';

/** Grid boundaries this near to the event would cut it. */
const clearance = 12;

export function eventTruthPolicy(deciding: ReadonlyMap<string, number>, rate: number): PatchPolicy {
  return {
    name: 'event-truth',
    recipe: { name: 'event-truth', options: { rate } },
    isCausal: false,
    rates: [rate],
    segment: async (windows) =>
      windows.map(({ id = '', values: { length } }) => {
        const event = deciding.get(id);
        const most = Math.max(1, Math.floor(length / rate));
        const even = Math.max(1, most - (event === undefined ? 0 : 1));
        const grid = Array.from({ length: even }, (_, i) => Math.round((i * length) / even));
        const starts = grid.filter(
          (step, i) => i === 0 || event === undefined || Math.abs(step - event) > clearance,
        );
        if (event !== undefined && event > 0) starts.push(event);
        return new PatchTree([
          Patches.fromStarts(
            starts.sort((a, b) => a - b),
            length,
          ),
        ]);
      }),
  };
}
