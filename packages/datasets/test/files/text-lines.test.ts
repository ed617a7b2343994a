import { join } from 'node:path';
import type { Progress } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf, type TextLineOptions } from '../../src/files/text-lines.js';
import { temporaryFolder } from '../temporary-folder.js';

async function lines(content: string | Uint8Array, options?: TextLineOptions): Promise<string[]> {
  const folder = await temporaryFolder({ file: content });
  const found: string[] = [];
  for await (const { text, number } of linesOf(join(folder, 'file'), options)) {
    expect(number).toBe(found.length + 1);
    found.push(text);
  }
  return found;
}

describe('the lines of a file', () => {
  it('end in LF or CRLF, the last one in nothing', async () => {
    expect(await lines('a\r\nb\n\nc')).toEqual(['a', 'b', '', 'c']);
    expect(await lines('a\n')).toEqual(['a']);
    expect(await lines('')).toEqual([]);
  });

  it('are those of split, with any content', async () => {
    const content = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(content, async (parts) => {
        const text = parts.map((part) => part.replaceAll(/[\r\n\uFEFF]/g, '')).join('\n');
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(await lines(text)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('are whole where a piece of the file ends within a line or within a letter', async () => {
    const mebibyte = 1024 * 1024;
    // The two bytes of ä lie on both sides of the first mebibyte.
    const long = `${'x'.repeat(mebibyte - 1)}ä${'y'.repeat(2 * mebibyte)}`;
    expect(await lines(`${long}\nshort`)).toEqual([long, 'short']);
  });

  it('lose the byte order mark', async () => {
    expect(await lines('\uFEFFa\nb')).toEqual(['a', 'b']);
  });

  it('are refused where they are in another encoding, and read where it is named', async () => {
    const latin = Uint8Array.from([0x6f, 0x6b, 0x0a, 0x7a, 0xfc]);
    await expect(lines(latin)).rejects.toThrow(
      /TABLE_MALFORMED: .*file, line 1: expected text in utf-8, found other bytes\. Set the option encoding, for example to windows-1252\./,
    );
    expect(await lines(latin, { encoding: 'windows-1252' })).toEqual(['ok', 'zü']);
  });

  it('are counted in bytes, and stop at a signal', async () => {
    const seen: Progress[] = [];
    await lines('abc\n', { onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([expect.objectContaining({ stage: 'read', done: 4, total: 4, remaining: 0 })]);
    await expect(lines('abc\n', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'OPERATION_ABORTED',
    });
  });

  it('are missed where there is no file', async () => {
    const folder = await temporaryFolder();
    await expect(linesOf(join(folder, 'none')).next()).rejects.toThrow(
      /FILE_UNREADABLE: .*none: expected a file that can be read, found no such file\. Check the path and its permissions\./,
    );
    await expect(linesOf(folder).next()).rejects.toThrow(/FILE_UNREADABLE: .*found a directory/);
  });
});
