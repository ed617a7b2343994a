/** Card of unemployment by industry. */
import type { DatasetCard } from '../card/dataset-card.js';

export const usUnemploymentCard: DatasetCard = {
  name: 'us-unemployment',
  title: 'Unemployment in the United States by industry, monthly, 2000 to 2010',
  summary:
    'Unemployed persons and unemployment rates of fourteen industries and groups through two recessions, with their seasons.',
  source: {
    citation: 'US Bureau of Labor Statistics, Current Population Survey, Table A-31',
    url: 'https://www.bls.gov/web/empsit/cpseea31.htm',
  },
  file: { package: 'vega-datasets', path: 'data/unemployment-across-industries.json' },
  licence: {
    name: 'US Government work',
    url: 'https://www.usa.gov/government-works',
    note: 'As stated in datapackage.json of the npm package. BLS.gov cannot vouch for the data or analyses derived from these data after the data have been retrieved from BLS.gov.',
  },
  frequency: 'M',
  channels: [
    { name: 'rate', role: 'target', unit: '%', meaning: 'Unemployed as a share of the labour force' },
    { name: 'unemployed', role: 'target', unit: 'thousand persons', meaning: 'Unemployed persons' },
  ],
  entities: {
    what: 'industry',
    ids: [
      'Government',
      'Mining and Extraction',
      'Construction',
      'Manufacturing',
      'Wholesale and Retail Trade',
      'Transportation and Utilities',
      'Information',
      'Finance',
      'Business services',
      'Education and Health',
      'Leisure and hospitality',
      'Other',
      'Agriculture',
      'Self-employed',
    ],
  },
  range: { first: '2000-01-01T00:00:00Z', last: '2010-02-01T00:00:00Z', steps: 122 },
  missing: 0,
  seasons: [12],
  horizon: 12,
  events: [
    {
      name: 'recession',
      kind: 'event',
      start: '2001-04-01',
      end: '2001-12-01',
      source:
        'NBER, US Business Cycle Expansions and Contractions (peak March 2001, trough November 2001), https://www.nber.org/research/data/us-business-cycle-expansions-and-contractions',
    },
    {
      name: 'attacks of 11 September',
      kind: 'event',
      start: '2001-09-01',
      source: 'The 9/11 Commission Report, 2004, https://www.9-11commission.gov/report/',
    },
    {
      name: 'recession',
      kind: 'event',
      start: '2008-01-01',
      end: '2009-07-01',
      source:
        'NBER, US Business Cycle Expansions and Contractions (peak December 2007, trough June 2009), https://www.nber.org/research/data/us-business-cycle-expansions-and-contractions',
    },
  ],
  quirks: [
    'Not seasonally adjusted.',
    'The dates of the file are midnights in the zone of its maker; year and month are used instead.',
    'Rates are rounded to 0.1, counts to a thousand: small industries move in visible steps.',
  ],
};
