/** The season of a forecaster as an option: a number of steps, or `auto` for the usual one of the frequency. */
import { z } from 'zod';

const message = "a whole number of steps of at least 1, or 'auto'";

export const seasonOption = z
  .union([z.literal('auto'), z.int(message).min(1, message)], message)
  .default('auto');
