export {
  detectIntervention,
  type InterventionDetection,
  type InterventionOptions,
} from './detect-intervention.js';
export type { InterventionEstimate, Uncertain } from './intervention-estimate.js';
