/** A file to download, and downloads of it that tests can look at. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { Progress } from '@tessera/core';
import { type DownloadedFile, downloadFile } from '../../src/download/download-file.js';
import type { DownloadOptions } from '../../src/download/download-options.js';
import { temporaryFolder } from '../temporary-folder.js';

/** Larger than what sockets buffer, so that a cut connection loses something. */
export const content = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 31) % 251));
export const sha256 = createHash('sha256').update(content).digest('hex');
export const half = 1_500_000;

export interface Attempted {
  readonly result: Promise<DownloadedFile>;
  readonly events: string[];
  readonly cacheFolder: string;
}

/** A download into a folder of its own without a pause between attempts; events are what is told beside bytes. */
export async function start(options: Partial<DownloadOptions> & { url: string }): Promise<Attempted> {
  const cacheFolder = options.cacheFolder ?? (await temporaryFolder());
  const events: string[] = [];
  const onProgress = (progress: Progress): void => {
    if (progress.detail?.includes(': ')) events.push(progress.detail);
    options.onProgress?.(progress);
  };
  const result = downloadFile({ sha256, cacheFolder, retryDelay: 0, ...options, onProgress });
  // Looked at by each test; kept from counting as unhandled until then.
  result.catch(() => undefined);
  return { result, events, cacheFolder };
}

export const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
