import { openEngine } from '@tessera/core/engine';
import { describe, expect, it } from 'vitest';
import { growthPerStep, type MemorySample, memoryCurve } from '../src/engine/memory-curve.js';
import { referenceLayout } from '../src/engine/reference-model.js';
import { memoryChartSpec } from '../src/results/memory-chart.js';
import { measurementsOf } from '../src/suites/engine-memory.js';

const model = { batch: 2, patches: 2, patchLength: 4, width: 4, heads: 2, hidden: 4, layers: 1, outputs: 2 };

describe('memoryCurve', () => {
  it('samples after every so many steps, and finds three vectors of the model held', async () => {
    let collected = 0;
    const samples: MemorySample[] = [];
    const engine = await openEngine('onnxruntime');
    for await (const sample of memoryCurve(engine, model, {
      seed: 1,
      steps: 20,
      every: 8,
      collect: () => {
        collected += 1;
      },
    })) {
      samples.push(sample);
    }
    expect(samples.map(({ step }) => step)).toEqual([8, 16]);
    expect(collected).toBeGreaterThanOrEqual(2);
    for (const { rss, heap, held } of samples) {
      expect(held).toBe(3 * 4 * referenceLayout(model).size);
      expect(heap).toBeGreaterThan(held);
      expect(rss).toBeGreaterThan(heap);
    }
    expect(engine.memory().bytes).toBe(0);
  });
});

describe('growth', () => {
  const samples = [1, 2, 3, 4].map((i) => ({
    step: 10 * i,
    rss: 2 ** 20 * (i === 1 ? 9 : 1 + i),
    heap: 100,
    held: 0,
  }));

  it('is the slope of the line through the samples', () => {
    expect(growthPerStep(samples.slice(1), 'rss')).toBeCloseTo(2 ** 20 / 10, 6);
    expect(growthPerStep(samples, 'heap')).toBe(0);
  });

  it('is measured once warm, and stands beside the curve', () => {
    const rows = new Map(measurementsOf(samples, 20).map(({ metric, value }) => [metric, value]));
    expect(rows.get('rss-growth')).toBeCloseTo(2 ** 20 / 10, 6);
    expect(rows.get('rss-end')).toBe(5);
    expect(rows.get('rss-at-10')).toBe(9);
    expect(rows.size).toBe(3 * (2 + 4));
  });
});

it('the chart has a panel for each kind of memory and a point for each sample', () => {
  const row = { suite: 'engine-memory', task: 't', unit: 'MiB', seed: 1, settings: {}, versions: {} };
  const machine = { cpu: '', cores: 1, memoryGiB: 1, node: '', os: '' };
  const rows = ['rss-at-10', 'rss-at-20', 'rss-growth', 'heap-at-10'].map((metric, i) => ({
    ...row,
    arm: 'onnxruntime',
    metric,
    value: i,
    machine,
    date: '2026-01-01T00:00:00.000Z',
  }));
  const spec = memoryChartSpec(rows);
  const panels = 'vconcat' in spec ? spec.vconcat : [];
  expect(panels.map((panel) => panel.data)).toEqual([
    {
      values: [
        { arm: 'onnxruntime', step: 10, value: 0 },
        { arm: 'onnxruntime', step: 20, value: 1 },
      ],
    },
    { values: [{ arm: 'onnxruntime', step: 10, value: 3 }] },
    { values: [] },
  ]);
});
