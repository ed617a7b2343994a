/** Card of the carbon dioxide record. */
import type { DatasetCard } from '../card/dataset-card.js';

export const co2Card: DatasetCard = {
  name: 'co2',
  title: 'Carbon dioxide at Mauna Loa, monthly, 1958 to 2020',
  summary:
    'The Keeling curve: a trend that bends upwards, a clean yearly season, and five months without a measurement.',
  source: {
    citation:
      'C. D. Keeling, S. C. Piper, R. B. Bacastow, M. Wahlen, T. P. Whorf, M. Heimann and H. A. Meijer, Exchanges of atmospheric CO2 and 13CO2 with the terrestrial biosphere and oceans from 1978 to 2000, SIO Reference Series 01-06, Scripps Institution of Oceanography, 2001',
    url: 'https://scrippsco2.ucsd.edu/data/atmospheric_co2/primary_mlo_co2_record',
  },
  file: { package: 'vega-datasets', path: 'data/co2-concentration.csv' },
  licence: {
    name: 'CC BY 4.0',
    url: 'https://creativecommons.org/licenses/by/4.0/',
    note: 'As stated in datapackage.json of the npm package.',
  },
  frequency: 'M',
  channels: [
    {
      name: 'CO2',
      role: 'target',
      unit: 'ppm',
      meaning: 'Mole fraction in dry air on the SIO 2012 scale, adjusted to midnight of the 15th',
    },
  ],
  entities: { what: 'observatory', ids: ['mauna-loa'] },
  range: { first: '1958-03-01T00:00:00Z', last: '2020-04-01T00:00:00Z', steps: 746 },
  missing: 5,
  seasons: [12],
  horizon: 24,
  events: [
    {
      name: 'no measurements',
      kind: 'measurement',
      start: '1964-02-01',
      end: '1964-05-01',
      source:
        'R, datasets::co2, which fills February to April 1964 by interpolation; W. S. Cleveland, Visualizing Data, 1993',
    },
    {
      name: 'eruption of Mount Pinatubo; the rise slows down for about two years',
      kind: 'event',
      start: '1991-06-01',
      end: '1993-07-01',
      source:
        'C. D. Keeling, T. P. Whorf, M. Wahlen and J. van der Plicht, Interannual extremes in the rate of rise of atmospheric carbon dioxide since 1980, Nature 375, 1995',
    },
  ],
  quirks: [
    'The file leaves out months without valid data: June and October 1958 and February to April 1964. They are missing here.',
    'Stamps are the first of the month, values are adjusted to the 15th.',
    'The column "adjusted CO2" is left out: its seasonal fit looks at the whole record, so it knows the future.',
  ],
};
