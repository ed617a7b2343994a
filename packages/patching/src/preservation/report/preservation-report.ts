/**
 * What an audit found, as data and in every form that people and pipelines read. Immutable. The data is that of `audit.json`; every
 * other form is a view made from it alone, so a report read from a file shows what the first one showed.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type LongWorkOptions, progressReporter, TesseraError, throwIfAborted } from '@tessera/core';
import { auditText, parseAudit, readAudit } from './audit-json.js';
import { type FailOn, junitOf } from './junit.js';
import { markdownOf } from './markdown.js';
import { type ReportChart, reportCharts } from './report-charts.js';
import { pageOf } from './report-page.js';
import type { AuditData, Finding, Outcome } from './report-schema.js';
import { sarifOf } from './sarif.js';

export const reportFormats = ['json', 'md', 'html', 'sarif', 'junit'] as const;
export type ReportFormat = (typeof reportFormats)[number];

const fileNames: Readonly<Record<ReportFormat, string>> = {
  json: 'audit.json',
  md: 'audit.md',
  html: 'audit.html',
  sarif: 'audit.sarif',
  junit: 'audit.xml',
};

export interface WriteReportOptions extends LongWorkOptions {
  /** The mildest severity that fails in the JUnit form. Default `error`. */
  readonly failOn?: FailOn | undefined;
}

export class PreservationReport {
  readonly data: AuditData;

  /** @throws TesseraError AUDIT_INVALID */
  constructor(data: AuditData) {
    this.data = freeze(readAudit(data));
    Object.freeze(this);
  }

  /** The report of an `audit.json` from a source that need not be trusted: its text, or its content. @throws TesseraError AUDIT_INVALID */
  static fromJSON(audit: unknown): PreservationReport {
    return new PreservationReport(typeof audit === 'string' ? parseAudit(audit) : readAudit(audit));
  }

  get outcome(): Outcome {
    return this.data.outcome;
  }

  /** Gravest first. */
  get findings(): readonly Finding[] {
    return this.data.findings;
  }

  /** The content of `audit.json`. */
  toJSON(): AuditData {
    return this.data;
  }

  /** For a pull-request comment: fewer than 65,536 characters whatever the audit holds. */
  toMarkdown(): string {
    return markdownOf(this.data);
  }

  /** One self-contained page. Loads Vega on first use. @throws TesseraError CHART_FAILED */
  async toHtml(): Promise<string> {
    const { renderPage } = await import('@tessera/core/charts');
    return await renderPage(pageOf(this.data));
  }

  /** SARIF 2.1.0 as a plain object. */
  toSarif(): Record<string, unknown> {
    return sarifOf(this.data);
  }

  /** JUnit XML. @param options.failOn the mildest severity that fails; default `error` */
  toJunit(options: { readonly failOn?: FailOn | undefined } = {}): string {
    return junitOf(this.data, options.failOn ?? 'error');
  }

  /** Every chart of the page: close-ups of alerts, channels, missing values, survival by patch size. */
  toVegaLite(): ReportChart[] {
    return reportCharts(this.data);
  }

  /** What a notebook shows: the summary, and the first chart where there is one. */
  [Symbol.for('Jupyter.display')](): Record<string, unknown> {
    const [chart] = this.toVegaLite();
    const markdown = this.toMarkdown();
    return {
      'text/plain': markdown,
      'text/markdown': markdown,
      ...(chart === undefined ? {} : { 'application/vnd.vegalite.v6+json': chart.spec }),
    };
  }

  /**
   * Writes the forms to `audit.json`, `audit.md`, `audit.html`, `audit.sarif` and `audit.xml` in a folder, which is made where it is
   * missing. A file appears whole or not at all.
   *
   * @returns the paths, in the order of the formats
   * @throws TesseraError FILE_UNWRITABLE, CHART_FAILED, OPERATION_ABORTED
   */
  async write(
    folder: string,
    formats: readonly ReportFormat[] = reportFormats,
    options: WriteReportOptions = {},
  ): Promise<string[]> {
    const { signal, failOn, onProgress } = options;
    await makeFolder(folder);
    const { writeFileAtomically } = await import('@tessera/core/io');
    const report = progressReporter('write', formats.length, onProgress);
    const paths: string[] = [];
    for (const format of formats) {
      throwIfAborted(signal, 'writing an audit');
      const path = join(folder, fileNames[format]);
      await writeFileAtomically(path, [await this.#form(format, failOn)], { signal });
      paths.push(path);
      report(path);
    }
    return paths;
  }

  async #form(format: ReportFormat, failOn: FailOn | undefined): Promise<string> {
    switch (format) {
      case 'json':
        return auditText(this.data);
      case 'md':
        return this.toMarkdown();
      case 'html':
        return await this.toHtml();
      case 'sarif':
        return `${JSON.stringify(this.toSarif(), null, 2)}\n`;
      case 'junit':
        return this.toJunit({ failOn });
    }
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new TesseraError({
      code: 'FILE_UNWRITABLE',
      argument: `folder ${folder}`,
      expected: 'a folder that can be made and written to',
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Choose another folder',
      cause,
    });
  }
}

/** Freezes an object with all it holds. */
function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
