/** What the M4 competition fixed for each of its six groups, told by the first letter of a series id. */
import { TesseraError } from '@tessera/core';

export interface M4Group {
  readonly frequency: string;
  /** Steps to be forecast. */
  readonly horizon: number;
  /** Season that the competition’s measures use, in steps. */
  readonly season: number;
}

/** Source: Makridakis, Spiliotis and Assimakopoulos, The M4 Competition: 100,000 time series and 61 forecasting methods (IJF 2020). */
const groups: ReadonlyMap<string, M4Group> = new Map([
  ['Y', { frequency: 'Y', horizon: 6, season: 1 }],
  ['Q', { frequency: 'Q', horizon: 8, season: 4 }],
  ['M', { frequency: 'M', horizon: 18, season: 12 }],
  ['W', { frequency: 'W', horizon: 13, season: 1 }],
  ['D', { frequency: 'D', horizon: 14, season: 1 }],
  ['H', { frequency: 'h', horizon: 48, season: 24 }],
]);

/** The group of a series id such as `H17`. @throws TesseraError FREQUENCY_UNKNOWN */
export function m4Group(id: string, place: string): M4Group {
  const group = /^[A-Z]\d+$/.test(id) ? groups.get(id.charAt(0)) : undefined;
  if (group !== undefined) return group;
  throw new TesseraError({
    code: 'FREQUENCY_UNKNOWN',
    argument: place,
    expected: `an id of ${[...groups.keys()].join(', ')} and a number, such as H17`,
    found: JSON.stringify(id),
    wayOut: 'Give a file of the M4 competition; read other tables with readTable',
  });
}
