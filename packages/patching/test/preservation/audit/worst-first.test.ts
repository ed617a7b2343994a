import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { worstFirst } from '../../../src/preservation/audit/worst-first.js';
import type { Structure } from '../../../src/preservation/structures/structure.js';
import { structure } from '../checks/check-fixtures.js';

const found = (start: number) => structure('mean-change', start, start + 1, { detector: 'mean-changes' });

/** How near the nearest neighbour is, over ten: a crowd thins until all are ten apart. */
const crowding = (change: Structure, neighbours: readonly Structure[]) => {
  const distances = neighbours
    .filter((each) => each !== change)
    .map(({ start }) => Math.abs(start - change.start));
  return 10 - Math.min(...distances, 10);
};

/** The slow way: the worst of all, then all again. */
function slowly(changes: readonly Structure[]): Set<Structure> {
  let left = [...changes];
  for (;;) {
    const bad = left.map((each, i) => crowding(each, left.slice(Math.max(0, i - 1), i + 2)));
    const worst = bad.reduce((most, value, i) => (value > bad[most] ? i : most), 0);
    if (!(bad[worst] > 0)) return new Set(changes.filter((each) => !left.includes(each)));
    left = left.filter((_, i) => i !== worst);
  }
}

describe('worstFirst', () => {
  it('leaves out what the slow way leaves out', async () => {
    const starts = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(starts, async (given) => {
        const changes = given.sort((a, b) => a - b).map(found);
        expect(await worstFirst(changes, crowding, undefined)).toEqual(slowly(changes));
      }),
    );
  });

  it('looks at each change three times at most, also along a chain', async () => {
    const changes = Array.from({ length: 20_000 }, (_, i) => found(i));
    let looks = 0;
    const chain = (change: Structure, neighbours: readonly Structure[]) => {
      looks += 1;
      return neighbours[0] === change ? 1 : -1;
    };
    const gone = await worstFirst(changes, chain, undefined);
    expect(gone.size).toBe(20_000);
    expect(looks).toBeLessThanOrEqual(60_000);
  });

  it('keeps what is given, and what cannot be told', async () => {
    const changes = [structure('mean-change', 1, 2), found(2), found(30)];
    const badness = (change: Structure) => (change.start === 30 ? Number.NaN : 1);
    expect(await worstFirst(changes, badness, undefined)).toEqual(new Set([changes[1]]));
    expect(await worstFirst([], badness, undefined)).toEqual(new Set());
  });
});
