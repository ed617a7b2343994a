/** Progress of one download: bytes, not more often than a person can read, and each event that is not a byte at once. */
import type { Progress } from '@tessera/core';

const shortestPause = 100;

export class DownloadProgress {
  readonly #began = performance.now();
  readonly #name: string;
  readonly #onProgress: (progress: Progress) => void;
  #lastReport = Number.NEGATIVE_INFINITY;
  #done = 0;
  #total = Number.POSITIVE_INFINITY;

  constructor(name: string, onProgress: (progress: Progress) => void) {
    this.#name = name;
    this.#onProgress = onProgress;
  }

  /** @param total length of the whole file, where known */
  bytes(done: number, total: number | undefined): void {
    const isFirstOrLast = this.#done === 0 || done === total;
    this.#done = done;
    this.#total = total ?? Number.POSITIVE_INFINITY;
    const now = performance.now();
    if (now - this.#lastReport < shortestPause && !isFirstOrLast) return;
    this.#lastReport = now;
    this.#report(this.#name);
  }

  /** @param event goes on after the name of the file */
  tell(event: string): void {
    this.#report(`${this.#name}: ${event}`);
  }

  #report(detail: string): void {
    const elapsed = performance.now() - this.#began;
    const remaining = (elapsed / this.#done) * (this.#total - this.#done);
    this.#onProgress({
      stage: 'download',
      done: this.#done,
      total: this.#total,
      elapsed,
      ...(Number.isFinite(remaining) ? { remaining } : {}),
      detail,
    });
  }
}
