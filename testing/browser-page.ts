/** A written page as a reader meets it, in a real browser: what it says, what it asks for, and whether its charts come to life. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { chromiumPath } from './requirement.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A browser that asks nothing of any network; undefined where there is none on this machine. */
export async function openBrowser(): Promise<Browser | undefined> {
  if (chromiumPath === undefined) return undefined;
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Visit {
  readonly page: Page;
  /** Messages on the console, dialogs and errors of scripts. */
  readonly complaints: string[];
  /** Addresses asked for beside the page itself. */
  readonly requests: string[];
}

/** Opens the page of a file, lets `look` look at it, and closes it again. */
export async function visitFile(
  browser: Browser | undefined,
  path: string,
  options: BrowserContextOptions,
  look: (visit: Visit) => Promise<void>,
): Promise<void> {
  if (browser === undefined) throw new Error('the browser is not open');
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  try {
    const page = await context.newPage();
    const address = pathToFileURL(path).href;
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && request.url() !== address) requests.push(request.url());
    });
    await page.goto(address);
    await look({ page, complaints, requests });
  } finally {
    await context.close();
  }
}

/** Scrolls to every chart until it has come to life, and says how many there are. */
export async function wakeCharts(page: Page): Promise<number> {
  const figures = await page.locator('figure.chart').all();
  for (const figure of figures) {
    await figure.scrollIntoViewIfNeeded();
    await figure.locator('.live:not(.pending) svg').waitFor();
  }
  await page.evaluate('window.scrollTo(0, 0)');
  return figures.length;
}

/** What axe finds that keeps a reader out. */
export async function seriousIssues(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations }: { violations: { impact: string; id: string; nodes: { html: string }[] }[] } =
    await page.evaluate('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}
