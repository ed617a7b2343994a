import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { forecastChart, type PageBlock, renderPage } from '../../src/charts/index.js';
import { births, birthsForecast } from './births.js';
import { examplePage } from './example-page.js';

/** The example page, drawn once for all tests that only read it. */
const example = renderPage(examplePage);
const page = (...blocks: PageBlock[]) => renderPage({ title: 'T', sections: [{ title: 'S', blocks }] });
const hash = (text: string) => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/** The part of a page without scripts and styles. */
const bodyOf = (text: string) => text.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '');
const scriptsOf = (text: string) =>
  [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1]);

function policyOf(text: string): Map<string, string> {
  const content = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? '';
  const decoded = content.replaceAll('&#39;', "'");
  return new Map(decoded.split('; ').map((part) => [part.split(' ')[0], part.slice(part.indexOf(' ') + 1)]));
}

describe('renderPage', () => {
  it('allows its own scripts and styles by their hashes and nothing else', async () => {
    const text = await example;
    const policy = policyOf(text);
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('script-src')).toBe(scriptsOf(text).map(hash).join(' '));
    expect(policy.get('style-src')).toBe(hash(/<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? ''));
    expect(policy.get('img-src')).toBe('data: blob:');
    expect(policy.get('base-uri')).toBe("'none'");
    expect(policy.get('form-action')).toBe("'none'");
    expect([...policy.values()].join(' ')).not.toContain('unsafe');
    expect(scriptsOf(text)).toHaveLength(4);
    expect(bodyOf(text)).not.toMatch(/ style=| on\w+=/);
  });

  it('names no address that a browser would load', async () => {
    const body = bodyOf(await example);
    const addresses = [...body.matchAll(/(?:src|href)="([^"]{0,20})/g)].map((match) => match[1]);
    expect(addresses.length).toBeGreaterThan(10);
    for (const address of addresses) expect(address).toMatch(/^(#|data:)/);
  });

  it('gives the same bytes for the same data and does not change it', async () => {
    const before = structuredClone(examplePage);
    expect(await renderPage(examplePage)).toBe(await example);
    expect(examplePage).toEqual(before);
  });

  it('needs no script where there is no chart', async () => {
    const text = await page({ kind: 'text', text: 'words' });
    expect(scriptsOf(text)).toEqual([]);
    expect(policyOf(text).get('script-src')).toBe("'none'");
    expect(text.length).toBeLessThan(20_000);
  });

  it('stays of a size that can be mailed', async () => {
    expect((await example).length).toBeLessThan(1_500_000);
  });

  it('puts headings in order, each with an anchor that the contents name', async () => {
    const body = bodyOf(await example);
    const levels = [...body.matchAll(/<h([1-6])/g)].map((match) => Number(match[1]));
    expect(levels).toEqual([1, 2, 2, 2, 3, 2, 2]);
    const anchors = [...body.matchAll(/<li><a href="#([^"]+)"/g)].map((match) => match[1]);
    expect(anchors).toHaveLength(5);
    for (const anchor of anchors) expect(body).toContain(` id="${anchor}">`);
  });

  it('saves each chart as its specification, title and all', async () => {
    const spec = forecastChart({ title: 'Births', panels: [{ history: births(0, 20), forecasts: [] }] });
    const text = await page({ kind: 'chart', name: 'births per day/../x', spec });
    const link = /download="([^"]+)\.vl\.json" href="data:application\/json;base64,([^"]+)"/.exec(text);
    expect(link?.[1]).toBe('births-per-day-..-x');
    expect(JSON.parse(Buffer.from(link?.[2] ?? '', 'base64').toString())).toEqual(
      JSON.parse(JSON.stringify(spec)),
    );
  });

  it('shows a still image with a text alternative before any script runs', async () => {
    const spec = forecastChart({ title: 'Births', panels: [{ history: births(0, 20), forecasts: [] }] });
    const image = /<img src="data:image\/svg\+xml;base64,([^"]+)" alt="([^"]+)"/.exec(
      await page({ kind: 'chart', name: 'c', spec }),
    );
    expect(Buffer.from(image?.[1] ?? '', 'base64').toString()).toMatch(/^<svg/);
    expect(image?.[2]).toBe('Births. One series: 20 steps of history to 1987-01-20.');
  });

  it('aligns number columns by their decimals and writes a dash for what is missing', async () => {
    const text = await page({
      kind: 'table',
      caption: 'Scores',
      columns: [{ title: 'name' }, { title: 'value' }, { title: 'fixed', decimals: 1 }, { title: 'mixed' }],
      rows: [
        ['a', 1.25, 1, 1],
        ['b', 1000, Number.NaN, 'x'],
        ['c', null, { value: 2, strong: true }, { value: 'bad', tone: 'bad' }],
      ],
    });
    const cells = [...text.matchAll(/<td( class="number")?>(.*?)<\/td>/g)].map((match) => [
      match[1] !== undefined,
      match[2],
    ]);
    const dash = '<span class="none" role="img" aria-label="missing">–</span>';
    expect(cells).toEqual([
      [true, '1.25'],
      [true, '1.0'],
      [false, '1'],
      [true, '1,000.00'],
      [true, dash],
      [false, 'x'],
      [true, dash],
      [true, '<span class="strong">2.0</span>'],
      [false, '<span class="badge bad" title="Problem">bad</span>'],
    ]);
  });

  it('writes numbers in the language of the page', async () => {
    const text = await renderPage({
      title: 'Werte',
      language: 'de',
      sections: [
        {
          title: 'S',
          blocks: [
            { kind: 'table', caption: 'c', columns: [{ title: 'x' }, { title: 'y' }], rows: [['a', 1234.5]] },
          ],
        },
      ],
    });
    expect(text).toContain('<html lang="de">');
    expect(text).toContain('1.234,5');
  });

  it('refuses a row of the wrong length, an empty title and a language that is none', async () => {
    await expect(
      page({
        kind: 'table',
        caption: 'Scores',
        columns: [{ title: 'a' }, { title: 'b' }],
        rows: [['only one']],
      }),
    ).rejects.toThrow(
      'CHART_DATA_INVALID: row 0 of table "Scores": expected 2 cells, one per column, found 1. Complete the row.',
    );
    await expect(renderPage({ title: '', sections: [] })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
    await expect(renderPage({ title: 'T', language: '"><x', sections: [] })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
    });
  });

  it('fails where a chart cannot be drawn', async () => {
    const spec = { data: { url: 'https://example.org/x.json' }, mark: 'bar' as const, encoding: {} };
    await expect(page({ kind: 'chart', name: 'c', spec })).rejects.toMatchObject({ code: 'CHART_FAILED' });
  });
});

describe('hostile texts', () => {
  const hostile = `<img src=x onerror="alert(1)"></script><script>alert(2)</script>'"&\u2028<!--`;

  it('stay texts wherever they are put', async () => {
    const spec = forecastChart({
      title: hostile,
      panels: [
        {
          name: hostile,
          unit: hostile,
          history: births(0, 30),
          forecasts: [{ forecaster: hostile, points: birthsForecast(30, 3) }],
        },
      ],
    });
    const text = await renderPage({
      title: hostile,
      lead: hostile,
      sections: [
        {
          title: hostile,
          blocks: [
            { kind: 'text', text: hostile },
            { kind: 'list', items: [hostile] },
            { kind: 'code', text: hostile },
            { kind: 'facts', facts: [{ label: hostile, value: hostile, detail: hostile }] },
            { kind: 'note', tone: 'info', title: hostile, text: hostile },
            {
              kind: 'table',
              caption: hostile,
              columns: [{ title: hostile }],
              rows: [[hostile], [{ value: hostile, tone: 'bad' }]],
            },
            { kind: 'chart', name: hostile, spec },
            { kind: 'downloads', files: [{ name: hostile, mediaType: 'text/plain', content: hostile }] },
          ],
        },
        { title: hostile, blocks: [] },
      ],
    });
    expect(scriptsOf(text)).toHaveLength(4);
    const body = bodyOf(text);
    expect(body).not.toMatch(/<script|<!--|<img src=x/);
    // No tag was opened by a text: every tag is one that the page writes.
    const tags = new Set([...body.matchAll(/<([a-z][a-z0-9]*)/g)].map((match) => match[1]));
    const known =
      'html head meta title link body a div header h1 p nav h2 ul li main section ul pre code dl dt dd span table caption thead tr th tbody td figure figcaption img button';
    expect([...tags].filter((tag) => !known.split(' ').includes(tag))).toEqual([]);
    for (const download of body.matchAll(/download="([^"]*)"/g)) expect(download[1]).not.toMatch(/[<>&"'/]/);
  });
});
