/**
 * Daily weather of two cities. The kind of weather, a word in the file, becomes one indicator channel per kind: it varies
 * by day, so it is no static, and it is known only afterwards, so it is a past covariate.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type LongWorkOptions, SeriesSet, TesseraError } from '@tessera/core';
import { readTable } from '@tessera/core/io';
import { cardInterventions } from '../card/card-interventions.js';
import { packageFile } from './package-file.js';
import { weatherCard as card, weatherKinds } from './weather-card.js';

/**
 * The series `Seattle` and `New York`: 1,461 days of four targets and five past indicators.
 *
 * @throws TesseraError FILE_UNREADABLE where the npm package is not installed, OPERATION_ABORTED
 */
export async function loadWeather(options: LongWorkOptions = {}): Promise<SeriesSet> {
  const namesOf = (role: string): string[] =>
    card.channels.filter((each) => each.role === role).map(({ name }) => name);
  const set = await readTable(withIndicators(packageFile(card.file)), {
    ...options,
    id: 'location',
    time: 'date',
    target: namesOf('target'),
    past: namesOf('past'),
    frequency: card.frequency,
    units: Object.fromEntries(card.channels.map(({ name, unit }) => [name, unit])),
  });
  return new SeriesSet(
    set.frames.map((frame) => frame.withInterventions(cardInterventions(card, frame.id))),
    set.repairs,
  );
}

/** The lines of the file, its last column written as indicators. */
async function* withIndicators(path: string): AsyncGenerator<string> {
  let isHeader = true;
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
    const cut = line.lastIndexOf(',');
    const kind = line.slice(cut + 1);
    const indicators = isHeader ? weatherKinds.map((each) => `weather_${each}`) : indicatorsOf(kind);
    isHeader = false;
    yield `${line.slice(0, cut)},${indicators.join(',')}\n`;
  }
}

function indicatorsOf(kind: string): number[] {
  const indicators = weatherKinds.map((each) => (each === kind ? 1 : 0));
  if (indicators.includes(1)) return indicators;
  throw new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: card.file.path,
    expected: `a kind of weather among ${weatherKinds.join(', ')}`,
    found: JSON.stringify(kind),
    wayOut: `Install the version of ${card.file.package} that this package asks for`,
  });
}
