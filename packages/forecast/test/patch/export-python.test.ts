/** An exported model read by another runtime in another language: Python’s onnxruntime, where it is installed. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RandomStream, randomKey, regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../../../../testing/requirement.js';
import { patchForecaster } from '../../src/patch/patch-forecaster.js';

const script = fileURLToPath(new URL('run_onnx.py', import.meta.url));
const [horizon, lookback] = [6, 24];
const model = { horizon, lookback, patchLength: 6, stride: 3, width: 8, heads: 2, hidden: 16, layers: 1 };
const levels = { levels: [80, 95], quantiles: [0.2, 0.3, 0.4, 0.6, 0.7, 0.8] };

/** A weekly wave with noise, every 11th value missing. */
function wave(): SeriesSet {
  const stream = new RandomStream(randomKey(4));
  const values = Float64Array.from({ length: 200 }, (_, t) =>
    t % 11 === 3 ? Number.NaN : 50 + 8 * Math.sin((2 * Math.PI * t) / 7) + stream.normal(),
  );
  const time = regularTimeAxis({ start: Date.UTC(2001, 0, 1), frequency: 'D', length: values.length });
  return new SeriesSet([new SeriesFrame({ id: 'a', time, channels: [{ name: 'y', values }] })]);
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onnx-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([
  { name: 'plain', more: {} },
  {
    name: 'with a convolution and root-mean-square norms',
    more: { stride: 6, convolution: { kernel: 3, channels: 2 }, norm: 'rms' },
  },
] as const)('a model that is $name', ({ name, more }) => {
  it('gives the same quantiles in Python', async (context) => {
    needs(context, 'python-onnxruntime');
    const set = wave();
    const training = { steps: 30, batchSize: 16, seed: 5 };
    const fitted = await patchForecaster({ model: { ...model, ...more }, training }).fit(set);
    const file = join(folder, `${name.length}.onnx`);
    await writeFile(file, fitted.exportOnnx());
    // JSON has no NaN; a missing value is null there.
    const data = Array.from(set.get('a').channel('y').values.slice(-lookback));
    const feeds = JSON.stringify({ history: { data, dims: [1, lookback] } });
    const answer = execFileSync('python3', [script, file, feeds, 'quantiles'], { encoding: 'utf8' });
    const quantiles: unknown = JSON.parse(answer);
    const expected = (await fitted.predict(levels)).get('a').quantiles;
    expect(quantiles).toHaveLength(expected.length);
    const apart = Array.from(expected, (value, i) =>
      Array.isArray(quantiles)
        ? Math.abs(Number(quantiles[i]) - value) / Math.max(1, Math.abs(value))
        : Number.NaN,
    );
    expect(Math.max(...apart)).toBeLessThan(1e-5);
    expect(expected.length).toBe(horizon * 11);
    fitted.dispose();
  });
});
