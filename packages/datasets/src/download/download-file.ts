/**
 * Files from the web, kept in a cache and known by their checksum:
 *
 *   options -> 1 cache -> 2 lock -> 3 attempts into a partial file -> 4 checksum -> 5 rename -> path
 *
 * The path only ever names a file that was whole and right when it was put there, and it is checked again on each use. An
 * interrupted download is continued where it stopped, by a later call too. Callers that ask for the same file share one
 * download, in one process or several. Speaks http and https by the `fetch` of Node, which knows no proxy settings.
 */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedWork, type SharedWorkOptions } from '../concurrency/shared-work.js';
import { attemptDownload } from './download-attempt.js';
import { downloadFailed, unwritableCache, wrongChecksum } from './download-error.js';
import { DownloadFailure } from './download-failure.js';
import {
  type DownloadOptions,
  printableUrl,
  type ResolvedDownloadOptions,
  resolveDownloadOptions,
} from './download-options.js';
import { DownloadProgress } from './download-progress.js';
import { fileChecksum } from './file-checksum.js';
import { withFileLock } from './file-lock.js';
import { PartialFile } from './partial-file.js';

export interface DownloadedFile {
  /** Absolute where the cache folder is. */
  readonly path: string;
  readonly bytes: number;
  /** Requests that were made; 0 where the file was in the cache. */
  readonly attempts: number;
  /** Bytes that had arrived before the last request and were not sent again. */
  readonly continuedFrom: number;
}

const sharedDownloads = new SharedWork<DownloadedFile>();

/**
 * The path of a file, downloaded unless it is in the cache with the right checksum.
 *
 * It lies at `<cacheFolder>/<sha256>/<fileName>`; a file put there by hand is taken. Retries are reported through
 * `onProgress`, whose `done` and `total` count bytes (`total` is Infinity where the server does not say). A caller who joins
 * a running download takes over its options, but for signal and progress.
 *
 * @throws TesseraError OPTIONS_INVALID, DOWNLOAD_FAILED, CHECKSUM_MISMATCH, FILE_UNWRITABLE, OPERATION_ABORTED
 */
export async function downloadFile(options: DownloadOptions): Promise<DownloadedFile> {
  const { onProgress, signal, ...resolved } = resolveDownloadOptions(options);
  const path = join(resolved.cacheFolder, resolved.sha256, resolved.fileName);
  const stage = `download of ${printableUrl(resolved.url)}`;
  return sharedDownloads.run(path, stage, { onProgress, signal }, (work) =>
    new Download(resolved, path, work).run(),
  );
}

class Download {
  readonly #options: Omit<ResolvedDownloadOptions, 'onProgress' | 'signal'>;
  readonly #path: string;
  readonly #signal: AbortSignal;
  readonly #progress: DownloadProgress;
  readonly #partial: PartialFile;
  /** Where a wrong file was found in the cache and moved to. */
  #setAside: string | undefined;

  constructor(
    options: Omit<ResolvedDownloadOptions, 'onProgress' | 'signal'>,
    path: string,
    { signal, onProgress }: SharedWorkOptions,
  ) {
    this.#options = options;
    this.#path = path;
    this.#signal = signal;
    this.#progress = new DownloadProgress(options.fileName, onProgress);
    this.#partial = new PartialFile(path);
  }

  async run(): Promise<DownloadedFile> {
    const { cacheFolder, sha256 } = this.#options;
    try {
      // 1 cache
      const cached = await this.#fromCache();
      if (cached !== undefined) return cached;
      await mkdir(join(cacheFolder, sha256), { recursive: true });
      // 2 lock
      const onWait = (): void =>
        this.#progress.tell('waits for another process that downloads the same file');
      return await withFileLock(`${this.#path}.lock`, { signal: this.#signal, onWait }, async () => {
        return (await this.#fromCache()) ?? (await this.#fromNetwork());
      });
    } catch (cause) {
      this.#signal.throwIfAborted();
      throw unwritableCache(cause, cacheFolder);
    }
  }

  /** The cached file; one with a wrong checksum is moved aside, never used and never deleted. */
  async #fromCache(): Promise<DownloadedFile | undefined> {
    const found = await fileChecksum(this.#path, this.#signal);
    if (found === undefined) return undefined;
    if (found.sha256 === this.#options.sha256) {
      return { path: this.#path, bytes: found.bytes, attempts: 0, continuedFrom: 0 };
    }
    this.#setAside = `${this.#path}.bad`;
    await rename(this.#path, this.#setAside);
    this.#progress.tell(`had another checksum in the cache and was moved to ${this.#setAside}`);
    return undefined;
  }

  async #fromNetwork(): Promise<DownloadedFile> {
    const { retries, retryDelay } = this.#options;
    for (let attempts = 1; ; attempts++) {
      try {
        return { ...(await this.#attempt()), attempts };
      } catch (cause) {
        if (!(cause instanceof DownloadFailure)) throw cause;
        const { kind, reason } = cause;
        if (kind === 'start over' || kind === 'other file') await this.#partial.discard();
        if (kind === 'other file') throw wrongChecksum(this.#options, reason, cause);
        if (kind === 'lasting' || attempts > retries) {
          throw downloadFailed(this.#options, this.#path, {
            attempts,
            setAside: this.#setAside,
            failure: cause,
          });
        }
        const delay = retryDelay * 2 ** (attempts - 1);
        this.#progress.tell(`attempt ${attempts + 1} of ${retries + 1} in ${delay} ms, after ${reason}`);
        await sleep(delay, undefined, { signal: this.#signal });
      }
    }
  }

  async #attempt(): Promise<Omit<DownloadedFile, 'attempts'>> {
    const { url, bytes, idleTimeout, sha256 } = this.#options;
    // 3 attempts into a partial file
    const continuedFrom = await attemptDownload({
      url: url.href,
      partial: this.#partial,
      bytes,
      idleTimeout,
      signal: this.#signal,
      onBytes: (done, total) => this.#progress.bytes(done, total ?? bytes),
    });
    // 4 checksum, of what lies on the disk
    const found = await fileChecksum(this.#partial.path, this.#signal);
    if (found?.sha256 !== sha256) {
      const reason = `the checksum ${found?.sha256 ?? 'of no file'}`;
      // Parts of two versions may have been joined; a file that came in one piece is simply another one.
      throw new DownloadFailure(continuedFrom > 0 ? 'start over' : 'other file', reason);
    }
    // 5 rename
    await rename(this.#partial.path, this.#path);
    await this.#partial.discardNote();
    return { path: this.#path, bytes: found.bytes, continuedFrom };
  }
}
