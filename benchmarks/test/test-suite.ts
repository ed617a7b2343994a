/** A suite without data for the tests of the runner: it multiplies, and does what its settings say. */
import { throwIfAborted } from '@tessera/core';
import type { Assignment, Suite } from '../src/runner/suite.js';
import { parseTaskFile, type TaskFile } from '../src/runner/task-file.js';

export const testFile: TaskFile = parseTaskFile(
  JSON.stringify({
    suite: 'test',
    about: 'Products.',
    seed: 7,
    settings: { factor: 2 },
    quick: { factor: 0 },
    tasks: [
      { name: 'one', settings: { value: 1 } },
      { name: 'five', settings: { value: 5 } },
    ],
    arms: [{ name: 'plain' }, { name: 'large', settings: { factor: 10 } }],
    published: [
      { model: 'theirs', task: 'five', metric: 'product', value: 12.34, source: 'A paper (2020)' },
      { model: 'others', task: 'one', metric: 'product', value: 3, source: 'A book (1999)' },
    ],
    table: {
      lines: 'arm',
      metrics: [
        { name: 'product', digits: 1 },
        { name: 'seconds', digits: 2 },
      ],
    },
  }),
  'test',
);

/** Records what it was asked; `behave` decides what happens before the answer. */
export function testSuite(behave: (assignment: Assignment) => void = () => {}) {
  const asked: string[] = [];
  const suite: Suite = {
    name: 'test',
    async run(assignment) {
      asked.push(`${assignment.task} ${assignment.arm}`);
      behave(assignment);
      throwIfAborted(assignment.signal, 'test');
      const { value, factor } = assignment.settings;
      return [
        { metric: 'product', value: Number(value) * Number(factor), unit: 'ratio' },
        { metric: 'seconds', value: 0.5, unit: 's' },
      ];
    },
  };
  return { suite, asked };
}
