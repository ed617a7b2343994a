/** What is stored in the repository: task files, results and the tables made from them. Needs neither data nor network. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resultsFolder, tasksFolder } from '../src/paths.js';
import { documentsWithTables } from '../src/results/documents.js';
import { memoryChart } from '../src/results/memory-chart.js';
import { formatResults, parseResults, rowsOf } from '../src/results/result-file.js';
import { readTaskFile, settingsOf } from '../src/runner/task-file.js';
import { suites } from '../src/suites/suites.js';

const names = suites.map(({ name }) => name);

async function namesIn(folder: string): Promise<string[]> {
  const files = existsSync(folder) ? await readdir(folder) : [];
  return files.filter((file) => file.endsWith('.json')).map((file) => basename(file, '.json'));
}

describe('task files', () => {
  it('are there for every suite and for nothing else', async () => {
    expect((await namesIn(tasksFolder)).sort()).toEqual([...names].sort());
  });

  it.each(names)('%s names its suite, and each task and arm once', async (name) => {
    const file = await readTaskFile(name);
    expect(file.suite).toBe(name);
    for (const list of [file.tasks, file.arms]) {
      expect(new Set(list.map((each) => each.name)).size).toBe(list.length);
    }
  });

  it.each(names)('%s quotes published figures only for tasks and metrics that it shows', async (name) => {
    const file = await readTaskFile(name);
    for (const { task, metric } of file.published) {
      expect(file.tasks.map((each) => each.name)).toContain(task);
      expect(file.table.metrics.map((each) => each.name)).toContain(metric);
    }
  });
});

describe('stored results', () => {
  it('belong to a suite', async () => {
    for (const name of await namesIn(resultsFolder)) expect(names).toContain(name);
  });

  it.each(names)(
    '%s: every run is valid, of a task and arm of the suite, with their settings',
    async (name) => {
      const path = join(resultsFolder, `${name}.json`);
      if (!existsSync(path)) return;
      const text = await readFile(path, 'utf8');
      const runs = parseResults(text, path);
      const file = await readTaskFile(name);
      for (const run of runs) {
        expect(run.suite).toBe(name);
        expect(run.settings).toEqual(settingsOf(file, run.task, run.arm, false));
        expect(file.tasks.map((task) => task.name)).toContain(run.task);
        expect(file.arms.map((arm) => arm.name)).toContain(run.arm);
        expect(Object.keys(run.values)).not.toEqual([]);
      }
      const keys = rowsOf(runs).map(({ task, arm, metric }) => `${task} ${arm} ${metric}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(text).toBe(formatResults(runs));
      for (const secret of [hostname(), homedir()])
        expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    },
  );
});

describe('tables in documents', () => {
  it('show every suite that was measured, as the rows give it; `npm run bench -- tables` writes them anew', async () => {
    const documents = await documentsWithTables();
    for (const { path, text, updated } of documents) expect({ path, text }).toEqual({ path, text: updated });
    const shown = documents.flatMap((document) => document.suites);
    expect(shown).toEqual(expect.arrayContaining(await namesIn(resultsFolder)));
  });
});

describe('charts in documents', () => {
  it('show the memory of training as the rows give it; `npm run bench -- tables` draws them anew', async () => {
    const chart = await memoryChart();
    expect(chart?.stored).toBe(chart?.drawn);
  });
});
