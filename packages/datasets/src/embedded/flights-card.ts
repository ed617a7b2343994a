/** Card of the hourly departures. */
import type { DatasetCard } from '../card/dataset-card.js';
import { usHolidays } from './us-holidays.js';

export const flightsCard: DatasetCard = {
  name: 'flights',
  title: 'Hourly departures of US flights, January to June 2001',
  summary:
    'How many flights took off in each hour, in all and from the ten busiest airports, counted from three million rows. A day and a week, and nearly empty nights.',
  source: {
    citation: 'US Bureau of Transportation Statistics, Airline On-Time Performance (14 CFR Part 234)',
    url: 'https://www.transtats.bts.gov/DL_SelectFields.asp?gnoyr_VQ=FGJ&QO_fu146_anzr=b0-gvzr',
  },
  file: { package: 'vega-datasets', path: 'data/flights-3m.parquet' },
  licence: {
    name: 'Published under 14 CFR Part 234; no licence stated',
    url: 'https://www.ecfr.gov/current/title-14/chapter-II/subchapter-A/part-234',
    note: 'As stated in datapackage.json of the npm package.',
  },
  frequency: 'h',
  channels: [
    { name: 'departures', role: 'target', unit: 'flights/h', meaning: 'Flights that took off in this hour' },
  ],
  entities: {
    what: 'all airports, and the ten with most departures',
    ids: ['all', 'ORD', 'DFW', 'ATL', 'LAX', 'PHX', 'STL', 'DTW', 'MSP', 'LAS', 'DEN'],
  },
  range: { first: '2001-01-01T00:00:00Z', last: '2001-06-30T23:00:00Z', steps: 4344 },
  missing: 0,
  seasons: [24, 168],
  horizon: 48,
  events: [
    ...usHolidays('2001-01-01', '2001-07-01'),
    {
      name: 'snow storm in the Northeast',
      kind: 'event',
      start: '2001-03-05',
      end: '2001-03-07',
      source:
        'NOAA, Northeast Snowfall Impact Scale, storm of March 2001, https://www.ncei.noaa.gov/access/monitoring/rsi/nesis',
    },
    {
      name: 'clocks go forward: no local hour from 02:00 to 03:00',
      kind: 'measurement',
      start: '2001-04-01',
      end: '2001-04-02',
      source: 'Uniform Time Act as amended by Public Law 99-359: first Sunday of April',
    },
  ],
  quirks: [
    'Hours are those of the clock at the airport of departure, read as UTC; the total adds up four time zones and more.',
    'An hour without a row counts zero departures; it is not missing.',
    'Cancelled flights are not in the file, and whether its three million rows are all flights of the half-year or a sample is not stated.',
    'Six flights at 00:00 on 1 July are left out: nothing of that hour but its first minute is in the file.',
  ],
};
