/**
 * A chart of a page: a still image, which stays where scripts are off or fail, the specification as a download, and the
 * tools that the page’s script brings to life. Title and subtitle are taken out of the picture into the caption, where
 * they wrap and can be read aloud.
 */
import type { TopLevelSpec } from 'vega-lite';
import { type RenderOptions, renderSvg } from '../render-chart.js';
import { dataLink, fileName } from './data-link.js';
import { type Html, html } from './html.js';
import type { ChartBlock } from './page-data.js';

/** @throws TesseraError CHART_FAILED */
export async function chartBlock({ spec, name }: ChartBlock, options: RenderOptions): Promise<Html> {
  const { title, subtitle } = captionOf(spec);
  const untitled = structuredClone(spec);
  delete untitled.title;
  const svg = await renderSvg(untitled, options);
  const size = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg);
  const [width, height] = size === null ? ['', ''] : [size[1], size[2]];
  const file = fileName(name);
  const still = dataLink('image/svg+xml', svg);
  const caption =
    title === '' && subtitle === ''
      ? html``
      : html`<figcaption>${line('title', title)}${line('subtitle', subtitle)}</figcaption>
`;
  return html`<figure class="chart" data-name="${file}">
${caption}<div class="plot"><img src="${still}" alt="${textOf(spec.description, title)}" width="${width}" height="${height}"></div>
<div class="tools" lang="en" hidden>${zoomButtons}<span class="hint">Drag to move, Ctrl and wheel to zoom.</span></div>
<p class="save" lang="en"><span>Save as</span><button value="png" type="button" hidden>PNG</button><a download="${file}.svg" href="${still}">SVG</a><a class="spec" download="${file}.vl.json" href="${dataLink('application/json', JSON.stringify(spec))}">Vega-Lite JSON</a></p>
</figure>
`;
}

/** What the buttons do is in the page’s script, by their values. */
const zoomButtons = [
  ['earlier', '◀', 'Move earlier'],
  ['later', '▶', 'Move later'],
  ['closer', '+', 'Zoom in'],
  ['wider', '−', 'Zoom out'],
  ['reset', '⟲', 'Show all'],
].map(
  ([value, sign, label]) =>
    html`<button type="button" value="${value}" aria-label="${label}" title="${label}">${sign}</button>`,
);

function line(className: string, text: string): Html {
  return text === '' ? html`` : html`<span class="${className}">${text}</span>`;
}

/** The title as text: a string, lines, or an object with either of them and a subtitle. */
function captionOf({ title }: TopLevelSpec): { readonly title: string; readonly subtitle: string } {
  if (typeof title !== 'object' || title === null || Array.isArray(title)) {
    return { title: textOf(title, ''), subtitle: '' };
  }
  return {
    title: textOf(Reflect.get(title, 'text'), ''),
    subtitle: textOf(Reflect.get(title, 'subtitle'), ''),
  };
}

function textOf(text: unknown, otherwise: string): string {
  if (typeof text === 'string') return text;
  return Array.isArray(text) ? text.filter((part) => typeof part === 'string').join(' ') : otherwise;
}
