import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadFile } from '../../src/download/download-file.js';
import type { DownloadOptions } from '../../src/download/download-options.js';
import { temporaryFolder } from '../temporary-folder.js';
import { content, half, sha256, start } from './attempts.js';
import { file, serve, status } from './file-server.js';

describe('several callers', () => {
  it('of the same file share one download, and each hears of it', async () => {
    const { url, requests } = await serve(file(content));
    const cacheFolder = await temporaryFolder();
    const heard = [0, 0, 0];
    const all = heard.map((_, i) =>
      downloadFile({ url, sha256, cacheFolder, onProgress: ({ done }) => (heard[i] = done) }),
    );
    const paths = new Set((await Promise.all(all)).map(({ path }) => path));
    expect(paths.size).toBe(1);
    expect(requests).toHaveLength(1);
    expect(heard).toEqual([content.length, content.length, content.length]);
  });

  it('may leave alone; the last one stops the download and keeps what has arrived', async () => {
    const { url, requests } = await serve(
      (_, response) => {
        response.writeHead(200, { 'Content-Length': content.length, ETag: '"v1"' });
        response.write(content.subarray(0, half));
      },
      file(content, { etag: '"v1"' }),
    );
    const cacheFolder = await temporaryFolder();
    const one = new AbortController();
    const two = new AbortController();
    let tellArrival: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => {
      tellArrival = resolve;
    });
    const first = downloadFile({
      url,
      sha256,
      cacheFolder,
      signal: one.signal,
      onProgress: ({ done }) => (done > 0 ? tellArrival() : undefined),
    });
    const second = downloadFile({ url, sha256, cacheFolder, signal: two.signal });
    await arrival;
    one.abort();
    await expect(first).rejects.toMatchObject({ code: 'OPERATION_ABORTED', argument: `download of ${url}/` });
    expect(requests[0].socket.destroyed).toBe(false);
    two.abort();
    await expect(second).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    await expect.poll(() => requests[0].socket.destroyed).toBe(true);
    const { continuedFrom } = await downloadFile({ url, sha256, cacheFolder });
    expect(continuedFrom).toBeGreaterThan(0);
  });

  it('do not begin where the signal has fired before', async () => {
    const { url, requests } = await serve(file(content));
    const { result } = await start({ url, signal: AbortSignal.abort() });
    await expect(result).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    expect(requests).toHaveLength(0);
  });

  it('may stop while they wait for the next attempt', async () => {
    const { url, requests } = await serve(status(500));
    const controller = new AbortController();
    const { result } = await start({
      url,
      retryDelay: 60_000,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(result).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    expect(requests).toHaveLength(1);
  });

  it('wait for another process that holds the lock', async () => {
    const { url, requests } = await serve(file(content));
    const cacheFolder = await temporaryFolder({ [`${sha256}/file.lock`]: 'another process' });
    const { result, events } = await start({ url, cacheFolder });
    await expect.poll(() => events).toEqual(['file: waits for another process that downloads the same file']);
    // The other process finishes: the file first, then its lock.
    await writeFile(join(cacheFolder, sha256, 'file'), content);
    await rm(join(cacheFolder, sha256, 'file.lock'));
    expect((await result).attempts).toBe(0);
    expect(requests).toHaveLength(0);
  });
});

describe('the name in the cache', () => {
  it.each([
    ['/..%2f..%2f..%2fetc%2fpasswd', '_2f.._2f.._2fetc_2fpasswd'],
    ['/a/%2e%2e/', 'file'],
    ['/data/.hidden', 'hidden'],
    ['/data/räum lich.csv', 'r_C3_A4um_20lich.csv'],
    ['/a\\..\\b.csv', 'b.csv'],
    ['/', 'file'],
    ['/...', 'file'],
    [`/${'x'.repeat(300)}.csv`, `${'x'.repeat(96)}.csv`],
  ])('is made harmless: %s', async (path, name) => {
    const { url } = await serve(file(content));
    const { result, cacheFolder } = await start({ url: `${url}${path}` });
    const landed = (await result).path;
    expect(dirname(landed)).toBe(join(cacheFolder, sha256));
    expect(basename(landed)).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/);
    expect(basename(landed)).toBe(name);
  });

  it('may be given', async () => {
    const { url } = await serve(file(content));
    const { path } = await (await start({ url: `${url}/download?id=5`, fileName: 'ETTh1.csv' })).result;
    expect(basename(path)).toBe('ETTh1.csv');
  });
});

describe('options that are none', () => {
  const good = { url: 'https://example.org/a', sha256 };
  it.each<[string, Partial<DownloadOptions>, string]>([
    [
      'a file URL',
      { url: 'file:///etc/passwd' },
      'url: expected an http or https URL without user name and password',
    ],
    ['no URL', { url: 'example.org' }, 'url: expected an http or https URL'],
    [
      'a URL with a password',
      { url: 'https://a:b@example.org/' },
      'url: expected an http or https URL without user',
    ],
    ['a short checksum', { sha256: 'abc' }, 'sha256: expected 64 hexadecimal digits, found "abc"'],
    ['a name that climbs', { fileName: '../x' }, 'fileName: expected a name of letters'],
    ['a hidden name', { fileName: '.x' }, 'fileName: expected a name of letters'],
    ['a negative length', { bytes: -1 }, 'bytes: expected a whole number of bytes, found -1'],
    ['half a retry', { retries: 0.5 }, 'retries: expected a whole number, found 0.5'],
    ['no limit', { idleTimeout: 0 }, 'idleTimeout: expected milliseconds, found 0'],
  ])('are refused: %s', async (_, change, message) => {
    await expect(downloadFile({ ...good, ...change })).rejects.toThrow(
      `OPTIONS_INVALID: downloadFile options.${message}`,
    );
  });
});

describe('a cache folder', () => {
  it('that cannot be made is an error that says what to set', async () => {
    const folder = await temporaryFolder({ taken: 'a file' });
    const { result } = await start({
      url: 'http://127.0.0.1:1/a',
      cacheFolder: join(folder, 'taken', 'cache'),
    });
    await expect(result).rejects.toThrow(
      /FILE_UNWRITABLE: .*cache: expected a cache folder that can be written, found .*\. Set TESSERA_CACHE or the option cacheFolder to such a folder\./,
    );
  });
});
