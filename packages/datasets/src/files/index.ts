export { readEtt } from './ett.js';
export type { LabelledSet } from './labelled-set.js';
export { type M4Data, type M4Paths, readM4 } from './m4.js';
export { type AnomalyWindow, readNab } from './nab.js';
export { pseudoStart } from './observation-axis.js';
export { type ChangePointMarks, readTcpd } from './tcpd.js';
export { readTsf, type TsfData, type TsfOptions } from './tsf.js';
export type { TsfAttributeType, TsfHeader } from './tsf-header.js';
export { readTssb, type Segmentation } from './tssb.js';
