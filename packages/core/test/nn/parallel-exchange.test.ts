import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndArray } from '../../src/engine/nd-array.js';
import { sliceBatch } from '../../src/nn/parallel/batch-slice.js';
import { exchangeMemory, GradientExchange } from '../../src/nn/parallel/gradient-exchange.js';

describe('sliceBatch', () => {
  it('views the rows of one part, of every array and type', () => {
    const x = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const flags = Uint8Array.of(0, 1, 1, 0);
    const slice = sliceBatch({ x: ndArray(x, [4, 2]), flags: ndArray(flags) }, 1, 2);
    expect(slice).toEqual({
      x: { shape: [2, 2], dtype: 'float32', data: Float32Array.of(5, 6, 7, 8) },
      flags: { shape: [2], dtype: 'bool', data: Uint8Array.of(1, 0) },
    });
    expect(slice.x?.data.buffer).toBe(x.buffer);
  });

  it('copies rows out of shared memory', () => {
    const x = new Float32Array(new SharedArrayBuffer(16));
    x.set([1, 2, 3, 4]);
    const slice = sliceBatch({ x: ndArray(x) }, 1, 2);
    expect([...(slice.x?.data ?? [])]).toEqual([3, 4]);
    expect(slice.x?.data.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('loses and repeats no row', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        (parts, rows, columns) => {
          const data = Int32Array.from({ length: parts * rows * columns }, (_, i) => i);
          const batch = { x: ndArray(data, [parts * rows, columns]) };
          const slices = Array.from({ length: parts }, (_, part) => sliceBatch(batch, part, parts).x);
          expect(slices.flatMap((slice) => [...(slice?.data ?? [])])).toEqual([...data]);
        },
      ),
    );
  });

  it('says which array does not divide', () => {
    const rows = () => sliceBatch({ x: ndArray(new Float32Array(9), [3, 3]) }, 0, 2);
    expect(rows).toThrow(
      'SHAPE_MISMATCH: batch array "x": expected a first axis that divides by 2 workers, found 3 rows. ' +
        'Change the size of the batch or the number of workers.',
    );
    const scalar = () => sliceBatch({ x: ndArray(Float32Array.of(1), []) }, 0, 2);
    expect(scalar).toThrow('found no axis');
  });
});

describe('GradientExchange', () => {
  const given = (gradient: number[], loss: number, weight: number, checksum = 0) => ({
    gradient: Float32Array.from(gradient),
    loss,
    weight,
    checksum,
  });

  it('means gradients and losses by weight', () => {
    const exchange = new GradientExchange(exchangeMemory(2, 2));
    exchange.put(0, 0, given([1, 10], 4, 1));
    exchange.put(0, 1, given([5, 20], 8, 3));
    const mean = new Float32Array(2);
    expect(exchange.collect(0, mean)).toEqual({ loss: 7, weight: 4 });
    expect([...mean]).toEqual([4, 17.5]);
  });

  it('leaves out what has no weight, whatever it holds', () => {
    const exchange = new GradientExchange(exchangeMemory(2, 1));
    exchange.put(0, 0, given([3], 2, 5));
    exchange.put(0, 1, given([Number.NaN], Number.NaN, 0));
    const mean = new Float32Array(1);
    expect(exchange.collect(0, mean)).toEqual({ loss: 2, weight: 5 });
    expect([...mean]).toEqual([3]);
  });

  it('keeps a step apart from the next, for threads that still read it', () => {
    const exchange = new GradientExchange(exchangeMemory(1, 1));
    exchange.put(4, 0, given([1], 1, 1));
    exchange.put(5, 0, given([2], 2, 1));
    const mean = new Float32Array(1);
    expect(exchange.collect(4, mean).loss).toBe(1);
    expect([...mean]).toEqual([1]);
  });

  it('tells whether all threads hold the same parameters', () => {
    const exchange = new GradientExchange(exchangeMemory(3, 1));
    for (const worker of [0, 1, 2]) exchange.put(0, worker, given([1], 1, 1, 77));
    expect(exchange.agrees(0)).toBe(true);
    exchange.put(0, 2, given([1], 1, 1, 78));
    expect(exchange.agrees(0)).toBe(false);
  });

  it('lets nobody wait for a thread that has left', () => {
    const memory = exchangeMemory(2, 1);
    const [one, other] = [new GradientExchange(memory), new GradientExchange(memory)];
    other.close();
    expect(one.meet()).toBe(false);
  });

  it('carries the wish to end from one view to another', () => {
    const memory = exchangeMemory(2, 1);
    const [one, other] = [new GradientExchange(memory), new GradientExchange(memory)];
    expect(other.isAborted).toBe(false);
    one.abort();
    expect(other.isAborted).toBe(true);
    expect(other.isClosed).toBe(false);
  });
});
