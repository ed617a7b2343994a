import { describe, expect, it } from 'vitest';
import { regimeStates } from '../../../../src/preservation/detectors/regimes/regime-states.js';

/** Four stretches of ten windows each; the neighbours of a window lie in the stretches given for its own. */
function graph(partners: readonly (readonly number[])[]) {
  const k = 2;
  const indices = Int32Array.from({ length: 40 * k }, (_, p) => {
    const window = Math.floor(p / k);
    const choice = partners[Math.floor(window / 10)];
    return 10 * choice[p % choice.length] + (window % 10);
  });
  return { count: 40, k, indices };
}

describe('regimeStates', () => {
  it('joins stretches whose neighbours are in one another, and numbers states by first appearance', () => {
    const mixed = graph([
      [0, 2],
      [1, 3],
      [2, 0],
      [3, 1],
    ]);
    expect(regimeStates(mixed, [0, 10, 20, 30], 1)).toEqual([0, 1, 0, 1]);
  });

  it('leaves apart what keeps to itself', () => {
    expect(regimeStates(graph([[0], [1], [2], [3]]), [0, 10, 20, 30], 1)).toEqual([0, 1, 2, 3]);
  });

  it('never joins stretches beside each other', () => {
    const mixed = graph([[0, 1], [1, 0], [2], [3]]);
    expect(regimeStates(mixed, [0, 10, 20, 30], 1)).toEqual([0, 1, 2, 3]);
  });

  it('joins from half of the mixing on', () => {
    // One of four neighbours of stretch 0 lies in stretch 2, and of 2 in 0: half of what evenly spread ones would have.
    const half = graph([[0, 0, 0, 2], [1], [2, 2, 2, 0], [3]]);
    expect(regimeStates(half, [0, 10, 20, 30], 1)).toEqual([0, 1, 0, 2]);
    const less = graph([[0, 0, 0, 2], [1], [2], [3]]);
    expect(regimeStates(less, [0, 10, 20, 30], 1)).toEqual([0, 1, 2, 3]);
  });
});
