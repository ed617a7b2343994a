/**
 * Vega-Lite specifications into still images, without a browser and with the same bytes on every machine: text is
 * measured and drawn with fonts from npm, never with the machine's own. Expressions are interpreted, not compiled, and
 * nothing is loaded: a specification must carry its data. Draws one chart at a time, because Vega keeps its text
 * metrics and its counters of clip paths in one place for the whole process.
 */
import { renderAsync } from '@resvg/resvg-js';
import * as vega from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { TesseraError } from '../errors/tessera-error.js';
import { parseOptions } from '../options/parse-options.js';
import { withFontMetrics } from './font-layout.js';
import { charactersMissing, fontFiles } from './font-metrics.js';
import { stillSpec } from './interaction.js';

export interface RenderOptions {
  /** Receives each warning of Vega-Lite, Vega and the fonts. Default: a Node process warning, printed once. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface RenderPngOptions extends RenderOptions {
  /** Pixels per unit of the specification. Default 2; at most 8. */
  readonly scale?: number | undefined;
}

const pngOptions = z.strictObject({
  scale: z.number('a number').positive('a positive number').max(8, 'a number of at most 8').default(2),
});

/**
 * An SVG document of a chart; its text asks for the viewer's sans serif font.
 *
 * @throws TesseraError CHART_FAILED, with the error of Vega-Lite or Vega as its cause
 */
export async function renderSvg(spec: TopLevelSpec, options: RenderOptions = {}): Promise<string> {
  const { svg, warnings } = await draw(spec);
  surface(warnings, options.onWarning);
  return svg;
}

/**
 * A PNG file of a chart, drawn in DejaVu Sans Condensed.
 *
 * @throws TesseraError CHART_FAILED, with the error of Vega-Lite, Vega or resvg as its cause; OPTIONS_INVALID
 */
export async function renderPng(spec: TopLevelSpec, options: RenderPngOptions = {}): Promise<Uint8Array> {
  const { scale } = parseOptions(pngOptions, { scale: options.scale }, 'renderPng');
  const { svg, warnings, texts } = await draw(spec);
  const missing = charactersMissing([...texts].join(''));
  if (missing.length > 0) {
    warnings.push(`the chart font lacks ${missing.slice(0, 10).join(' ')}: they are drawn as boxes`);
  }
  surface(warnings, options.onWarning);
  try {
    const family = 'DejaVu Sans Condensed';
    const image = await renderAsync(svg, {
      fitTo: { mode: 'zoom', value: scale },
      font: {
        loadSystemFonts: false,
        fontFiles: Object.values(fontFiles),
        defaultFontFamily: family,
        sansSerifFamily: family,
        serifFamily: family,
        monospaceFamily: family,
      },
    });
    return new Uint8Array(image.asPng());
  } catch (cause) {
    throw chartFailed('an image that resvg can draw', cause);
  }
}

interface Drawing {
  readonly svg: string;
  readonly warnings: string[];
  /** Every text that was laid out. */
  readonly texts: ReadonlySet<string>;
}

let queue: Promise<unknown> = Promise.resolve();

/** Draws when every earlier drawing is done. */
function draw(spec: TopLevelSpec): Promise<Drawing> {
  const drawing = queue.then(() => drawAlone(spec));
  queue = drawing.catch(() => undefined);
  return drawing;
}

async function drawAlone(spec: TopLevelSpec): Promise<Drawing> {
  const log = chartLog();
  const texts = new Set<string>();
  try {
    const { spec: compiled } = compile(stillSpec(spec), { logger: log.logger });
    const runtime = vega.parse(compiled, {}, { ast: true });
    const loader = refusingLoader(log);
    const view = new vega.View(runtime, {
      renderer: 'none',
      expr: expressionInterpreter,
      logger: log.logger,
      loader,
    });
    try {
      const svg = await withFontMetrics(texts, async () => {
        vega.resetSVGDefIds();
        return await view.toSVG();
      });
      if (log.failures.length > 0) throw log.failures[0];
      return { svg: roundPaths(svg), warnings: log.warnings, texts };
    } finally {
      view.finalize();
    }
  } catch (cause) {
    throw chartFailed('a Vega-Lite specification that can be drawn', cause);
  }
}

function chartFailed(expected: string, cause: unknown): TesseraError {
  if (TesseraError.is(cause)) return cause;
  return new TesseraError({
    code: 'CHART_FAILED',
    argument: 'chart',
    expected,
    found: cause instanceof Error ? cause.message : String(cause),
    wayOut: 'Correct the specification; the cause says where it broke',
    cause,
  });
}

function surface(warnings: readonly string[], onWarning: RenderOptions['onWarning']): void {
  for (const warning of warnings) {
    if (onWarning === undefined) process.emitWarning(warning, 'ChartWarning');
    else onWarning(warning);
  }
}

/** Coordinates to a hundredth of a pixel; further digits make files larger and pictures no different. */
function roundPaths(svg: string): string {
  return svg.replace(/<(?:path|g|text|line|rect)\b[^>]*>/g, (tag) =>
    tag.replace(/ (?:d|transform|x2|y2|width|height)="[^"]*"/g, (attribute) =>
      attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) =>
        String(Math.round(Number(number) * 100) / 100),
      ),
    ),
  );
}

interface ChartLog {
  readonly logger: vega.LoggerInterface;
  readonly warnings: string[];
  readonly failures: unknown[];
}

/** Keeps what Vega and Vega-Lite would print: both log some errors where they might throw them. */
function chartLog(): ChartLog {
  const warnings: string[] = [];
  const failures: unknown[] = [];
  function level(): number;
  function level(level: number): vega.LoggerInterface;
  function level(level?: number): number | vega.LoggerInterface {
    return level === undefined ? vega.Warn : logger;
  }
  // Vega calls these without their object.
  const logger: vega.LoggerInterface = {
    level,
    error: (...found) => {
      failures.push(found[0]);
      return logger;
    },
    warn: (...found) => {
      const warning = found.map(String).join(' ');
      // A still image has no window to listen to, and needs none.
      if (!warning.startsWith('Can not resolve event source')) warnings.push(warning);
      return logger;
    },
    info: () => logger,
    debug: () => logger,
  };
  return { logger, warnings, failures };
}

/** Loads nothing: a specification from outside must not read files or call servers. */
function refusingLoader(log: ChartLog): vega.Loader {
  const refuse = (uri: string): void => {
    log.failures.push(new Error(`the chart asks for ${JSON.stringify(uri)}, and charts load nothing`));
  };
  const load = async (uri: string): Promise<string> => {
    refuse(uri);
    throw new Error('charts load nothing');
  };
  const sanitize = async (uri: string): Promise<{ href: string }> => {
    refuse(uri);
    return { href: '' };
  };
  return { load, http: load, file: load, sanitize };
}
