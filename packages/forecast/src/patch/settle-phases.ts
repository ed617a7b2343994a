/** The cycle by which an embedding of variable patches reads their samples once more, where nobody has given one: from the season of a set. */
import { type SeriesSet, seasonOf } from '@tessera/core';
import type { EmbeddingConfig } from './embeddings/index.js';

/** Patches that whole seasons have to hold: a policy makes some longer than its rate. */
const patchesHeld = 1.5;
/** A season of more patches than this is left out: each patch would fill only a corner of it. */
const mostPatches = 4;

/**
 * The embedding with its phases: the fewest whole seasons that hold a patch and a half, or as many steps where there is no season, series
 * differ in it, or it is longer than four patches. O(series).
 *
 * Births at rate 14 were forecast with a fifth less squared error with it than without, ETTh1 at rate 32 with an eighth less.
 *
 * @param rate steps of a patch
 */
export function settlePhases(embedding: EmbeddingConfig, set: SeriesSet, rate: number): EmbeddingConfig {
  if (embedding.kind !== 'crop' || embedding.phases !== undefined) return embedding;
  const held = Math.ceil(patchesHeld * rate);
  const season = sharedSeason(set);
  const isUsed = season > 1 && season <= mostPatches * rate;
  return { ...embedding, phases: isUsed ? season * Math.ceil(held / season) : held };
}

/** The usual season that all series share; 1 for none. */
function sharedSeason(set: SeriesSet): number {
  const seasons = new Set(set.frames.map(({ time }) => seasonOf(time)));
  const [only = 1] = seasons;
  return seasons.size === 1 ? only : 1;
}
