import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { renderSvg } from '@tessera/core/charts';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { assembleReport, type PreservationReport } from '../../../src/preservation/report/index.js';
import { check, exampleChecks, exampleFrame, exampleInput, exampleReport, hostile } from './example-audit.js';

const hostileNames = [hostile, '__proto__'] as const;

function hostileReport(): PreservationReport {
  const input = exampleInput(exampleFrame(hostileNames, hostile), exampleChecks(hostileNames));
  return assembleReport(
    { ...input, survivingForm: { form: 'summary', name: hostile } },
    { source: `..\\${hostile}` },
  );
}

/** A report with this many alerts, each with a long name and reason. */
function crowdedReport(alerts: number): PreservationReport {
  const checks = Array.from({ length: alerts }, (_, index) =>
    check({ start: index % 480, detector: `hampel-${index}`, verdict: 'erased', reason: '|'.repeat(400) }),
  );
  return assembleReport(exampleInput(exampleFrame(), checks));
}

const known = () =>
  exampleReport({
    baseline: assembleReport(
      exampleInput(exampleFrame(), [...exampleChecks(), check({ start: 99, verdict: 'erased' })]),
    ),
    suppressions: [{ channel: 'births', reason: 'known <outliers>', expires: '2030-01-01' }],
    today: '2024-05-01',
  });

describe('Markdown', () => {
  it('begins with the outcome and lists alerts, gravest first', () => {
    const text = exampleReport().toMarkdown();
    expect(text).toMatch(/^## Audit of clinic: Failed\n/);
    expect(text).toContain('2 errors, 2 warnings, 1 note, 1 preserved, 1 not assessable, 1 skipped.');
    const rows = text.split('\n').filter((line) => /^\| [❌⚠]/u.test(line) && line.includes(' in '));
    expect(rows.map((row) => row.split(' | ')[1])).toEqual([
      'Spike in births at 2023-03-02',
      'Gap in visits from 2023-05-01 to 2023-05-29',
      'Spike in births at 2023-07-21',
      'Level shift in visits at 2023-09-08',
    ]);
    expect(rows[0]).toContain('erased: 2.1 of 8 survives, 2 expected, 3 needed (ratio 0.26 \\[0.2, 0.31\\])');
    expect(text).toContain('regimes of births: The series is too short for its window');
  });

  it.each([0, 30, 5000])('fits a comment with %d alerts and counts what it leaves out', (alerts) => {
    const text = crowdedReport(alerts).toMarkdown();
    expect(text.length).toBeLessThan(65_536);
    const shown = text.split('\n').filter((line) => line.startsWith('| ❌ error |')).length;
    const rest = Number(/(\d+) more: see audit\.html/.exec(text)?.[1] ?? 0);
    expect(shown + rest).toBe(alerts);
    if (alerts > 0) expect(shown).toBeGreaterThan(25);
  });

  it('lets no name become markup, a link or a mention', () => {
    const text = hostileReport().toMarkdown();
    expect(text).not.toMatch(/<img|<script|https:\/\/|@someone|#1|[^\\]`/);
    for (const row of text.split('\n').filter((line) => line.startsWith('| ❌ error'))) {
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
    }
  });
});

describe('SARIF', () => {
  const { resolve } = createRequire(import.meta.url);
  const schema = JSON.parse(
    readFileSync(
      resolve('@microsoft/jest-sarif').replace(/index\.js$/, 'schemas/sarif-2.1.0-rtm.5.json'),
      'utf8',
    ),
  );
  // Written for draft 4; it uses nothing that later drafts read differently but these two names.
  delete schema.$schema;
  delete schema.id;
  const isSarif = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

  it.each([
    ['the example', exampleReport],
    ['baseline and suppressions', known],
    ['hostile names', hostileReport],
    ['nothing', () => crowdedReport(0)],
    ['thousands of alerts', () => crowdedReport(6000)],
  ])('fits the schema of SARIF 2.1.0: %s', (_, make) => {
    const log = JSON.parse(JSON.stringify(make().toSarif()));
    isSarif(log);
    expect(isSarif.errors).toBeNull();
    expect(log.runs[0].results.length).toBeLessThanOrEqual(5000);
  });

  it('is refused by that schema where it is wrong', () => {
    expect(isSarif({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
  });

  it('tells level, kind, place and fingerprint of every structure', () => {
    const [run] = JSON.parse(JSON.stringify(exampleReport().toSarif())).runs;
    const found: { kind: string; level: string; ruleId: string }[] = run.results;
    expect(found.map(({ ruleId, kind, level }) => [ruleId, kind, level])).toEqual([
      ['spike-survival', 'fail', 'error'],
      ['gap-survival', 'fail', 'error'],
      ['spike-survival', 'fail', 'warning'],
      ['mean-change-survival', 'fail', 'warning'],
      ['invented-structure', 'fail', 'note'],
      ['rare-regime-survival', 'notApplicable', 'none'],
      ['spike-survival', 'pass', 'none'],
    ]);
    expect(run.results[0]).toMatchObject({
      ruleIndex: 0,
      partialFingerprints: { 'tesseraStructure/v1': exampleReport().findings[0].fingerprint },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'data/clinic.csv' } },
          logicalLocations: [
            { name: 'births', fullyQualifiedName: 'clinic/births/2023-03-02T00:00:00.000Z' },
          ],
        },
      ],
      properties: { raw: 8, surviving: 2.1, verdict: 'erased', patchIds: [3] },
    });
    expect(run.tool.driver.rules[run.results[1].ruleIndex].id).toBe('gap-survival');
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain(
      'Skipped: regimes of births',
    );
  });

  it('carries baseline states and suppressions with their justification', () => {
    const [run] = JSON.parse(JSON.stringify(known().toSarif())).runs;
    const [spike] = run.results;
    expect(spike.baselineState).toBe('unchanged');
    expect(spike.suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'known <outliers> (until 2030-01-01)' },
    ]);
    expect(run.results.at(-1)).toMatchObject({
      baselineState: 'absent',
      message: { text: expect.stringContaining('no more') },
    });
    expect(run.results.filter((each: object) => 'baselineState' in each)).toHaveLength(5);
  });
});

describe('JUnit', () => {
  const counts = (xml: string) =>
    /<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="0" skipped="(\d+)"/
      .exec(xml)
      ?.slice(1)
      .map(Number);

  it('fails errors, and warnings where they are asked to fail', () => {
    expect(counts(exampleReport().toJunit())).toEqual([8, 2, 2]);
    expect(counts(exampleReport().toJunit({ failOn: 'warn' }))).toEqual([8, 4, 2]);
  });

  it('skips what is suppressed or known, and never passes it', () => {
    expect(counts(known().toJunit({ failOn: 'warn' }))).toEqual([8, 0, 6]);
    expect(known().toJunit()).toContain('suppressed: known &#60;outliers&#62;');
    expect(known().toJunit()).toContain('unchanged since the baseline');
  });

  it('holds only characters of XML, and no markup of names', () => {
    const xml = hostileReport().toJunit();
    expect(xml).not.toMatch(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD]/u);
    expect(xml).not.toMatch(/<img|<script/);
  });
});

describe('charts', () => {
  it('show close-ups first, then channels, missing values and survival', () => {
    const charts = exampleReport().toVegaLite();
    expect(charts.map(({ kind, name }) => [kind, name])).toEqual([
      ['close-up', 'alert-1'],
      ['close-up', 'alert-2'],
      ['close-up', 'alert-3'],
      ['close-up', 'alert-4'],
      ['channel', 'channel-1'],
      ['channel', 'channel-2'],
      ['missingness', 'missing-values'],
      ['survival', 'survival-by-patch-size'],
    ]);
    expect(charts[0].spec.description).toContain('Spike in births at 2023-03-02: erased.');
  });

  it.each([
    ['the example', exampleReport],
    ['hostile names', hostileReport],
  ])('are drawn without a warning: %s', async (_, make) => {
    const warnings: string[] = [];
    for (const { spec } of make().toVegaLite()) {
      await renderSvg(spec, { onWarning: (warning) => warnings.push(warning) });
    }
    expect(warnings).toEqual([]);
  });

  it('serve notebooks, with the summary beside', () => {
    const report = exampleReport();
    const show: unknown = Reflect.get(report, Symbol.for('Jupyter.display'));
    if (typeof show !== 'function') throw new Error('the report cannot be displayed');
    expect(show.call(report)).toMatchObject({
      'text/markdown': report.toMarkdown(),
      'application/vnd.vegalite.v6+json': { $schema: expect.stringContaining('vega-lite') },
    });
  });
});
