/** The notes of one channel among those of a whole fit. */
import type { FitNote, TakeNote } from '../forecaster/fit-note.js';
import type { ChannelHistory } from './channel-history.js';

/** Adds the notes of one channel to a list. */
export function noteTaker(notes: FitNote[], { id, channel }: ChannelHistory): TakeNote {
  return (kind, count, detail) => {
    if (count > 0) notes.push({ kind, id, channel, count, detail });
  };
}
