/** Card of employment by sector, and the tree of the sectors. */
import type { DatasetCard } from '../card/dataset-card.js';

export interface EmploymentSector {
  readonly title: string;
  /** The sector it is a part of; the parts of a sector add up to it. Absent at the top and for `private`. */
  readonly parent?: string;
  /** Name in the file, where it differs. */
  readonly column?: string;
}

/** The sectors by id. `private` cuts across the tree: it is goods-producing plus private service-providing. */
export const usEmploymentSectors: Readonly<Record<string, EmploymentSector>> = {
  nonfarm: { title: 'Total nonfarm' },
  private: { title: 'Total private' },
  goods_producing: { title: 'Goods-producing', parent: 'nonfarm' },
  service_providing: { title: 'Service-providing', parent: 'nonfarm' },
  private_service_providing: { title: 'Private service-providing', parent: 'service_providing' },
  mining_and_logging: { title: 'Mining and logging', parent: 'goods_producing' },
  construction: { title: 'Construction', parent: 'goods_producing' },
  manufacturing: { title: 'Manufacturing', parent: 'goods_producing' },
  durable_goods: { title: 'Durable goods', parent: 'manufacturing' },
  nondurable_goods: { title: 'Nondurable goods', parent: 'manufacturing' },
  trade_transportation_utilities: {
    title: 'Trade, transportation and utilities',
    parent: 'private_service_providing',
    column: 'trade_transportation_utilties',
  },
  wholesale_trade: { title: 'Wholesale trade', parent: 'trade_transportation_utilities' },
  retail_trade: { title: 'Retail trade', parent: 'trade_transportation_utilities' },
  transportation_and_warehousing: {
    title: 'Transportation and warehousing',
    parent: 'trade_transportation_utilities',
  },
  utilities: { title: 'Utilities', parent: 'trade_transportation_utilities' },
  information: { title: 'Information', parent: 'private_service_providing' },
  financial_activities: { title: 'Financial activities', parent: 'private_service_providing' },
  professional_and_business_services: {
    title: 'Professional and business services',
    parent: 'private_service_providing',
  },
  education_and_health_services: {
    title: 'Education and health services',
    parent: 'private_service_providing',
  },
  leisure_and_hospitality: { title: 'Leisure and hospitality', parent: 'private_service_providing' },
  other_services: { title: 'Other services', parent: 'private_service_providing' },
  government: { title: 'Government', parent: 'service_providing' },
};

export const usEmploymentCard: DatasetCard = {
  name: 'us-employment',
  title: 'Employment in the United States by sector, monthly, 2006 to 2015',
  summary:
    'Employees on nonfarm payrolls, the total and its sectors: a hierarchy whose parts add up, through a recession.',
  source: {
    citation: 'US Bureau of Labor Statistics, Current Employment Statistics, as of 11 November 2018',
    url: 'https://www.bls.gov/ces/',
  },
  file: { package: 'vega-datasets', path: 'data/us-employment.csv' },
  licence: {
    name: 'US Government work',
    url: 'https://www.usa.gov/government-works',
    note: 'As stated in datapackage.json of the npm package.',
  },
  frequency: 'M',
  channels: [
    {
      name: 'employees',
      role: 'target',
      unit: 'thousand employees',
      meaning: 'Employees in the pay period with the 12th of the month, seasonally adjusted',
    },
  ],
  entities: { what: 'sector', ids: Object.keys(usEmploymentSectors) },
  range: { first: '2006-01-01T00:00:00Z', last: '2015-12-01T00:00:00Z', steps: 120 },
  missing: 0,
  seasons: [],
  horizon: 12,
  events: [
    {
      name: 'recession',
      kind: 'event',
      start: '2008-01-01',
      end: '2009-07-01',
      source:
        'NBER, US Business Cycle Expansions and Contractions (peak December 2007, trough June 2009), https://www.nber.org/research/data/us-business-cycle-expansions-and-contractions',
    },
    {
      name: 'temporary workers of the 2010 census',
      kind: 'intervention',
      start: '2010-03-01',
      end: '2010-10-01',
      series: ['nonfarm', 'service_providing', 'government'],
      source:
        'Bureau of Labor Statistics, The Employment Situation, May 2010: 411,000 temporary employees hired in May alone; Joint Economic Committee, 1 July 2010, on the months before and after',
    },
    {
      name: 'strike of 45,000 telecommunications workers',
      kind: 'intervention',
      start: '2011-08-01',
      end: '2011-09-01',
      series: ['nonfarm', 'private', 'service_providing', 'private_service_providing', 'information'],
      source:
        'Bureau of Labor Statistics, The Economics Daily, 7 September 2011, https://www.bls.gov/opub/ted/2011/ted_20110907.htm',
    },
  ],
  quirks: [
    'Seasonally adjusted by the source, with filters that look at later months: there is no season left to forecast.',
    'The four parts of trade, transportation and utilities are rounded to 0.1 thousand and add up to within 0.5; all other sums are exact.',
    'The column "trade_transportation_utilties" is misspelt in the file; the id here is not.',
    'The column "nonfarm_change", the first difference of nonfarm, is left out.',
    'The statics hold the title and the parent; "private" has no parent, because it is goods_producing plus private_service_providing.',
  ],
};
