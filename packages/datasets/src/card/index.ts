export { cardInterventions } from './card-interventions.js';
export {
  type DatasetCard,
  type DatasetEvent,
  datasetCardSchema,
  datasetEventKinds,
} from './dataset-card.js';
