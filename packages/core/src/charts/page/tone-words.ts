/** Each tone in a word, for readers who do not see its colour. */
import type { Tone } from './page-data.js';

export const toneWords: Readonly<Record<Tone, string>> = {
  info: 'Note',
  good: 'Passed',
  warning: 'Warning',
  bad: 'Problem',
};
