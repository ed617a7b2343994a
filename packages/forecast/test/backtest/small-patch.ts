/** Options of a patch forecaster that trains in a moment: what is tested with it does not depend on how well it learns. */
export const smallPatch = {
  model: { lookback: 14, patchLength: 7, stride: 7, width: 8, heads: 2, hidden: 8, layers: 1 },
  training: { steps: 5, batchSize: 8, evaluateEvery: 5 },
};
