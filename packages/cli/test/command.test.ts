import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './captured-terminal.js';

const bin = fileURLToPath(new URL('../bin/tessera.js', import.meta.url));

/** Sixty days of two shops with a week in them. */
function sales(): string {
  const lines = ['unique_id,ds,y'];
  for (const shop of ['north', 'south']) {
    for (let day = 0; day < 60; day++) {
      const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
      lines.push(`${shop},${date},${100 + 10 * (day % 7) + (day % 3)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

describe('tessera', () => {
  let folder = '';
  let file = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-cli-'));
    file = join(folder, 'sales.csv');
    await writeFile(file, sales());
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('prints its help and its version', async () => {
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: 0, error: '' });
    for (const word of ['datasets', 'forecast', 'backtest', 'Exit codes', '130 interrupted']) {
      expect(help.output).toContain(word);
    }
    expect(await run(['--version'])).toMatchObject({ code: 0, output: '0.1.0\n' });
  });

  it.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['forecast', '--horizon', '2'], "missing required argument 'file'"],
    [['forecast', 'x.csv'], "required option '--horizon <steps>' not specified"],
    [['forecast', 'x.csv', '--horizon', '0'], 'whole number of at least 1'],
    [['forecast', 'x.csv', '--horizon', '2', '--level', '80,120'], 'percentages between 0 and 100'],
    [['forecast', 'x.csv', '--horizon', '2', '--format', 'xls'], 'Allowed choices are csv'],
  ])('answers bad usage with 2: %j', async (words, said) => {
    const { code, error, output } = await run(words);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(error).toContain(said);
  });

  it('says what is wrong with a file, where, and what to do, with exit code 2', async () => {
    const missing = await run(['forecast', join(folder, 'none.csv'), '--horizon', '3']);
    expect(missing.code).toBe(2);
    expect(missing.error).toContain('FILE_UNREADABLE');
    const column = await run(['forecast', file, '--horizon', '3', '--target', 'yy']);
    expect(column.code).toBe(2);
    expect(column.error).toContain('COLUMN_UNKNOWN');
    const text = await run(['forecast', '-', '--horizon', '1'], 'ds,y\n2024-01-01,1\n2024-01-02,much\n');
    expect(text.code).toBe(2);
    expect(text.error).toContain('NUMBER_UNPARSABLE');
    const model = await run(['forecast', file, '--horizon', '3', '--model', 'oracle']);
    expect(model.code).toBe(2);
    expect(model.error).toContain('FORECASTER_UNKNOWN');
  });

  it('gives errors as JSON to machines', async () => {
    const { code, output, error } = await run([
      'forecast',
      join(folder, 'none.csv'),
      '--horizon',
      '3',
      '--json',
    ]);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(JSON.parse(error)).toMatchObject({
      error: { code: 'FILE_UNREADABLE', wayOut: expect.any(String) },
    });
  });

  it.each([
    [['forecast', 'x.csv', '--json'], 2, "required option '--horizon <steps>' not specified"],
    [['forecast', 'x.csv', '--json', '--horizon'], 2, 'argument missing'],
    [['forecast', 'x.csv', '--json', '--horizon', '0'], 2, 'Give a whole number of at least 1'],
    [['backtest', 'x.csv', '--json', '--horizon', '2', '--policy', 'x'], 2, "unknown option '--policy'"],
    [['audit', 'x.csv', '--json'], 3, "required option '--out <folder>' not specified"],
  ])('gives bad usage as JSON to machines: %j', async (words, code, said) => {
    const told = await run(words);
    expect(told).toMatchObject({ code, output: '' });
    expect(JSON.parse(told.error)).toMatchObject({
      error: { code: 'OPTIONS_INVALID', found: expect.stringContaining(said), wayOut: expect.any(String) },
    });
  });

  it('says in its help what is required', async () => {
    expect((await run(['audit', '--help'])).output).toContain('folder for the reports (required)');
    for (const name of ['forecast', 'backtest']) {
      expect((await run([name, '--help'])).output).toContain('steps ahead (required)');
    }
  });

  it('takes every column of a wide table for a series, or those named', async () => {
    const days = Array.from({ length: 20 }, (_, day) => `2024-01-${day + 1},${day},${day % 7},5`);
    const table = `date,a,b,c\n${days.join('\n')}\n`.replace(/-(\d),/g, '-0$1,');
    const words = [
      'forecast',
      '-',
      '--time',
      'date',
      '--wide',
      '--horizon',
      '2',
      '--model',
      'naive',
      '--json',
    ];
    const ids = async (...more: string[]) => {
      const { code, output, error } = await run([...words, ...more], table);
      expect(code, error).toBe(0);
      return JSON.parse(output).forecast.series.map((each: { id: string }) => each.id);
    };
    expect(await ids()).toEqual(['a', 'b', 'c']);
    expect(await ids('--target', 'a,c')).toEqual(['a', 'c']);
    expect(await ids('--future', 'b', '--target', 'a')).toEqual(['a']);
  });

  it('answers a table that no forecaster can use with 2 and its first fault', async () => {
    const moments = Array.from({ length: 60 }, (_, i) => Date.UTC(2024, 0, 1) + i * i * 3_700_000);
    const rows = (id: string) => moments.map((at, i) => `${id},${new Date(at).toISOString()},${i % 7}`);
    const two = `unique_id,ds,y\n${[...rows('a'), ...rows('b')].join('\n')}\n`;
    // By the failures of a backtest, and by those of one fit.
    for (const model of [[], ['--model', 'naive']]) {
      const { code, error } = await run(
        ['forecast', '-', '--horizon', '3', '--json', '--quiet', ...model],
        two,
      );
      expect(code, error).toBe(2);
      expect(JSON.parse(error)).toMatchObject({ error: { code: 'TIME_IRREGULAR' } });
      expect(error).not.toContain('in the cause');
    }
  });

  it('reads numbers of a stated unit as times, and names the option where it takes one', async () => {
    // Days 0, 1 and 2 of 1970, in nanoseconds.
    const table = `ds,y\n${[0, 1, 2].map((day) => `${day * 86_400}000000000,${day}`).join('\n')}\n`;
    const words = ['forecast', '-', '--horizon', '1', '--model', 'naive', '--json'];
    const told = await run([...words, '--time-unit', 'ns'], table);
    expect(told).toMatchObject({ code: 0, error: '' });
    // Day 3.
    expect(told.output).toContain('"frequency":"D","length":1,"start":259200000');
    const untold = await run(words, `ds,y\n12,1\n13,2\n`);
    expect(untold.code).toBe(2);
    expect(untold.error).toContain('with the option timeUnit: s, ms, us or ns');
  });

  it('forecasts standard input and prints JSON and nothing else', async () => {
    const { code, output, error } = await run(
      ['forecast', '-', '--horizon', '7', '--model', 'seasonal-naive', '--json'],
      sales(),
    );
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const { forecast } = JSON.parse(output);
    expect(forecast.series.map((each: { id: string }) => each.id)).toEqual(['north', 'south']);
  });

  it('chooses a forecaster, prints a table and writes every file', async () => {
    const out = join(folder, 'out');
    const { code, output, error } = await run(['forecast', file, '--horizon', '7', '--out', out]);
    expect(code, error).toBe(0);
    expect(output).toContain('best of');
    expect(output).toContain('2024-03-01');
    expect((await readdir(out)).sort()).toEqual([
      'backtest.csv',
      'forecast.csv',
      'forecast.json',
      'forecast.png',
      'forecast.svg',
      'forecast.vl.json',
      'index.html',
    ]);
    const csv = await readFile(join(out, 'forecast.csv'), 'utf8');
    expect(csv.split('\n')).toHaveLength(1 + 2 * 7 + 1);
    expect((await readFile(join(out, 'forecast.png'))).subarray(1, 4).toString()).toBe('PNG');
  }, 60_000);

  it('compares forecasters and prints scores as a table, as JSON and as CSV', async () => {
    const words = ['backtest', file, '--horizon', '7', '--windows', '2', '--model', 'naive,seasonal-naive'];
    const table = await run(words);
    expect(table.code, table.error).toBe(0);
    // A series that repeats its week is forecast best by its last week.
    expect(table.output.split('\n')[2]).toMatch(/^seasonal-naive/);
    const json = await run([...words, '--json', '--metrics', 'MAE']);
    expect(JSON.parse(json.output).summary).toHaveLength(2);
    const csv = await run([...words, '--csv', '--metrics', 'MAE']);
    expect(csv.output.split('\n')[0]).toContain('model');
  }, 60_000);

  it('tells the windows that do not fit, and refuses where none does', async () => {
    const words = ['backtest', file, '--horizon', '7', '--model', 'naive', '--metrics', 'MAE'];
    const some = await run([...words, '--windows', '20']);
    expect(some.code).toBe(0);
    expect(some.error).toContain('HORIZON_TOO_LONG');
    const none = await run(['backtest', file, '--horizon', '100', '--model', 'naive']);
    expect(none).toMatchObject({ code: 2, error: expect.stringContaining('HORIZON_TOO_LONG') });
  });

  it('lists the data sets, shows a card and writes a set', async () => {
    const list = await run(['datasets']);
    expect(list.output).toContain('us-births');
    const card = await run(['datasets', 'us-births']);
    expect(card.output).toContain('Licence');
    const out = join(folder, 'births.csv');
    expect(await run(['datasets', 'us-births', '--out', out])).toMatchObject({ code: 0 });
    expect((await readFile(out, 'utf8')).split('\n')[0]).toContain('ds');
    expect(await run(['datasets', 'us-birth'])).toMatchObject({
      code: 2,
      error: expect.stringContaining('us-births'),
    });
  });

  it('keeps control characters of names away from the terminal', async () => {
    const { error } = await run(['forecast', file, '--horizon', '3', '--target', '\u001b[31mred']);
    expect(error).not.toContain('\u001b');
  });

  it('stops at Ctrl-C with 130 and leaves nothing half-written', async () => {
    const out = join(folder, 'interrupted');
    const words = ['backtest', file, '--horizon', '1', '--windows', '30', '--model', 'all', '--out', out];
    const child = spawn(process.execPath, [bin, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    // What it says first comes when it has begun, however long that takes here.
    const begun = new Promise<void>((resolve) => {
      child.stderr.on('data', (part) => {
        said += String(part);
        resolve();
      });
    });
    await Promise.race([begun, ended]);
    child.kill('SIGINT');
    expect(await ended, said).toBe(130);
    expect(said).toContain('stopped');
    await expect(readdir(out)).rejects.toMatchObject({ code: 'ENOENT' });
  }, 60_000);
});
