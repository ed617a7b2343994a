/**
 * How wide a text will be, read from the same font files that draw it, so that charts are laid out alike on every
 * machine: Vega measures with a browser's canvas and guesses where there is none. Reads the tables `head`, `hhea`,
 * `hmtx` and `cmap` (format 4) of a TrueType file; knows no kerning, ligatures or characters outside the basic plane.
 *
 * Source: OpenType specification 1.9, chapters of the tables named.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { invariant } from '../errors/invariant.js';

const packagesOf = createRequire(import.meta.url);

/** DejaVu Sans Condensed: wide coverage, free licence, and about as wide as the sans serif fonts of browsers. */
export const fontFiles = {
  regular: packagesOf.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  bold: packagesOf.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
} as const;

export type FontWeight = keyof typeof fontFiles;

interface FontMetrics {
  readonly unitsPerEm: number;
  /** Advance of the character with that code, in font units; undefined where the font lacks it. */
  advance(code: number): number | undefined;
  /** Advance of the box drawn for a missing character. */
  readonly missing: number;
}

const read: Partial<Record<FontWeight, FontMetrics>> = {};

function metricsOf(weight: FontWeight): FontMetrics {
  const known = read[weight];
  if (known !== undefined) return known;
  const metrics = parseFont(readFileSync(fontFiles[weight]));
  read[weight] = metrics;
  return metrics;
}

/** Width of one line of text in pixels. */
export function textWidth(text: string, fontSize: number, weight: FontWeight = 'regular'): number {
  const metrics = metricsOf(weight);
  let units = 0;
  for (const character of text) {
    units += metrics.advance(character.codePointAt(0) ?? 0) ?? metrics.missing;
  }
  return (units * fontSize) / metrics.unitsPerEm;
}

/** The distinct characters that the font cannot draw, in order of appearance. */
export function charactersMissing(text: string): string[] {
  const metrics = metricsOf('regular');
  const missing = new Set<string>();
  for (const character of text) {
    if (/\s|\p{Cc}|\p{Cf}/u.test(character)) continue;
    if (metrics.advance(character.codePointAt(0) ?? 0) === undefined) missing.add(character);
  }
  return [...missing];
}

/** Lines no wider than `width` where words allow it; a longer word stands alone. */
export function wrapText(
  text: string,
  width: number,
  fontSize: number,
  weight: FontWeight = 'regular',
): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, fontSize, weight) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}

function parseFont(file: Buffer): FontMetrics {
  const tables = new Map<string, number>();
  for (let i = 0; i < file.readUInt16BE(4); i++) {
    const record = 12 + 16 * i;
    tables.set(file.toString('latin1', record, record + 4), file.readUInt32BE(record + 8));
  }
  const table = (name: string): number => {
    const offset = tables.get(name);
    invariant(offset !== undefined, `the font has a table ${name}`);
    return offset;
  };
  const unitsPerEm = file.readUInt16BE(table('head') + 18);
  const advances = file.readUInt16BE(table('hhea') + 34);
  const glyphOf = characterMap(file, table('cmap'));
  const advanceOf = (glyph: number): number =>
    file.readUInt16BE(table('hmtx') + 4 * Math.min(glyph, advances - 1));
  const known = new Map<number, number | undefined>();
  return {
    unitsPerEm,
    missing: advanceOf(0),
    advance: (code) => {
      if (known.has(code)) return known.get(code);
      const glyph = glyphOf(code);
      const advance = glyph === 0 ? undefined : advanceOf(glyph);
      known.set(code, advance);
      return advance;
    },
  };
}

/** Glyph number by character code, 0 where there is none: the segments of a format 4 table. */
function characterMap(file: Buffer, cmap: number): (code: number) => number {
  let subtable = -1;
  for (let i = 0; i < file.readUInt16BE(cmap + 2); i++) {
    const offset = cmap + file.readUInt32BE(cmap + 4 + 8 * i + 4);
    if (file.readUInt16BE(offset) === 4) subtable = offset;
  }
  invariant(subtable >= 0, 'the font has a character map of format 4');
  const doubled = file.readUInt16BE(subtable + 6);
  const ends = subtable + 14;
  const starts = ends + doubled + 2;
  const deltas = starts + doubled;
  const offsets = deltas + doubled;
  return (code) => {
    if (code > 0xffff) return 0;
    for (let at = 0; at < doubled; at += 2) {
      if (file.readUInt16BE(ends + at) < code) continue;
      const start = file.readUInt16BE(starts + at);
      if (start > code) return 0;
      const delta = file.readUInt16BE(deltas + at);
      const rangeOffset = file.readUInt16BE(offsets + at);
      if (rangeOffset === 0) return (code + delta) & 0xffff;
      const glyph = file.readUInt16BE(offsets + at + rangeOffset + 2 * (code - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
