/**
 * Memory that worker threads share while they train, and the barrier at which they meet. Each puts the gradient of its rows into its
 * place; after the barrier each adds all of them in the same order, so all get the same bits. A thread that leaves, for whatever
 * reason, closes the exchange: no other waits for it.
 *
 * Places are kept twice, for even and odd steps. A thread writes those of a step only after the barrier of the step before, which
 * every other reaches only after it has read those of two steps before: one barrier a step is enough.
 */
import { invariant } from '../../errors/invariant.js';

/** The shared memory, as it is sent to threads. */
export interface ExchangeMemory {
  readonly workers: number;
  /** Elements of the gradient. */
  readonly size: number;
  readonly control: SharedArrayBuffer;
  readonly gradients: SharedArrayBuffer;
  readonly losses: SharedArrayBuffer;
}

const controls = { arrived: 0, meetings: 1, signal: 2, closed: 3, aborted: 4 } as const;

/** What all threads gave together. */
export interface ExchangedStep {
  /** Mean of the losses, by weight; 0 where there is none. */
  readonly loss: number;
  /** Sum of the weights; nothing was added up where it is 0. */
  readonly weight: number;
}

/** Numbers that go with a gradient: loss, weight, checksum of the parameters. */
const numbersEach = 3;

/** Memory for some threads. @param size elements of the gradient */
export function exchangeMemory(workers: number, size: number): ExchangeMemory {
  return {
    workers,
    size,
    control: new SharedArrayBuffer(Object.keys(controls).length * Int32Array.BYTES_PER_ELEMENT),
    gradients: new SharedArrayBuffer(2 * workers * size * Float32Array.BYTES_PER_ELEMENT),
    losses: new SharedArrayBuffer(2 * workers * numbersEach * Float64Array.BYTES_PER_ELEMENT),
  };
}

/** One thread’s view of the memory; the thread that started them has one too, to close it or to ask for an end. */
export class GradientExchange {
  readonly #workers: number;
  readonly #control: Int32Array;
  readonly #gradients: readonly Float32Array[];
  readonly #numbers: readonly Float64Array[];

  constructor({ workers, size, control, gradients, losses }: ExchangeMemory) {
    this.#workers = workers;
    this.#control = new Int32Array(control);
    const places = Array.from({ length: 2 * workers }, (_, place) => place);
    this.#gradients = places.map((place) => new Float32Array(gradients, 4 * place * size, size));
    this.#numbers = places.map((place) => new Float64Array(losses, 8 * place * numbersEach, numbersEach));
  }

  get isAborted(): boolean {
    return Atomics.load(this.#control, controls.aborted) === 1;
  }

  get isClosed(): boolean {
    return Atomics.load(this.#control, controls.closed) === 1;
  }

  /** Asks the first thread to save and end. */
  abort(): void {
    Atomics.store(this.#control, controls.aborted, 1);
  }

  /** Says that a thread will meet the others no more. */
  close(): void {
    Atomics.store(this.#control, controls.closed, 1);
    this.#wake();
  }

  /** Puts what one thread computed in a step into its place. */
  put(
    step: number,
    worker: number,
    given: {
      readonly gradient: Float32Array;
      readonly loss: number;
      readonly weight: number;
      readonly checksum: number;
    },
  ): void {
    const place = this.#place(step, worker);
    this.#gradients[place].set(given.gradient);
    const numbers = this.#numbers[place];
    numbers[0] = given.loss;
    numbers[1] = given.weight;
    numbers[2] = given.checksum;
  }

  /** Blocks until all threads are here: true; or until one has left: false. Not for the thread that started them. */
  meet(): boolean {
    const control = this.#control;
    const meeting = Atomics.load(control, controls.meetings);
    if (Atomics.add(control, controls.arrived, 1) + 1 === this.#workers) {
      Atomics.store(control, controls.arrived, 0);
      Atomics.add(control, controls.meetings, 1);
      this.#wake();
      return true;
    }
    for (;;) {
      // Read before the rest, so that a wake between the look and the wait ends the wait at once.
      const signal = Atomics.load(control, controls.signal);
      if (Atomics.load(control, controls.meetings) !== meeting) return true;
      if (this.isClosed) return false;
      Atomics.wait(control, controls.signal, signal);
    }
  }

  /**
   * Writes the mean of all gradients by weight, shape `[size]`, and returns that of the losses. Sums run over threads in their
   * order. O(workers size).
   */
  collect(step: number, into: Float32Array): ExchangedStep {
    let total = 0;
    for (let worker = 0; worker < this.#workers; worker++)
      total += this.#numbers[this.#place(step, worker)][1];
    into.fill(0);
    let mean = 0;
    for (let worker = 0; worker < this.#workers; worker++) {
      const place = this.#place(step, worker);
      const [loss, weight] = this.#numbers[place];
      // The mean over nothing is no number; times zero it would still be none.
      if (weight === 0) continue;
      const share = weight / total;
      mean += share * loss;
      const gradient = this.#gradients[place];
      for (let i = 0; i < into.length; i++) into[i] += share * gradient[i];
    }
    return { loss: mean, weight: total };
  }

  /** Whether all threads gave the same checksum. */
  agrees(step: number): boolean {
    const first = this.#numbers[this.#place(step, 0)][2];
    for (let worker = 1; worker < this.#workers; worker++) {
      if (this.#numbers[this.#place(step, worker)][2] !== first) return false;
    }
    return true;
  }

  #place(step: number, worker: number): number {
    invariant(worker < this.#workers, 'a thread is one of those that share the memory');
    return (step % 2) * this.#workers + worker;
  }

  #wake(): void {
    Atomics.add(this.#control, controls.signal, 1);
    Atomics.notify(this.#control, controls.signal);
  }
}
