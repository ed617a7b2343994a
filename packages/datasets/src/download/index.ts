export { defaultCacheFolder } from './cache-folder.js';
export { type DownloadedFile, downloadFile } from './download-file.js';
export type { DownloadOptions } from './download-options.js';
