/** Motif beyond what all event tasks share: templates that can be told apart, and a place that means nothing. */
import { describe, expect, it } from 'vitest';
import { motifTask } from '../../../src/synthetic/index.js';
import { mean } from '../statistics.js';
import { thrown } from '../thrown.js';

const task = motifTask({ seed: 4 });

describe('motif', () => {
  it('has templates of root mean square 1 and responses of the size asked for', () => {
    expect(task.templates).toHaveLength(8);
    expect(task.distractorTemplates).toHaveLength(8);
    for (const template of [...task.templates, ...task.distractorTemplates]) {
      expect(template).toHaveLength(12);
      expect(mean(template.map((value) => value ** 2))).toBeCloseTo(1, 9);
    }
    for (const response of task.responses) {
      expect(response).toHaveLength(96);
      expect(mean(response.map((value) => value ** 2))).toBeCloseTo(1.25 ** 2, 9);
    }
  });

  it('has templates that differ at every shift', () => {
    // Over 100 seeds the most alike of 16 templates correlate by .57 to .65; had they been drawn without choice, by .68 to .90.
    for (let seed = 0; seed < 5; seed++) {
      const { templates, distractorTemplates } = motifTask({ seed });
      const bank = [...templates, ...distractorTemplates];
      let most = 0;
      bank.forEach((a, i) => {
        for (const b of bank.slice(i + 1)) {
          for (let shift = -11; shift <= 11; shift++) {
            const product = a.reduce((sum, value, k) => sum + value * (b[k - shift] ?? 0), 0);
            most = Math.max(most, Math.abs(product) / 12);
          }
        }
      });
      expect(most).toBeLessThan(0.66);
    }
  });

  it('puts one deciding template and the distractors into the lookback, and answers by class times amplitude', () => {
    const classes = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const { deciding, decision, distractions, signal, answer } = task.window(i);
      const start = deciding?.start ?? -1;
      expect(distractions).toHaveLength(4);
      task.templates[decision.class].forEach((value, k) => {
        expect(signal[start + k]).toBe(decision.amplitude * value);
      });
      for (const span of distractions) {
        const seen = signal.subarray(span.start, span.end);
        const isScaled = task.distractorTemplates.some((template) => {
          const ratio = seen[0] / template[0];
          return (
            ratio >= 0.5 && ratio < 1.5 && template.every((v, k) => Math.abs(seen[k] - ratio * v) < 1e-9)
          );
        });
        expect(isScaled).toBe(true);
      }
      answer.forEach((value, h) => {
        expect(value).toBe(decision.amplitude * task.responses[decision.class][h]);
      });
      classes.add(decision.class);
    }
    expect(classes.size).toBe(8);
  });

  it('draws place, class and amplitude apart from each other', () => {
    const count = 4000;
    const { truths } = task.windows({ count });
    const places = truths.map(({ deciding }) => (deciding?.start ?? 0) / 500);
    // The place of one of five exchangeable templates is symmetric around the middle of its 501 places.
    expect(Math.abs(mean(places) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(mean(truths.map(({ decision }) => decision.amplitude)) - 1)).toBeLessThan(
      5 * Math.sqrt(1 / 12 / count),
    );
    for (let each = 0; each < 8; each++) {
      const share = mean(truths.map(({ decision }) => (decision.class === each ? 1 : 0)));
      expect(Math.abs(share - 1 / 8)).toBeLessThan(5 * Math.sqrt(7 / 64 / count));
    }
  });

  it('has the uninformed floor of its definition', () => {
    // Mean and mean square of a uniform amplitude on [.5, 1.5]: 1 and 13 / 12.
    let variance = 0;
    for (let h = 0; h < 96; h++) {
      const values = task.responses.map((response) => response[h]);
      expect(task.uninformedForecast[h]).toBeCloseTo(mean(values), 12);
      variance += ((13 / 12) * mean(values.map((value) => value ** 2)) - mean(values) ** 2) / 96;
    }
    expect(task.floors.uninformed).toBeCloseTo(0.04 + variance, 12);
  });

  it('keeps its templates in every window and every range of windows, and changes them with the seed', () => {
    expect(motifTask({ seed: 4, lookback: 2048 }).templates).toEqual(task.templates);
    expect(motifTask({ seed: 5 }).templates).not.toEqual(task.templates);
  });

  it('refuses more templates than fit, when it is made', () => {
    expect(thrown(() => motifTask({ lookback: 59 })).code).toBe('PLAN_IMPOSSIBLE');
    expect(motifTask({ lookback: 60 }).window(0).distractions).toHaveLength(4);
  });
});
