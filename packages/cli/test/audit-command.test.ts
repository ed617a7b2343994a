import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './captured-terminal.js';

/** A year of days with a week in them and one high day, by series id. */
function visits(ids: readonly string[]): string {
  const lines = ['unique_id,ds,y'];
  for (const id of ids) {
    for (let day = 0; day < 365; day++) {
      const date = new Date(Date.UTC(2023, 0, 1 + day)).toISOString().slice(0, 10);
      lines.push(`${id},${date},${50 + (day % 7) + 0.1 * ((day * 7919) % 13) + (day === 200 ? 6 : 0)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

describe('tessera audit', () => {
  let folder = '';
  const at = (...names: string[]) => join(folder, ...names);
  const write = async (name: string, content: unknown): Promise<string> => {
    await writeFile(at(name), typeof content === 'string' ? content : JSON.stringify(content));
    return at(name);
  };
  let file = '';
  let events = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-audit-'));
    file = await write('visits.csv', visits(['house']));
    events = await write('events.json', [{ kind: 'spike', start: '2023-07-20', channel: 'y' }]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** An audit of the one known spike, so that it does not hang on what detectors see. */
  const spikeAudit = (...words: string[]) =>
    run(['audit', file, '--events', events, '--detectors', 'none', '--quiet', '--format', 'json', ...words]);

  it.each([
    [{ channel: 'zz' }, 'CHANNEL_UNKNOWN'],
    [{ series: 'zz' }, 'SERIES_UNKNOWN'],
  ])('refuses an event that belongs nowhere: %j', async (words, code) => {
    const own = await write('strange.json', [{ kind: 'spike', start: '2023-07-20', ...words }]);
    const { code: exit, error } = await run(['audit', file, '--events', own, '--out', at('strange')]);
    expect(exit).toBe(3);
    expect(error).toContain(code);
    expect(error).toContain('zz');
  });

  it('judges nothing of a single row, which is no pass', async () => {
    const row = await write('one.csv', 'ds,y\n2023-01-01,1\n');
    const audited = await run(['audit', row, '--fail-on', 'warn', '--out', at('one'), '--quiet']);
    expect(audited.code).toBe(1);
    expect(audited.output).toContain('Not assessed');
  });

  it('fails with 2 where patches erase a known spike, and passes with 0 where they keep it', async () => {
    const coarse = await spikeAudit('--policy', 'uniform:64', '--out', at('coarse'));
    expect(coarse.code, coarse.error).toBe(2);
    expect(coarse.output).toMatch(/^house: Failed\./);
    expect(coarse.output).toContain('Spike in y at 2023-07-20');
    const stored = JSON.parse(await readFile(at('coarse', 'audit.json'), 'utf8'));
    expect(stored).toMatchObject({ outcome: 'failed', provenance: { source: file } });
    const fine = await spikeAudit('--policy', 'uniform:1', '--survives', 'identity', '--out', at('fine'));
    expect(fine.code, fine.error).toBe(0);
    expect(fine.output).toMatch(/^house: Passed\./);
  });

  it('passes with 0 where the baseline has every alert, and fails with 2 on a new one', async () => {
    await spikeAudit('--policy', 'uniform:64', '--out', at('before'));
    const same = ['--policy', 'uniform:64', '--baseline', at('before', 'audit.json'), '--out', at('after')];
    const again = await spikeAudit(...same);
    expect(again.code, again.error).toBe(0);
    expect(again.output).toContain('no alert that the baseline does not have');
    await spikeAudit('--policy', 'uniform:1', '--survives', 'identity', '--out', at('clean'));
    const fresh = await spikeAudit(
      '--policy',
      'uniform:64',
      '--baseline',
      at('clean', 'audit.json'),
      '--out',
      at('x'),
    );
    expect(fresh.code).toBe(2);
  });

  it('takes rules and suppressions from a file, and fails with 1 on warnings where asked to', async () => {
    const mild = await write('mild.json', {
      rules: { 'spike-survival': { verdicts: { erased: 'warning' } } },
    });
    const words = ['--policy', 'uniform:64', '--config', mild, '--out', at('mild')];
    expect((await spikeAudit(...words)).code).toBe(0);
    expect((await spikeAudit(...words, '--fail-on', 'warn')).code).toBe(1);
    const accepted = await write('accepted.json', {
      suppressions: [{ channel: 'y', reason: 'a festival', expires: '2024-12-31' }],
    });
    const covered = ['--policy', 'uniform:64', '--config', accepted, '--out', at('accepted')];
    expect((await spikeAudit(...covered, '--today', '2024-12-31')).code).toBe(0);
    expect((await spikeAudit(...covered, '--today', '2025-01-01')).code).toBe(2);
    expect(await spikeAudit(...covered)).toMatchObject({
      code: 3,
      error: expect.stringContaining('because a suppression expires'),
    });
  });

  it('audits patches of a file, also a level of a tree and by series', async () => {
    const level = (size: number) => {
      const ends = Array.from({ length: 365 / size }, (_, index) => (index + 1) * size);
      return { version: 1, length: 365, ends };
    };
    const tree = await write('tree.json', { version: 1, levels: [level(1), level(73)] });
    const flat = await write('flat.json', { house: level(73) });
    const words = (path: string) => ['--patches', path, '--out', at('tree')];
    expect((await spikeAudit(...words(tree))).code).toBe(0);
    expect((await spikeAudit(...words(tree), '--level', '1')).code).toBe(2);
    expect((await spikeAudit(...words(flat))).code).toBe(2);
    expect(JSON.parse(await readFile(at('tree', 'audit.json'), 'utf8')).patches.count).toBe(5);
  });

  it('says which patches a file holds where it has none of a series', async () => {
    const patches = { version: 1, length: 365, ends: [100, 365] };
    const other = await write('other.json', { barn: patches, shed: patches });
    const missing = await spikeAudit('--patches', other, '--out', at('bad'));
    expect(missing.code).toBe(3);
    expect(missing.error).toContain('patches of series "house", found none, only those of "barn", "shed"');
    expect(missing.error).toContain('SERIES_UNKNOWN');
    const several = await write('several.json', {
      'uniform:8': { house: patches },
      random: { house: patches },
    });
    const unclear = await spikeAudit('--patches', several, '--out', at('bad'));
    expect(unclear.code).toBe(3);
    expect(unclear.error).toContain('patches by policy first: "uniform:8", "random"');
    expect(unclear.error).toContain('Segment with one policy');
  });

  it('audits every column of a wide table, beside its controls', async () => {
    const lines = Array.from({ length: 60 }, (_, day) => {
      const date = new Date(Date.UTC(2023, 0, 1 + day)).toISOString().slice(0, 10);
      return `${date},${day % 7},${day % 5},${day % 3}`;
    });
    const wide = await write('wide.csv', `ds,a,b,c\n${lines.join('\n')}\n`);
    const words = ['--wide', '--controls', 'c', '--format', 'json', '--quiet', '--out', at('wide')];
    const { output, error } = await run(['audit', wide, ...words]);
    expect(error).toBe('');
    expect(
      output
        .split('\n')
        .filter((line) => /^[a-c]: /.test(line))
        .map((line) => line[0]),
    ).toEqual(['a', 'b']);
  });

  it('writes the forms asked for, the same bytes every time, and one folder for each of several series', async () => {
    const both = await write('both.csv', visits(['../up', 'house']));
    const words = [
      'audit',
      both,
      '--events',
      events,
      '--detectors',
      'none',
      '--quiet',
      '--policy',
      'uniform:64',
    ];
    const first = await run([...words, '--out', at('both')]);
    expect(first.code, first.error).toBe(2);
    expect(await readdir(at('both'))).toEqual(['1--up', '2-house']);
    expect(await readdir(at('both', '1--up'))).toEqual([
      'audit.html',
      'audit.json',
      'audit.md',
      'audit.sarif',
      'audit.xml',
    ]);
    const again = await run([
      ...words,
      '--out',
      at('again'),
      '--baseline',
      at('both'),
      '--format',
      'md,json',
    ]);
    expect(again.code, again.error).toBe(0);
    await run([...words, '--out', at('third'), '--format', 'json,sarif']);
    for (const name of ['audit.json', 'audit.sarif']) {
      const [one, two] = await Promise.all(
        ['both', 'third'].map((run) => readFile(at(run, '2-house', name), 'utf8')),
      );
      expect(one === two).toBe(true);
    }
  }, 60_000);

  it('prints the audits as JSON and nothing else', async () => {
    const { code, output, error } = await run(
      [...['audit', '-', '--events', events, '--json', '--format', 'json', '--out', at('json')]],
      visits(['a']),
    );
    expect({ code, error }).toEqual({ code: 2, error: '' });
    expect(JSON.parse(output)).toMatchObject([{ format: 'tessera-audit', provenance: { source: null } }]);
  });

  it('refuses a policy that cuts the targets of a series apart, and takes one that does not', async () => {
    const lines = Array.from({ length: 120 }, (_, day) => {
      const date = new Date(Date.UTC(2023, 0, 1 + day)).toISOString().slice(0, 10);
      return `${date},${day < 40 ? 0 : 9 + (day % 2)},${day < 90 ? 0 : 9 + (day % 3)}`;
    });
    const two = await write('two.csv', `ds,a,b\n${lines.join('\n')}\n`);
    const words = ['audit', two, '--target', 'a,b', '--out', at('two'), '--format', 'json', '--quiet'];
    const apart = await run([...words, '--policy', 'changepoint:16']);
    expect(apart).toMatchObject({
      code: 3,
      error: expect.stringContaining('cuts each target in its own way'),
    });
    expect((await run([...words, '--policy', 'uniform:16'])).code).toBeLessThanOrEqual(2);
  });

  it('looks at interventions', async () => {
    const { code, output } = await run([
      ...['audit', file, '--json', '--intervention', '2023-04-01,2023-07-01', '--format', 'json'],
      ...['--out', at('effect')],
    ]);
    expect(code).toBeLessThanOrEqual(2);
    const [{ findings }] = JSON.parse(output);
    const starts = findings
      .filter(({ ruleId }: { ruleId: string }) => ruleId === 'intervention-level')
      .map(({ start }: { start: number }) => start);
    expect(new Set(starts)).toEqual(new Set([90, 181]));
  });

  it('tells the effect of an intervention from a season and from columns that no intervention reaches', async () => {
    const wave = (day: number) => 20 * Math.sin(day / 23) + 5 * ((day * day) % 7);
    const lines = Array.from({ length: 200 }, (_, day) => {
      const date = new Date(Date.UTC(2023, 0, 1 + day)).toISOString().slice(0, 10);
      return `${date},${wave(day) + (day < 120 ? 0 : 30) + ((day * 7919) % 13) / 10},${wave(day)}`;
    });
    const path = await write('wave.csv', `ds,y,other\n${lines.join('\n')}\n`);
    const effect = async (...words: string[]) => {
      const base = [
        'audit',
        path,
        '--intervention',
        '2023-05-01',
        '--detectors',
        'none',
        '--policy',
        'uniform:4',
      ];
      const { output, error } = await run([
        ...base,
        ...words,
        ...['--json', '--format', 'json', '--out', at('wave')],
      ]);
      expect(error).toBe('');
      const [report] = JSON.parse(output);
      const [finding] = report.findings.filter(
        ({ ruleId }: { ruleId: string }) => ruleId === 'intervention-level',
      );
      return { raw: finding.raw, options: report.provenance.configuration.audit };
    };
    const told = await effect('--controls', 'other', '--season', '1');
    expect(told.options).toMatchObject({ controls: ['other'], season: 1 });
    // Standard errors of the effect: what the other column explains is no noise of it.
    expect(told.raw).toBeGreaterThan(10 * Math.abs((await effect('--season', '1')).raw));
  });

  it.each([
    [['--season', '0'], 'Give a whole number of at least 1'],
    [['--controls', 'z'], 'COLUMN_UNKNOWN'],
    [['--detectors', 'eyes'], 'Allowed are none, '],
    [['--policy', 'unifrm:8'], 'Did you mean uniform'],
    [['--policy', 'uniform:0'], 'steps per patch, at least 1'],
    [['--policy', 'uniform:8', '--level', '1'], 'INDEX_INVALID'],
    [['--policy', 'none.safetensors'], 'FILE_UNREADABLE'],
    [['--format', 'pdf'], 'Allowed are json, md, html, sarif, junit'],
    [['--fail-on', 'note'], 'Allowed choices are warn, error'],
    [['--intervention', '2022-12-31'], 'RANGE_INVALID'],
    [['--intervention', '2023-01-01'], 'RANGE_INVALID'],
    [['--intervention', 'soon'], 'TIME_UNPARSABLE'],
    [['--events', 'none.json'], 'FILE_UNREADABLE'],
    [['--baseline', 'package.json'], 'AUDIT_INVALID'],
    [['--config', 'package.json'], 'OPTIONS_INVALID'],
    [['--patches', 'package.json'], 'PATCHES_INVALID'],
    [['--target', 'z'], 'COLUMN_UNKNOWN'],
  ])('answers bad usage and bad input with 3: %j', async (words, said) => {
    const { code, error } = await run(['audit', file, '--out', at('bad'), '--quiet', ...words]);
    expect(code).toBe(3);
    expect(error).toContain(said);
  });

  it('answers a folder that cannot be written with 4', async () => {
    const { code, error } = await spikeAudit('--out', join(file, 'below'));
    expect(code).toBe(4);
    expect(error).toContain('FILE_UNWRITABLE');
  });
});
