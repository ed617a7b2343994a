/**
 * One self-contained HTML page: texts, tables, charts and downloads, with everything it needs inside. Nothing is loaded
 * and nothing evaluated: a strict Content-Security-Policy allows only the scripts and styles written here. Charts are
 * still images that come alive where scripts run. Holds no state, knows no time of day: the same data gives the same bytes.
 */
import { z } from 'zod';
import { parseOptions } from '../../options/parse-options.js';
import type { RenderOptions } from '../render-chart.js';
import { browserBundles } from './browser-bundles.js';
import { chartBlock } from './chart-block.js';
import { contentSecurityPolicy } from './content-security.js';
import { downloadsBlock } from './data-link.js';
import { Html, html } from './html.js';
import type { PageBlock, PageOptions, PageSection } from './page-data.js';
import { pageScript } from './page-script.js';
import { pageStyle } from './page-style.js';
import { tableBlock } from './table-block.js';
import { toneWords } from './tone-words.js';

/** Headings go from h1, the page’s own, to h4. */
const deepest = 4;

const pageOptions = z.strictObject({
  title: z.string('a title').min(1, 'a title that is not empty'),
  language: z
    .string('a language tag')
    .refine(isLanguage, 'a BCP 47 language tag, e.g. en or de-AT')
    .default('en'),
});

/**
 * A page as one HTML document.
 *
 * @throws TesseraError OPTIONS_INVALID, CHART_FAILED, CHART_DATA_INVALID
 */
export async function renderPage(page: PageOptions, options: RenderOptions = {}): Promise<string> {
  const { title, language } = parseOptions(
    pageOptions,
    { title: page.title, language: page.language },
    'renderPage',
  );
  const charts = hasChart(page.sections);
  const scripts = charts ? [...browserBundles(), pageScript] : [];
  const writer: Writer = { language, options };
  const sections = await inOrder(page.sections, (section, index) =>
    sectionHtml(section, `s${index + 1}`, 2, writer),
  );
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(scripts, [pageStyle])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#main" lang="en">Skip to content</a>
<div class="page">
<header>
<h1>${title}</h1>
${page.lead === undefined ? undefined : html`<p class="lead">${page.lead}</p>`}
</header>
${contents(page.sections)}
<main id="main">
${sections}</main>
</div>
${scripts.map(
  (script) => html`<script>${new Html(script)}</script>
`,
)}</body>
</html>
`.text;
}

interface Writer {
  readonly language: string;
  readonly options: RenderOptions;
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function hasChart(sections: readonly PageSection[]): boolean {
  return sections.some(
    (section) => section.blocks.some(({ kind }) => kind === 'chart') || hasChart(section.sections ?? []),
  );
}

async function inOrder<Item>(
  items: readonly Item[],
  write: (item: Item, index: number) => Promise<Html>,
): Promise<Html[]> {
  const written: Html[] = [];
  for (const [index, item] of items.entries()) written.push(await write(item, index));
  return written;
}

function contents(sections: readonly PageSection[]): Html {
  if (sections.length < 2) return html``;
  const list = (within: readonly PageSection[], prefix: string, depth: number): Html => html`<ul>
${within.map((section, index) => {
  const id = `${prefix}${index + 1}`;
  const inner = section.sections ?? [];
  const below = inner.length === 0 || depth === 2 ? undefined : list(inner, `${id}-`, depth + 1);
  return html`<li><a href="#${id}">${section.title}</a>${below}</li>
`;
})}</ul>`;
  return html`<nav class="contents" aria-labelledby="contents"><h2 id="contents" lang="en">Contents</h2>
${list(sections, 's', 1)}
</nav>`;
}

async function sectionHtml(section: PageSection, id: string, level: number, writer: Writer): Promise<Html> {
  const depth = Math.min(level, deepest);
  const heading = new Html(`h${depth}`);
  const blocks = await inOrder(section.blocks, (block, index) =>
    blockHtml(block, `${id}-b${index + 1}`, writer),
  );
  const inner = await inOrder(section.sections ?? [], (below, index) =>
    sectionHtml(below, `${id}-${index + 1}`, level + 1, writer),
  );
  return html`<section aria-labelledby="${id}">
<${heading} id="${id}">${section.title}</${heading}>
${blocks}${inner}</section>
`;
}

async function blockHtml(block: PageBlock, id: string, { language, options }: Writer): Promise<Html> {
  switch (block.kind) {
    case 'text':
      return html`${paragraphs(block.text)}`;
    case 'list': {
      const items = block.items.map((item) => html`<li>${item}</li>`);
      return block.ordered === true
        ? html`<ol>${items}</ol>
`
        : html`<ul>${items}</ul>
`;
    }
    case 'code':
      return html`<pre tabindex="0"><code>${block.text}</code></pre>
`;
    case 'facts': {
      const facts = block.facts.map(({ label, value, detail }) => {
        const more = detail === undefined ? undefined : html`<dd class="detail">${detail}</dd>`;
        return html`<div><dt>${label}</dt><dd>${value}</dd>${more}</div>`;
      });
      return html`<dl class="facts">${facts}</dl>
`;
    }
    case 'note':
      return html`<div class="note ${block.tone}" role="note"><p class="title"><span>${toneWords[block.tone]}:</span> ${block.title}</p>${paragraphs(block.text ?? '')}</div>
`;
    case 'table':
      return tableBlock(block, id, language);
    case 'chart':
      return await chartBlock(block, options);
    case 'downloads':
      return downloadsBlock(block);
  }
}

function paragraphs(text: string): Html[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map(
      (paragraph) => html`<p>${paragraph}</p>
`,
    );
}
