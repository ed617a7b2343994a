/**
 * An encoder beside the channel that it encodes: windows that end where patches end, tokens as plain numbers, and which of them cover
 * which steps. With as many tokens as the window has patches, each covers its patch; else they cover equal parts of the window.
 */
import { TesseraError } from '@tessera/core';
import type { Patches } from '../../patches/index.js';
import type { Span } from '../surviving/span.js';
import type { LatentView } from '../surviving/survival-form.js';

/** Steps of a window, unless the view says otherwise. */
const defaultWindow = 512;

export class LatentChannel {
  readonly #view: LatentView;
  readonly #patches: Patches;

  constructor(view: LatentView, patches: Patches) {
    this.#view = view;
    this.#patches = patches;
  }

  /** The whole patches around a structure that make at least one window, in the middle of which it lies. */
  windowAround({ start, end }: Span): Span {
    const least = this.#view.window ?? defaultWindow;
    const centre = (start + end) >> 1;
    const from = Math.max(0, Math.min(start, centre - (least >> 1), this.#patches.length - least));
    const to = Math.min(this.#patches.length, Math.max(end, from + least));
    return {
      start: this.#patches.start(this.#patches.patchOf(from)),
      end: this.#patches.end(this.#patches.patchOf(to - 1)),
    };
  }

  /** The figures of every token that covers one of the steps, end to end. @throws TesseraError SHAPE_MISMATCH, NUMBER_INFINITE */
  tokensOver(values: Float64Array, window: Span, steps: Span): Float64Array {
    const tokens = this.#view.encode(values.slice(), window.start);
    const figures: number[] = [];
    tokens.forEach((token, index) => {
      const { start, end } = this.#spanOf(index, tokens.length, window);
      if (end <= steps.start || start >= steps.end) return;
      for (let i = 0; i < token.length; i++) figures.push(token[i]);
    });
    const wrong = figures.find((each) => !Number.isFinite(each));
    if (wrong !== undefined) throw tokenError('NUMBER_INFINITE', 'finite figures', String(wrong));
    if (figures.length === 0) throw tokenError('SHAPE_MISMATCH', 'a token over every step', 'none');
    return Float64Array.from(figures);
  }

  /** The steps that the tokens over `steps` cover. */
  coveredBy(count: number, window: Span, steps: Span): Span {
    let [start, end] = [steps.start, steps.end];
    for (let index = 0; index < count; index++) {
      const span = this.#spanOf(index, count, window);
      if (span.end <= steps.start || span.start >= steps.end) continue;
      start = Math.min(start, span.start);
      end = Math.max(end, span.end);
    }
    return { start, end };
  }

  countTokens(values: Float64Array, window: Span): number {
    return this.#view.encode(values.slice(), window.start).length;
  }

  #spanOf(index: number, count: number, window: Span): Span {
    const first = this.#patches.patchOf(window.start);
    const last = this.#patches.patchOf(window.end - 1);
    if (last - first + 1 === count) {
      return { start: this.#patches.start(first + index), end: this.#patches.end(first + index) };
    }
    const length = window.end - window.start;
    return {
      start: window.start + Math.floor((index * length) / count),
      end: window.start + Math.ceil(((index + 1) * length) / count),
    };
  }
}

function tokenError(
  code: 'NUMBER_INFINITE' | 'SHAPE_MISMATCH',
  expected: string,
  found: string,
): TesseraError {
  return new TesseraError({
    code,
    argument: 'tokens of the encoder',
    expected,
    found,
    wayOut: 'Correct the encoder, or let it take windows with missing values',
  });
}
