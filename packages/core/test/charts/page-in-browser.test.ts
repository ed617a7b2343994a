/** The page as a reader meets it, in a real browser: what is drawn, what is loaded, what can be reached. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openBrowser,
  seriousIssues,
  type Visit,
  visitFile,
  wakeCharts,
} from '../../../../testing/browser-page.js';
import { chromiumPath, needs } from '../../../../testing/requirement.js';
import { forecastChart, renderPage } from '../../src/charts/index.js';
import { births, birthsForecast } from './births.js';
import { examplePage } from './example-page.js';

/** Screenshots to look at; not part of the repository. */
const pictures = fileURLToPath(new URL('../../../../out/test/charts/', import.meta.url));

let folder = '';
let browser: Browser | undefined;

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  mkdirSync(pictures, { recursive: true });
  writeFileSync(join(folder, 'page.html'), await renderPage(examplePage));
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

const visit = (file: string, options: BrowserContextOptions, look: (visit: Visit) => Promise<void>) =>
  visitFile(browser, join(folder, file), options, look);

/** Label and value of each line of the tooltip, with the pointer at that share of the width of a chart. */
async function readingAt(page: Page, chart: Locator, share: number): Promise<string[][]> {
  // Charts that come to life elsewhere move this one, so first let all of them.
  await wakeCharts(page);
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  if (box === null) throw new Error('the chart has no place');
  await chart.hover({ position: { x: box.width * share, y: box.height * 0.6 }, force: true });
  await page.locator('#vg-tooltip-element.visible').waitFor();
  const lines = await page.locator('#vg-tooltip-element tr').all();
  return await Promise.all(lines.map((line) => line.locator('td').allTextContents()));
}

describe('the page in a browser', () => {
  it.for<[string, BrowserContextOptions]>([
    ['desktop', { viewport: { width: 1400, height: 900 } }],
    [
      'phone',
      { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
    ],
    ['dark', { viewport: { width: 1000, height: 900 }, colorScheme: 'dark' }],
  ])('draws every chart without a complaint or a request: %s', async ([name, options], context) => {
    needs(context, 'chromium');
    await visit('page.html', options, async ({ page, complaints, requests }) => {
      expect(await wakeCharts(page)).toBe(5);
      const marks = await page.locator('.live .mark-line path').count();
      expect(marks).toBeGreaterThan(5);
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate(overflow)).toBe(0);
      expect(await page.locator('.plot img:visible').count()).toBe(0);
      await page.screenshot({ path: join(pictures, `page-${name}.png`), fullPage: true });
      expect(await seriousIssues(page)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
    });
  });

  it('tells the values under the pointer, with the interval of each level', async (context) => {
    needs(context, 'chromium');
    await visit('page.html', {}, async ({ page }) => {
      const cells = await readingAt(
        page,
        page.locator('figure[data-name=forecast] .live:not(.pending)'),
        0.93,
      );
      expect(cells.map(([label]) => label)).toEqual(['time', 'actual', 'seasonal-naive', '80 %', '95 %']);
      expect(cells[0][1]).toMatch(/^\w{3} \d+ Dec 1988$/);
      expect(cells[1][1]).toMatch(/^\d+,\d{3}$/);
      expect(cells[4][1]).toMatch(/^\d+,\d{3} to \d+,\d{3}$/);
    });
  });

  it('moves and zooms by buttons that the keyboard reaches', async (context) => {
    needs(context, 'chromium');
    await visit('page.html', {}, async ({ page, complaints }) => {
      const figure = page.locator('figure[data-name=forecast]');
      await figure.scrollIntoViewIfNeeded();
      await figure.locator('.live:not(.pending) svg').waitFor();
      const labels = () => figure.locator('.role-axis-label').first().textContent();
      const before = await labels();
      await figure.getByRole('button', { name: 'Zoom in' }).focus();
      await page.keyboard.press('Enter');
      await expect.poll(labels).not.toBe(before);
      await figure.getByRole('button', { name: 'Show all' }).press('Enter');
      await expect.poll(labels).toBe(before);
      expect(complaints).toEqual([]);
    });
  });

  it('saves specification, SVG and PNG', async (context) => {
    needs(context, 'chromium');
    await visit('page.html', { acceptDownloads: true }, async ({ page }) => {
      const figure = page.locator('figure[data-name=forecast]');
      await figure.scrollIntoViewIfNeeded();
      await figure.locator('.live:not(.pending) svg').waitFor();
      const starts = { 'Vega-Lite JSON': '{"$schema"', SVG: '<svg', PNG: '\x89PNG' };
      const endings: string[] = [];
      for (const [name, start] of Object.entries(starts)) {
        const saved = page.waitForEvent('download');
        await figure.locator('.save').getByText(name, { exact: true }).click();
        const download = await saved;
        endings.push(download.suggestedFilename());
        expect(
          readFileSync(await download.path())
            .toString('latin1')
            .slice(0, start.length),
        ).toBe(start);
      }
      expect(endings).toEqual(['forecast.vl.json', 'forecast.svg', 'forecast.png']);
    });
  });

  it('shows still images where scripts are off', async (context) => {
    needs(context, 'chromium');
    await visit('page.html', { javaScriptEnabled: false }, async ({ page, complaints }) => {
      for (const image of await page.locator('.plot img').all()) {
        await image.scrollIntoViewIfNeeded();
        expect(await image.isVisible()).toBe(true);
      }
      expect(await page.locator('.tools:visible').count()).toBe(0);
      await page.screenshot({ path: join(pictures, 'page-no-script.png'), fullPage: true });
      expect(complaints).toEqual([]);
    });
  });

  it('keeps hostile names texts, in the page, in charts and in tooltips', async (context) => {
    needs(context, 'chromium');
    const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script>'"\u2028`;
    const forecasters = [hostile, 'image', 'title', '__proto__', 'constructor'];
    const spec = forecastChart(
      {
        title: hostile,
        panels: [
          {
            name: hostile,
            unit: hostile,
            history: births(0, 20),
            forecasts: forecasters.map((forecaster) => ({ forecaster, points: birthsForecast(20, 10) })),
          },
        ],
      },
      { layout: 'overlay' },
    );
    const chart = { kind: 'chart' as const, name: 'hostile', spec };
    writeFileSync(
      join(folder, 'hostile.html'),
      await renderPage({ title: hostile, sections: [{ title: hostile, blocks: [chart] }] }),
    );
    await visit('hostile.html', {}, async ({ page, complaints, requests }) => {
      const cells = await readingAt(page, page.locator('.live'), 0.9);
      expect(cells.map(([label]) => label.trim())).toEqual(
        expect.arrayContaining(forecasters.map((name) => name.trim())),
      );
      expect(await page.locator('img[src=x]').count()).toBe(0);
      expect(await page.locator('#vg-tooltip-element img').count()).toBe(0);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
    });
  });
});
