export { applyEmbedding, planEmbedding, preparePatches } from './embedding.js';
export {
  type EmbeddingConfig,
  type EmbeddingOptions,
  embeddingSchema,
  type PatchConvolution,
} from './embedding-config.js';
export type { RowsBeside } from './rows-beside.js';
