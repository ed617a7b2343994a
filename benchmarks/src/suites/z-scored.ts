/** Channels scaled by the mean and standard deviation (divisor n) of a training range, as scikit-learn’s scaler does. */
import type { Channel, SeriesFrame } from '@tessera/core';

/** @param trainingSteps the first steps, from which mean and deviation come */
export function zScored(frame: SeriesFrame, trainingSteps: number): SeriesFrame {
  return frame.withChannels(frame.channels.map((each) => scaled(each, trainingSteps)));
}

function scaled(channel: Channel, trainingSteps: number): Channel {
  const training = channel.values.subarray(0, trainingSteps);
  const known = training.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
  const deviation = variance > 0 ? Math.sqrt(variance) : 1;
  return { ...channel, values: channel.values.map((value) => (value - mean) / deviation) };
}
