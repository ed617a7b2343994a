import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextInterner } from '../../src/io/cells/text-interner.js';

describe('TextInterner', () => {
  it('gives the same text as decoding, for repeated, colliding, long and foreign texts', () => {
    const interner = new TextInterner();
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'grapheme' }),
            fc.nat(20_000).map((i) => `id_${i}`),
            fc.string({ minLength: 60, maxLength: 70 }),
          ),
        ),
        (texts) => {
          for (const text of [...texts, ...texts]) {
            const bytes = Buffer.from(`"${text}"`);
            expect(interner.read(bytes, 1, bytes.length - 1)).toBe(text);
          }
        },
      ),
    );
    for (let i = 0; i < 20_000; i++) {
      const bytes = Buffer.from(`id_${i}`);
      expect(interner.read(bytes, 0, bytes.length)).toBe(`id_${i}`);
    }
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => new TextInterner().read(Buffer.from([0x4d, 0xfc, 0x6c]), 0, 3)).toThrow(TypeError);
  });
});
