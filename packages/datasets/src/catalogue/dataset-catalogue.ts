/**
 * The data sets that come with the package, by name. A loader runs only when its data set is asked for; the cards are
 * here at once.
 */
import type { LongWorkOptions, SeriesSet } from '@tessera/core';
import type { DatasetCard } from '../card/dataset-card.js';
import { co2Card } from '../embedded/co2-card.js';
import { flightsCard } from '../embedded/flights-card.js';
import { usBirthsCard } from '../embedded/us-births-card.js';
import { usEmploymentCard } from '../embedded/us-employment-card.js';
import { usUnemploymentCard } from '../embedded/us-unemployment-card.js';
import { weatherCard } from '../embedded/weather-card.js';

export interface DatasetEntry {
  readonly card: DatasetCard;
  load(options: LongWorkOptions): Promise<SeriesSet>;
}

export const datasetCatalogue: readonly DatasetEntry[] = [
  {
    card: usBirthsCard,
    load: async (options) => (await import('../embedded/us-births.js')).loadUsBirths(options),
  },
  { card: co2Card, load: async (options) => (await import('../embedded/co2.js')).loadCo2(options) },
  {
    card: weatherCard,
    load: async (options) => (await import('../embedded/weather.js')).loadWeather(options),
  },
  {
    card: usEmploymentCard,
    load: async (options) => (await import('../embedded/us-employment.js')).loadUsEmployment(options),
  },
  {
    card: usUnemploymentCard,
    load: async (options) => (await import('../embedded/us-unemployment.js')).loadUsUnemployment(options),
  },
  {
    card: flightsCard,
    load: async (options) => (await import('../embedded/flights.js')).loadFlights(options),
  },
];
