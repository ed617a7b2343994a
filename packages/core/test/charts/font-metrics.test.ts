import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { charactersMissing, fontFiles, textWidth, wrapText } from '../../src/charts/font-metrics.js';

/** Width by the renderer: the text between two bars, less the bars alone. */
function drawnWidth(text: string, size: number, weight: 'regular' | 'bold'): number {
  const extent = (content: string) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="20000" height="2000"><text x="10" y="1000"
      font-family="DejaVu Sans Condensed" font-size="${size}" font-weight="${weight === 'bold' ? 700 : 400}"
      style="white-space:pre;font-kerning:none">|${content}|</text></svg>`;
    const font = { loadSystemFonts: false, fontFiles: Object.values(fontFiles) };
    return new Resvg(svg, { font }).innerBBox()?.width ?? Number.NaN;
  };
  return extent(text) - extent('');
}

describe('textWidth', () => {
  it.each(['0', 'births per day', '11,500', 'äöü€', 'WWWW', '–'])(
    'agrees with the renderer on "%s"',
    (text) => {
      for (const weight of ['regular', 'bold'] as const) {
        // The renderer's extents are whole pixels, two of which are subtracted.
        expect(Math.abs(textWidth(text, 1000, weight) - drawnWidth(text, 1000, weight))).toBeLessThan(2);
      }
    },
  );

  it('grows with the font size and is zero for nothing', () => {
    expect(textWidth('abc', 20)).toBeCloseTo(2 * textWidth('abc', 10), 10);
    expect(textWidth('', 20)).toBe(0);
  });
});

describe('charactersMissing', () => {
  it('names what the font cannot draw, each once', () => {
    expect(charactersMissing('Geburten in 日本, 日 é\n😀')).toEqual(['日', '本', '😀']);
  });
});

describe('wrapText', () => {
  it('breaks between words where a line would be too wide', () => {
    const lines = wrapText('one two three four five', 60, 12);
    expect(lines.join(' ')).toBe('one two three four five');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(60);
  });

  it('leaves a word alone that is wider than the line', () => {
    expect(wrapText('a Donaudampfschifffahrtsgesellschaft b', 40, 12)).toEqual([
      'a',
      'Donaudampfschifffahrtsgesellschaft',
      'b',
    ]);
  });

  it('has no lines for no text', () => {
    expect(wrapText('  ', 40, 12)).toEqual([]);
  });
});
