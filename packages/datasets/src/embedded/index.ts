export { loadCo2 } from './co2.js';
export { type FlightsOptions, loadFlights } from './flights.js';
export { loadUsBirths } from './us-births.js';
export { loadUsEmployment } from './us-employment.js';
export { loadUsUnemployment } from './us-unemployment.js';
export { loadWeather } from './weather.js';
