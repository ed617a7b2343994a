import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { regularTimeAxis, SeriesFrame } from '@tessera/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Patches } from '../../../src/patches/index.js';
import { auditText } from '../../../src/preservation/report/audit-json.js';
import {
  assembleReport,
  hashFrame,
  hashPatches,
  PreservationReport,
  type ReportInput,
} from '../../../src/preservation/report/index.js';
import {
  check,
  exampleFrame,
  exampleInput,
  examplePatches,
  exampleReport,
  hostile,
} from './example-audit.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a report', () => {
  it('comes back from its file as it was, and shows the same', async () => {
    const report = exampleReport({ baseline: exampleReport() });
    const again = PreservationReport.fromJSON(auditText(report.data));
    expect(again.data).toEqual(report.data);
    expect(again.toMarkdown()).toBe(report.toMarkdown());
    expect(again.toJunit()).toBe(report.toJunit());
  });

  it('is carried by its page, unless it is long', async () => {
    const carried = await exampleReport().toHtml();
    expect(carried.includes(Buffer.from(auditText(exampleReport().data)).toString('base64'))).toBe(true);
    const checks = Array.from({ length: 4000 }, (_, start) =>
      check({ start: start % 480, detector: `d${start}` }),
    );
    const long = await assembleReport({ ...exampleInput(), checks }).toHtml();
    expect(long.includes('too long to be carried')).toBe(true);
    expect(long.length).toBeLessThan(2_000_000);
  });

  it('is written whole, in the forms asked for, with the same bytes every time', async () => {
    const paths = await exampleReport().write(join(folder, 'a', 'b'));
    expect(paths.map((path) => path.slice(folder.length + 5))).toEqual([
      'audit.json',
      'audit.md',
      'audit.html',
      'audit.sarif',
      'audit.xml',
    ]);
    await exampleReport().write(join(folder, 'again'));
    for (const name of await readdir(join(folder, 'again'))) {
      const [first, second] = await Promise.all(
        ['a/b', 'again'].map((inner) => readFile(join(folder, inner, name), 'utf8')),
      );
      expect(second === first, name).toBe(true);
    }
    expect(await readdir(join(folder, 'a', 'b'))).toHaveLength(5);
    expect(await exampleReport().write(join(folder, 'c'), ['md'])).toEqual([join(folder, 'c', 'audit.md')]);
  });

  it('does not depend on the order of checks or of names in settings', () => {
    const input = exampleInput();
    const other = {
      ...input,
      checks: input.checks.toReversed(),
      versions: Object.fromEntries(Object.entries(input.versions).reverse()),
      configuration: Object.fromEntries(Object.entries(input.configuration).reverse()),
    };
    expect(auditText(assembleReport(other).data)).toBe(auditText(assembleReport(input).data));
  });

  it('changes nothing that it is given, and cannot be changed', () => {
    const input = exampleInput();
    const before = structuredClone({
      ...input,
      frame: [...input.frame.channels],
      patches: input.patches.toEnds(),
    });
    const { data } = assembleReport(input);
    expect({ ...input, frame: [...input.frame.channels], patches: input.patches.toEnds() }).toEqual(before);
    expect(() => Object.assign(data.findings[0], { severity: 'none' })).toThrow(TypeError);
  });

  it('stops at an abort, and says where it cannot write', async () => {
    const signal = AbortSignal.abort();
    await expect(exampleReport().write(join(folder, 'd'), ['md'], { signal })).rejects.toMatchObject({
      code: 'OPERATION_ABORTED',
    });
    await writeFile(join(folder, 'file'), '');
    await expect(exampleReport().write(join(folder, 'file', 'x'))).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
  });

  it.each([
    ['{"format":', 'JSON'],
    ['{}', 'audit.format'],
    ['[]', 'audit'],
    [JSON.stringify({ ...exampleReport().data, version: 2 }), 'audit.version'],
    [JSON.stringify({ ...exampleReport().data, more: 1 }), 'more'],
  ])('refuses what is no audit: %.40s', (text, said) => {
    expect(() => PreservationReport.fromJSON(text)).toThrowError(
      expect.objectContaining({ code: 'AUDIT_INVALID', message: expect.stringContaining(said) }),
    );
  });

  it('keeps lists of numbers on a line and texts that look like lists as they are', () => {
    const frame = exampleFrame(['[1,\n 2]', '[1, null]'], '[ 3 ]');
    const text = auditText(assembleReport(exampleInput(frame, [])).data);
    expect(JSON.parse(text).series.id).toBe('[ 3 ]');
    expect(JSON.parse(text).traces[0].channel).toBe('[1,\n 2]');
    expect(text.split('\n').length).toBeLessThan(700);
  });
});

describe('hashes', () => {
  it('change with any value, time or name, and not with what stands under a missing value', () => {
    const frame = exampleFrame();
    const [births, visits] = frame.channels;
    const hash = hashFrame(frame);
    expect(hashFrame(exampleFrame())).toBe(hash);
    expect(hashFrame(frame.withId('other'))).not.toBe(hash);
    expect(hashFrame(frame.slice(0, frame.length - 1))).not.toBe(hash);
    const changed = births.values.slice();
    changed[7] += 1e-9;
    expect(hashFrame(frame.withChannels([{ ...births, values: changed }, visits]))).not.toBe(hash);
    const garbage = visits.values.slice();
    garbage[130] = 99;
    expect(hashFrame(frame.withChannels([births, { ...visits, values: garbage }]))).toBe(hash);
    expect(hashPatches(examplePatches())).not.toBe(hashPatches(Patches.fromLengths([480])));
  });
});

describe('traces', () => {
  /** A long series with one spike, under patches of ten. */
  function longInput(length: number, spike: number): ReportInput {
    const values = new Float64Array(length).map((_, step) => Math.sin(step / 50));
    values[spike] = 40;
    const frame = new SeriesFrame({
      id: 'long',
      time: regularTimeAxis({ start: 0, frequency: 'h', length }),
      channels: [{ name: 'y', values }],
    });
    const patches = Patches.fromLengths(Array.from({ length: length / 10 }, () => 10));
    return {
      ...exampleInput(),
      checks: [check({ channel: 'y', start: spike, verdict: 'erased' })],
      frame,
      patches,
      surviving: new Map([['y', new Float64Array(length)]]),
    };
  }

  it('keep the spike of a long series, and stay small', () => {
    const { traces } = assembleReport(longInput(200_000, 123_456)).data;
    const [whole, close] = traces;
    expect(whole.raw.times.length).toBeLessThanOrEqual(2800);
    expect(Math.max(...whole.raw.values.map(Number))).toBe(40);
    expect(whole.boundaryCount).toBe(19_999);
    // Too many to draw: those of the patch that holds the spike.
    expect(whole.boundaries).toEqual([123_450, 123_460].map((hour) => hour * 3_600_000));
    expect(close.focus).not.toBeNull();
    expect(close.raw.times).toHaveLength(49);
    expect(close.raw.values[24]).toBe(40);
  });

  it('tell which share of a stretch is missing', () => {
    const [, visits] = exampleReport({ closeUps: 0 }).data.traces;
    const day = (step: number) => Date.UTC(2023, 0, 1 + step);
    expect(visits.missing[0]).toEqual({ from: day(120), to: day(148), share: 1 });
    expect(visits.missing[1]).toEqual({ from: day(148), to: day(150), share: 0.5 });
    expect(visits.missing.at(-1)).toEqual({ from: day(400), to: day(440), share: 0.5 });
  });

  it('are as many as asked for', () => {
    const of = (options: Parameters<typeof exampleReport>[0]) =>
      exampleReport(options).data.traces.map(({ focus }) => (focus === null ? 'channel' : 'close-up'));
    expect(of({ drawnChannels: 1, closeUps: 2 })).toEqual(['channel', 'close-up', 'close-up']);
    expect(of({ drawnChannels: 0, closeUps: 0 })).toEqual([]);
  });
});

describe('odd input', () => {
  it.each([
    ['no step', 0],
    ['one step', 1],
    ['two steps', 2],
  ])('ends in a report: %s', async (_, length) => {
    const frame = new SeriesFrame({
      id: hostile,
      time: regularTimeAxis({ start: 0, frequency: 'D', length }),
      channels: [{ name: 'y', values: new Float64Array(length).fill(Number.NaN) }],
    });
    const input: ReportInput = {
      ...exampleInput(),
      frame,
      patches: Patches.fromLengths(length === 0 ? [] : [length]),
      surviving: new Map(),
      checks: length === 0 ? [] : [check({ channel: 'y', start: 0, end: length, verdict: 'erased' })],
      boundaries: [],
      detections: [],
    };
    const report = assembleReport(input);
    expect(report.outcome).toBe(length === 0 ? 'not-assessed' : 'failed');
    expect((await report.toHtml()).length).toBeGreaterThan(1000);
    expect(report.toMarkdown()).toContain('## Audit of');
  });
});
