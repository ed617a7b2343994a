import type { SeriesSet } from '@tessera/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadUsEmployment } from '../../src/embedded/us-employment.js';
import { usEmploymentSectors } from '../../src/embedded/us-employment-card.js';

describe('employment by sector', () => {
  let set: SeriesSet;
  const employees = (id: string): Float64Array => set.get(id).channel('employees').values;

  beforeAll(async () => {
    set = await loadUsEmployment();
  });

  it('adds up: the parts of each sector are the sector', () => {
    const parents = new Set(
      set.frames.map(({ statics }) => statics.parent).filter((each) => each !== undefined),
    );
    expect(parents.size).toBe(6);
    for (const parent of parents) {
      const parts = set.frames.filter(({ statics }) => statics.parent === parent);
      for (let i = 0; i < 120; i++) {
        const sum = parts.reduce((total, { id }) => total + employees(id)[i], 0);
        // Only the parts of trade, transportation and utilities are rounded to 0.1 thousand.
        const tolerance = parent === 'trade_transportation_utilities' ? 0.51 : 0;
        expect(Math.abs(sum - employees(String(parent))[i]), `${parent} at step ${i}`).toBeLessThanOrEqual(
          tolerance,
        );
      }
    }
  });

  it('has one top, and a private total that cuts across the tree', () => {
    const withoutParent = set.frames
      .filter(({ statics }) => statics.parent === undefined)
      .map(({ id }) => id);
    expect(withoutParent).toEqual(['nonfarm', 'private']);
    for (let i = 0; i < 120; i++) {
      expect(employees('private')[i]).toBe(
        employees('goods_producing')[i] + employees('private_service_providing')[i],
      );
    }
  });

  it('writes the misspelt column of the file rightly', () => {
    expect(usEmploymentSectors.trade_transportation_utilities?.column).toBe('trade_transportation_utilties');
    expect(employees('trade_transportation_utilities')[0]).toBe(26_162);
  });

  it('shows its interventions where they happened', () => {
    const { interventions } = set.get('information');
    expect(interventions).toHaveLength(1);
    const step = set.get('information').time.indexOf(interventions[0].time);
    const information = employees('information');
    expect(information[step] - information[step - 1]).toBeLessThan(-40);
    expect(information[step + 1] - information[step]).toBeGreaterThan(40);
    const government = employees('government');
    const [census] = set.get('government').interventions;
    const from = set.get('government').time.indexOf(census.time);
    const to = set.get('government').time.indexOf(census.end ?? Number.NaN);
    expect(Math.max(...government.slice(from, to))).toBe(22_996);
    expect(22_996 - Math.max(government[from - 1], government[to])).toBeGreaterThan(400);
  });
});
