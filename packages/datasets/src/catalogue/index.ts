export { datasetCard, listDatasets, loadDataset } from './load-dataset.js';
