import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { bestSplit, type SplitScore } from '../../../../src/preservation/detectors/regimes/best-split.js';

/** Neighbours of a random graph that prefers the own side of step 40. */
function randomNeighbours(seed: number, count: number, k: number) {
  const stream = new RandomStream(randomKey(seed));
  const indices = Int32Array.from({ length: count * k }, (_, p) => {
    const own = Math.floor(p / k) < 40;
    const isOwn = stream.uniform() < 0.7;
    return own === isOwn ? stream.integer(0, 40) : stream.integer(40, count);
  });
  return { count, k, indices };
}

/** Every split from its definition. */
function slowBest(
  { count, k, indices }: { count: number; k: number; indices: Int32Array },
  window: number,
  margin: number,
  score: SplitScore,
) {
  let best: { at: number; score: number; z: number } | undefined;
  for (let at = margin; at <= count - 1 + window - margin; at++) {
    const votes = Array.from({ length: count }, (_, i) => {
      if (i >= at - window && i < at) return 1;
      const right = Array.from(indices.subarray(i * k, i * k + k)).filter((j) => j >= at).length;
      return right > k - right ? 1 : 0;
    });
    const sides = votes.map((_, i) => (i < at ? 0 : 1));
    const tally = (side: number, vote: number) =>
      votes.filter((each, i) => each === vote && sides[i] === side).length;
    const recall = (side: number) => tally(side, side) / (tally(side, 0) + tally(side, 1));
    const f1 = (side: number) =>
      (2 * tally(side, side)) / (2 * tally(side, side) + tally(0, 1) + tally(1, 0));
    const value = score === 'f1' ? (f1(0) + f1(1)) / 2 : (recall(0) + recall(1)) / 2;
    if (best === undefined || value > best.score + 1e-15)
      best = { at, score: value, z: slowRankSum(votes, at) };
  }
  return best;
}

function slowRankSum(votes: readonly number[], at: number): number {
  const rank = (vote: number) => {
    const below = votes.filter((each) => each < vote).length;
    const equal = votes.filter((each) => each === vote).length;
    return below + (equal + 1) / 2;
  };
  const [left, right] = [at, votes.length - at];
  const sum = votes.slice(at).reduce((total, vote) => total + rank(vote), 0);
  const all = left + right;
  return (sum - (right * (all + 1)) / 2) / Math.sqrt((left * right * (all + 1)) / 12);
}

describe('bestSplit', () => {
  it.each(['roc-auc', 'f1'] as const)('is the one that trying every split finds, by %s', (score) => {
    for (let seed = 0; seed < 25; seed++) {
      const k = 1 + (seed % 4);
      const neighbours = randomNeighbours(seed, 90, k);
      const expected = slowBest(neighbours, 5, 12, score);
      const found = bestSplit(neighbours, 5, 12, score);
      expect(found?.at).toBe(expected?.at);
      expect(found?.score).toBeCloseTo(expected?.score ?? 0, 12);
      expect(found?.z).toBeCloseTo(expected?.z ?? 0, 10);
    }
  });

  it('scores two sides that keep to themselves by the windows that straddle alone', () => {
    // Ten windows a side, each with one neighbour on its side; two straddle, so 8 of 10 on the left are right.
    const indices = Int32Array.from({ length: 20 }, (_, i) => (i < 10 ? (i + 5) % 10 : 10 + ((i + 5) % 10)));
    const split = bestSplit({ count: 20, k: 1, indices }, 2, 4, 'roc-auc');
    expect(split?.at).toBe(10);
    expect(split?.score).toBeCloseTo((0.8 + 1) / 2, 14);
  });

  it('is undefined where there is no room', () => {
    expect(bestSplit({ count: 5, k: 1, indices: new Int32Array(5).fill(-1) }, 4, 6, 'f1')).toBeUndefined();
  });
});
