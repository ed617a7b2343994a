/** The calendar by whole numbers against the one of Date. */
import { describe, expect, it } from 'vitest';
import {
  civilFromDays,
  dayLength,
  daysFromCivil,
  daysInMonth,
  isLeapYear,
} from '../../src/time/civil-date.js';

describe('civil dates', () => {
  it('are those of Date on every day of the years -101 to 2401', () => {
    const last = Date.UTC(2401, 11, 31) / dayLength;
    const date = new Date(0);
    for (let day = new Date(0).setUTCFullYear(-101, 0, 1) / dayLength; day <= last; day++) {
      date.setTime(day * dayLength);
      const civil = civilFromDays(day);
      const isSame =
        civil.year === date.getUTCFullYear() &&
        civil.month === date.getUTCMonth() + 1 &&
        civil.day === date.getUTCDate() &&
        daysFromCivil(civil.year, civil.month, civil.day) === day;
      if (!isSame) expect.fail(`day ${day} became ${JSON.stringify(civil)}, and is ${date.toISOString()}`);
    }
  });

  it('reach as far as Date does', () => {
    expect(civilFromDays(8.64e15 / dayLength)).toEqual({ year: 275_760, month: 9, day: 13 });
    expect(civilFromDays(-8.64e15 / dayLength)).toEqual({ year: -271_821, month: 4, day: 20 });
  });

  it('know leap years and the lengths of months', () => {
    expect([1900, 2000, 2023, 2024, 0, -4, -100].filter(isLeapYear)).toEqual([2000, 2024, 0, -4]);
    const months = Array.from({ length: 12 }, (_, index) => index + 1);
    expect(months.map((month) => daysInMonth(2023, month))).toEqual([
      31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
    ]);
    expect(daysInMonth(2024, 2)).toBe(29);
  });
});
