/** The page of an audit as a reader meets it, in a real browser. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, seriousIssues, visitFile, wakeCharts } from '../../../../../testing/browser-page.js';
import { chromiumPath, needs } from '../../../../../testing/requirement.js';
import { assembleReport } from '../../../src/preservation/report/index.js';
import { exampleChecks, exampleFrame, exampleInput, exampleReport, hostile } from './example-audit.js';

/** Screenshots to look at; not part of the repository. */
const pictures = fileURLToPath(new URL('../../../../../out/test/audit/', import.meta.url));

let folder = '';
let browser: Browser | undefined;

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'audit-page-'));
  mkdirSync(pictures, { recursive: true });
  await exampleReport({
    baseline: assembleReport(exampleInput(exampleFrame(), exampleChecks().slice(1, 4))),
    suppressions: [{ channel: 'visits', ruleId: 'mean-change-survival', reason: 'Moved to another house' }],
  }).write(join(folder, 'example'));
  const names = [hostile, 'constructor'] as const;
  const input = exampleInput(exampleFrame(names, hostile), exampleChecks(names));
  await assembleReport({ ...input, skipped: [{ check: hostile, channel: hostile, reason: hostile }] }).write(
    join(folder, 'hostile'),
  );
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

/** Opens the page, lets `look` look at it, and expects that it complained of nothing and asked for nothing. */
async function visit(
  file: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  await visitFile(browser, join(folder, file), options, async ({ page, complaints, requests }) => {
    await look(page);
    expect([...complaints, ...requests]).toEqual([]);
  });
}

describe('the page of an audit', () => {
  it.for<[string, BrowserContextOptions]>([
    ['desktop', { viewport: { width: 1400, height: 900 } }],
    ['phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
    ['dark', { viewport: { width: 1000, height: 900 }, colorScheme: 'dark' }],
  ])(
    'draws every chart, without a serious issue, a complaint or a request: %s',
    async ([name, options], context) => {
      needs(context, 'chromium');
      await visit('example/audit.html', options, async (page) => {
        expect(await wakeCharts(page)).toBe(7);
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(await page.evaluate(overflow)).toBe(0);
        await page.screenshot({ path: join(pictures, `audit-${name}.png`), fullPage: true });
        expect(await seriousIssues(page)).toEqual([]);
      });
    },
  );

  it('puts alerts first, and is zoomed from the keyboard', async (context) => {
    needs(context, 'chromium');
    await visit('example/audit.html', {}, async (page) => {
      expect((await page.locator('h2').allTextContents()).slice(0, 3)).toEqual([
        'Contents',
        'Alerts',
        'Raw against surviving',
      ]);
      const figure = page.locator('figure[data-name=channel-1]');
      await figure.scrollIntoViewIfNeeded();
      await figure.locator('.live:not(.pending) svg').waitFor();
      const labels = () => figure.locator('.role-axis-label').first().textContent();
      const before = await labels();
      await figure.getByRole('button', { name: 'Zoom in' }).focus();
      await page.keyboard.press('Enter');
      await expect.poll(labels).not.toBe(before);
    });
  });

  it('keeps hostile names texts', async (context) => {
    needs(context, 'chromium');
    await visit('hostile/audit.html', {}, async (page) => {
      await wakeCharts(page);
      expect(await page.locator('h1').textContent()).toContain('<script>alert(2)</script>');
      expect(await page.locator('img[src=x]').count()).toBe(0);
      await page.screenshot({ path: join(pictures, 'audit-hostile.png'), fullPage: true });
    });
  });

  it.for(['example', 'hostile'])('comes with JUnit that a parser of XML reads: %s', async (name, context) => {
    needs(context, 'chromium');
    await visit(`${name}/audit.html`, {}, async (page) => {
      const xml = readFileSync(join(folder, name, 'audit.xml'), 'utf8');
      const parse = `new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml')`;
      expect(await page.evaluate(`${parse}.querySelectorAll('parsererror').length`)).toBe(0);
      expect(await page.evaluate(`${parse}.querySelectorAll('testcase').length`)).toBe(8);
    });
  });
});
