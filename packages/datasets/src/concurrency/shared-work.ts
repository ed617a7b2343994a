/**
 * One piece of work for many callers: whoever asks for a key that is being worked on joins in instead of starting again.
 * A caller who gives up leaves alone; the work is stopped when the last one has left. Knows one process only, and
 * keeps no result once it is delivered.
 */
import { type LongWorkOptions, type Progress, throwIfAborted } from '@tessera/core';

interface Running<Result> {
  readonly result: Promise<Result>;
  readonly stop: AbortController;
  readonly callers: Set<LongWorkOptions>;
}

export interface SharedWorkOptions {
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

export class SharedWork<Result> {
  readonly #running = new Map<string, Running<Result>>();

  /**
   * The result of the work under `key`, started by the first caller.
   *
   * @param stage what is being done, for the error of an abort
   * @throws TesseraError OPERATION_ABORTED where this caller’s signal fires; what the work throws passes through
   */
  async run(
    key: string,
    stage: string,
    options: LongWorkOptions,
    work: (options: SharedWorkOptions) => Promise<Result>,
  ): Promise<Result> {
    throwIfAborted(options.signal, stage);
    // A copy, so that two callers with the same options count as two.
    const caller: LongWorkOptions = { ...options };
    const running = this.#running.get(key) ?? this.#start(key, work);
    running.callers.add(caller);
    let leave: () => void = () => undefined;
    const left = new Promise<'left'>((resolve) => {
      leave = () => resolve('left');
    });
    options.signal?.addEventListener('abort', leave, { once: true });
    try {
      const first = await Promise.race([left, running.result.then((value) => ({ value }))]);
      if (first !== 'left') return first.value;
      throwIfAborted(options.signal, stage);
      return await running.result;
    } finally {
      options.signal?.removeEventListener('abort', leave);
      running.callers.delete(caller);
      if (running.callers.size === 0) {
        this.#forget(key, running);
        running.stop.abort(options.signal?.reason);
      }
    }
  }

  #start(key: string, work: (options: SharedWorkOptions) => Promise<Result>): Running<Result> {
    const stop = new AbortController();
    const callers = new Set<LongWorkOptions>();
    const onProgress = (progress: Progress): void => {
      for (const { onProgress: tell } of callers) tell?.(progress);
    };
    const result = work({ onProgress, signal: stop.signal });
    const running: Running<Result> = { result, stop, callers };
    this.#running.set(key, running);
    // Callers hear of a failure through `result`; this branch only forgets it, and must not fail unheard.
    result.then(
      () => this.#forget(key, running),
      () => this.#forget(key, running),
    );
    return running;
  }

  #forget(key: string, running: Running<Result>): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
  }
}
