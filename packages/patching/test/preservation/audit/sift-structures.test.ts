import { describe, expect, it } from 'vitest';
import { siftStructures } from '../../../src/preservation/audit/sift-structures.js';
import type { Structure, StructureKind } from '../../../src/preservation/structures/structure.js';
import { noMemory } from '../../../src/preservation/surviving/noise-memory.js';
import { contextOf, remembering, structure, uniform } from '../checks/check-fixtures.js';

const length = 600;
const found = (kind: StructureKind, ...starts: readonly number[]) =>
  starts.map((start) => structure(kind, start, start + 1, { detector: `${kind}s` }));

function sift(values: Float64Array, structures: readonly Structure[], memory = noMemory) {
  const context = contextOf(values, 'identity', uniform(length, length), structures, memory);
  return siftStructures(structures, context, { values, level: context.level }, 0.05);
}

describe('siftStructures', () => {
  const noise = remembering(0, length, 5);

  it('leaves out the stairs of a line and keeps a step among them', async () => {
    const values = noise.map((value, t) => value + 0.05 * t + (t >= 300 ? 8 : 0));
    const { structures, skipped } = await sift(
      values,
      found('mean-change', 50, 100, 150, 200, 250, 300, 350, 400),
    );
    expect(structures.map(({ start }) => start)).toEqual([300]);
    expect(skipped).toHaveLength(1);
    expect(skipped[0].reason).toMatch(/^7 detections, which a line or a bend explains as well/);
  });

  it('leaves out chance before it cuts the sides of a change short', async () => {
    const values = noise.map((value, t) => value + (t >= 300 ? 1.2 : 0));
    // Between 290 and 310 alone the step is nothing: ten values on either side hold it to .45.
    const { structures, skipped } = await sift(values, found('mean-change', 290, 300, 310));
    expect(structures.map(({ start }) => start)).toEqual([300]);
    expect(skipped.map(({ reason }) => reason.slice(0, 12))).toEqual(['2 detections']);
  });

  it('tells a jump of levels once, and lets it cut the sides of a bend', async () => {
    const values = noise.map((value, t) => value + (t >= 300 ? 8 : 0) + 0.2 * Math.max(0, t - 570));
    const both = [...found('mean-change', 300), ...found('trend-change', 301, 570)];
    const { structures, toldElsewhere, skipped } = await sift(values, both);
    expect(structures).toEqual(both);
    expect([...toldElsewhere].map(({ start }) => start)).toEqual([301]);
    expect(skipped.map(({ check }) => check)).toEqual(['trend-change-survival']);
  });

  it('never leaves out what the caller knows', async () => {
    const known = [
      structure('mean-change', 100, 101),
      structure('trend-change', 100, 101),
      structure('variance-change', 400, 401),
    ];
    const { structures, toldElsewhere, skipped } = await sift(noise, known);
    expect(structures).toEqual(known);
    expect(toldElsewhere.size).toBe(0);
    expect(skipped).toEqual([]);
  });

  it('is the same whatever the order of what was found', async () => {
    const values = noise.map((value, t) => value + 0.05 * t + (t >= 300 ? 8 : 0));
    const changes = found('mean-change', 50, 100, 150, 200, 250, 300, 350, 400);
    const backwards = await sift(values, changes.toReversed());
    expect(backwards.structures).toEqual((await sift(values, changes)).structures);
  });

  it('can be stopped', async () => {
    const changes = found('mean-change', 100, 200);
    const context = contextOf(noise, 'identity', uniform(length, length), changes);
    const whole = { values: noise, level: context.level };
    const stopped = siftStructures(changes, context, whole, 0.05, AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
  });

  it('tells a step beside a shift as the shift, and a spike beside it as a spike', async () => {
    const values = noise.map((value, t) => 0.3 * value + (t >= 300 ? 8 : 0));
    const edge = structure('spike', 300, 301, { detector: 'hampel-spikes', scale: 0.3 });
    const both = [...found('mean-change', 300), edge];
    expect((await sift(values, both)).toldElsewhere).toEqual(new Set([edge]));
    values[300] += 10;
    const { toldElsewhere, rest } = await sift(values, both);
    expect(toldElsewhere.size).toBe(0);
    expect(rest.values[300]).toBeNaN();
    expect(Number.isFinite(rest.filled[300])).toBe(true);
  });

  it('tells one gap once, and a pattern of several as well', async () => {
    const one = noise.map((value, t) => (t >= 200 && t < 230 ? Number.NaN : value));
    const given = [
      structure('gap', 200, 230, { detector: 'gaps' }),
      structure('missingness', 200, 230, { detector: 'gaps' }),
      structure('missingness', 0, length, { detector: 'mask-memory' }),
    ];
    expect((await sift(one, given)).toldElsewhere).toEqual(new Set(given.slice(1)));
    expect((await sift(one, given)).skipped[0].reason).toBe(
      '2 detections, patterns of the one gap that is judged',
    );
    const several = one.map((value, t) => (t === 400 ? Number.NaN : value));
    expect((await sift(several, given)).toldElsewhere).toEqual(new Set(given.slice(1, 2)));
  });
});
