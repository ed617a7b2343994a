/** `tessera datasets`: what real series come with the package; with a name, its card, or the series as a table. */
import { writeTable } from '@tessera/core/io';
import { type DatasetCard, datasetCard, listDatasets, loadDataset } from '@tessera/datasets';
import { Command } from 'commander';
import type { Session } from '../terminal/terminal.js';
import { textTable } from '../terminal/text-table.js';

export function datasetsCommand(session: Session): Command {
  return new Command('datasets')
    .description('List the series that come with Tessera, or show or write one set')
    .argument('[name]', 'a data set')
    .option('--out <file>', 'write the set as .csv, .parquet, .arrow or .jsonl')
    .option('--json', 'print as JSON and nothing else')
    .action(async (name: string | undefined, options: { readonly out?: string; readonly json?: boolean }) => {
      const cards = name === undefined ? listDatasets() : [datasetCard(name)];
      if (options.json === true)
        session.output.write(`${JSON.stringify(name === undefined ? cards : cards[0])}\n`);
      else session.output.write(`${name === undefined ? listText(cards) : cards.map(cardText).join('\n')}\n`);
      if (name === undefined || options.out === undefined) return;
      await writeTable(await loadDataset(name), options.out);
      session.error.write(`wrote ${options.out}\n`);
    });
}

function listText(cards: readonly DatasetCard[]): string {
  return textTable({
    columns: ['name', 'title', 'frequency', 'series', 'steps', 'first', 'last'],
    rows: cards.map(({ name, title, frequency, entities, range }) => [
      name,
      title,
      frequency,
      entities.ids.length,
      range.steps,
      range.first.slice(0, 10),
      range.last.slice(0, 10),
    ]),
    digits: 6,
  });
}

/** One line per name: the date of a single event, or how often it came and when first and last. */
function eventLines({ events }: DatasetCard): string[] {
  const byName = new Map<string, DatasetCard['events'][number][]>();
  for (const event of events) byName.set(event.name, [...(byName.get(event.name) ?? []), event]);
  return [...byName].map(([name, dated]) => {
    const [first] = dated;
    const last = dated.at(-1);
    if (dated.length === 1)
      return `${first.start}${first.end === undefined ? '' : ` to ${first.end}`}: ${name}`;
    return `${name}: ${dated.length} times, ${first.start} to ${last?.start}`;
  });
}

function cardText(card: DatasetCard): string {
  const { title, summary, source, licence, frequency, channels, entities, range, missing, seasons, horizon } =
    card;
  const lines: readonly (readonly [string, string])[] = [
    ['Source', `${source.citation} ${source.url}`],
    ['Licence', `${licence.name} ${licence.url}`],
    [
      'Series',
      `${entities.ids.length} (${entities.what}): ${entities.ids.slice(0, 6).join(', ')}${entities.ids.length > 6 ? ', …' : ''}`,
    ],
    ['Channels', channels.map(({ name, role, unit }) => `${name} [${unit}, ${role}]`).join(', ')],
    ['Steps', `${range.steps} of ${frequency}, ${range.first} to ${range.last}, ${missing} values missing`],
    ['Seasons', seasons.length === 0 ? 'none' : seasons.join(', ')],
    ['Horizon', `${horizon} steps is a sensible one`],
    ...eventLines(card).map((line): [string, string] => ['Event', line]),
    ...card.quirks.map((quirk): [string, string] => ['Note', quirk]),
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  return [title, summary, '', ...lines.map(([label, text]) => `${label.padEnd(width)}  ${text}`)].join('\n');
}
