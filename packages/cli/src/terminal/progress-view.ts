/**
 * Shows `Progress` events on standard error: a bar on a terminal, a line every few seconds elsewhere, nothing when the
 * caller asked for quiet. Standard output stays free for results.
 */
import type { Progress } from '@tessera/core';
import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.js';
import { oneLine } from './text-table.js';

type ErrorStream = Terminal['error'];

export interface ProgressView {
  readonly onProgress: (progress: Progress) => void;
  /** Clears the bar; to be called before anything else is printed. */
  close(): void;
}

/** Pause between two lines where there is no terminal, milliseconds. */
const lineEvery = 5000;

/** A view for `stream`; `quiet` turns it off. */
export function progressView(stream: ErrorStream, quiet: boolean): ProgressView {
  if (quiet) return { onProgress: () => {}, close: () => {} };
  return stream.isTTY === true ? barView(stream) : lineView(stream);
}

function barView(stream: ErrorStream): ProgressView {
  let bar: SingleBar | undefined;
  let stage = '';
  const close = () => {
    bar?.stop();
    bar = undefined;
  };
  const onProgress = (progress: Progress) => {
    // A stream does not know how long it is: there is nothing to draw a bar of.
    if (!Number.isFinite(progress.total)) return;
    if (stage !== progress.stage) close();
    stage = progress.stage;
    if (bar === undefined) {
      const format = '{stage} {bar} {percentage}% | {left} left | {detail}';
      bar = new SingleBar({ stream, format, hideCursor: true, clearOnComplete: true }, Presets.shades_grey);
      bar.start(progress.total, progress.done, payload(progress));
    }
    bar.update(progress.done, payload(progress));
    if (progress.done >= progress.total) close();
  };
  return { onProgress, close };
}

function payload({ stage, remaining, detail }: Progress): Record<string, string> {
  return { stage, left: timeSpan(remaining), detail: oneLine(detail ?? '').slice(0, 40) };
}

function lineView(stream: ErrorStream): ProgressView {
  let last = performance.now();
  const onProgress = (progress: Progress) => {
    const now = performance.now();
    if (now - last < lineEvery) return;
    last = now;
    const { stage, done, total, remaining } = progress;
    const left = Number.isFinite(total)
      ? `${done} of ${total}, ${timeSpan(remaining)} left`
      : `${done} so far`;
    stream.write(`${stage}: ${left}\n`);
  };
  return { onProgress, close: () => {} };
}

/** Milliseconds as a person says them: `8 s`, `3 min`. */
export function timeSpan(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '?';
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
