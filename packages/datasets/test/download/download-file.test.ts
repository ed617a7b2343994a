import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Progress } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { content, filesIn, half, sha256, start } from './attempts.js';
import { file, serve, silence, status, wholeFile } from './file-server.js';

describe('a download', () => {
  it('ends as a whole file at a path made of checksum and name', async () => {
    const { url, requests } = await serve(file(content));
    const { result, events, cacheFolder } = await start({
      url: `${url}/data/ETTh1.csv?token=secret`,
      bytes: content.length,
    });
    const { path, ...facts } = await result;
    expect(facts).toEqual({ bytes: content.length, attempts: 1, continuedFrom: 0 });
    expect(relative(cacheFolder, path)).toBe(join(sha256, 'ETTh1.csv'));
    expect(content.equals(await readFile(path))).toBe(true);
    expect(await filesIn(cacheFolder)).toEqual(['ETTh1.csv']);
    expect(events).toEqual([]);
    expect(requests[0].headers['accept-encoding']).toBe('identity');
    expect(requests[0].headers.range).toBeUndefined();
  });

  it('counts bytes up to the length of the file', async () => {
    const { url } = await serve(file(content));
    const seen: Progress[] = [];
    await (await start({ url, onProgress: (progress) => seen.push(progress) })).result;
    expect(seen[0]).toMatchObject({ stage: 'download', done: 0, total: content.length, detail: 'file' });
    expect(seen.at(-1)).toMatchObject({ done: content.length, total: content.length, remaining: 0 });
    const counts = seen.map(({ done }) => done);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  it('is taken from the cache without network, and checked again', async () => {
    const { url, requests } = await serve(file(content));
    const { result, cacheFolder } = await start({ url });
    const { path } = await result;
    expect(await (await start({ url, cacheFolder })).result).toEqual({
      path,
      bytes: content.length,
      attempts: 0,
      continuedFrom: 0,
    });
    expect(requests).toHaveLength(1);
    // Nobody listens on this port, so the network could not have helped.
    const offline = await start({ url: 'http://127.0.0.1:1/file', cacheFolder });
    expect((await offline.result).path).toBe(path);
  });

  it('of no bytes is a file too', async () => {
    const { url } = await serve(file(new Uint8Array(0)));
    const empty = createHash('sha256').digest('hex');
    expect((await (await start({ url, sha256: empty, bytes: 0 })).result).bytes).toBe(0);
  });
});

describe('a cut connection', () => {
  it.each([
    ['a strong ETag', { etag: '"v1"' }, '"v1"'],
    [
      'a date where the ETag is weak',
      { etag: 'W/"v1"', lastModified: 'Tue, 01 Oct 2024 00:00:00 GMT' },
      'Tue, 01 Oct 2024 00:00:00 GMT',
    ],
    ['nothing where there is no validator', {}, undefined],
  ])('is continued where it stopped, guarded by %s', async (_, validators, ifRange) => {
    const { url, requests } = await serve(
      file(content, { ...validators, cutAfter: half }),
      file(content, validators),
    );
    const { result, events } = await start({ url });
    const { path, attempts, continuedFrom } = await result;
    expect(attempts).toBe(2);
    expect(continuedFrom).toBeGreaterThan(0);
    expect(requests[1].headers.range).toBe(`bytes=${continuedFrom}-`);
    expect(requests[1].headers['if-range']).toBe(ifRange);
    expect(content.equals(await readFile(path))).toBe(true);
    expect(events).toEqual([
      expect.stringMatching(/^file: attempt 2 of 4 in 0 ms, after no answer or a broken connection/),
    ]);
  });

  it('is continued by a later call', async () => {
    const { url, requests } = await serve(
      file(content, { etag: '"v1"', cutAfter: half }),
      file(content, { etag: '"v1"' }),
    );
    const { result, cacheFolder } = await start({ url, retries: 0 });
    await expect(result).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(await filesIn(cacheFolder)).toEqual(['file.part', 'file.part.json']);
    const { continuedFrom, path } = await (await start({ url, cacheFolder })).result;
    expect(continuedFrom).toBeGreaterThan(0);
    expect(requests[1].headers.range).toBe(`bytes=${continuedFrom}-`);
    expect(await filesIn(cacheFolder)).toEqual(['file']);
    expect(content.equals(await readFile(path))).toBe(true);
  });

  it('starts again where the server knows no ranges', async () => {
    const { url, requests } = await serve(wholeFile(content, half), wholeFile(content));
    const { path, attempts, continuedFrom } = await (await start({ url })).result;
    expect([attempts, continuedFrom]).toEqual([2, 0]);
    expect(requests[1].headers.range).toMatch(/^bytes=\d+-$/);
    expect(content.equals(await readFile(path))).toBe(true);
  });

  it('starts again where the file has changed on the server', async () => {
    const old = Buffer.alloc(content.length, 7);
    const { url, requests } = await serve(
      file(old, { etag: '"v1"', cutAfter: half }),
      file(content, { etag: '"v2"' }),
    );
    const { path, continuedFrom } = await (await start({ url })).result;
    expect(requests[1].headers['if-range']).toBe('"v1"');
    expect(continuedFrom).toBe(0);
    expect(content.equals(await readFile(path))).toBe(true);
  });

  it('starts again where a server sends a part of another version in spite of If-Range', async () => {
    const old = Buffer.alloc(content.length, 7);
    const careless = file(content, { etag: '"v2"' });
    const { url } = await serve(
      file(old, { etag: '"v1"', cutAfter: half }),
      (request, response) => {
        delete request.headers['if-range'];
        careless(request, response);
      },
      careless,
    );
    const { result, events } = await start({ url });
    expect((await result).attempts).toBe(3);
    expect(events[1]).toBe('file: attempt 3 of 4 in 0 ms, after a part of another version of the file');
  });

  it('starts again where joined parts have a wrong checksum', async () => {
    const old = Buffer.alloc(content.length, 7);
    const { url } = await serve(file(old, { cutAfter: half }), file(content), file(content));
    const { result, events } = await start({ url });
    const { path, attempts, continuedFrom } = await result;
    expect([attempts, continuedFrom]).toEqual([3, 0]);
    expect(events[1]).toMatch(/^file: attempt 3 of 4 in 0 ms, after the checksum [0-9a-f]{64}$/);
    expect(content.equals(await readFile(path))).toBe(true);
  });

  it('starts again where more has arrived than the server has', async () => {
    const short = content.subarray(0, 1000);
    const { url } = await serve(file(content, { cutAfter: half }), file(short), file(short));
    const { result } = await start({ url, sha256: createHash('sha256').update(short).digest('hex') });
    const { attempts, bytes } = await result;
    expect([attempts, bytes]).toEqual([3, 1000]);
  });

  it('is not continued from bytes that came from another URL', async () => {
    const { url, requests } = await serve(file(content, { cutAfter: half }), file(content));
    const { result, cacheFolder } = await start({ url: `${url}/a/file`, retries: 0 });
    await expect(result).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect((await (await start({ url: `${url}/b/file`, cacheFolder })).result).continuedFrom).toBe(0);
    expect(requests[1].headers.range).toBeUndefined();
  });

  it('is not continued with a damaged note', async () => {
    const { url } = await serve(file(content, { cutAfter: half }), file(content));
    const { result, cacheFolder } = await start({ url, retries: 0 });
    await expect(result).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    await writeFile(join(cacheFolder, sha256, 'file.part.json'), '{"url":');
    expect((await (await start({ url, cacheFolder })).result).continuedFrom).toBe(0);
  });
});

describe('a wrong file', () => {
  const other = Buffer.alloc(2000, 1);
  const found = createHash('sha256').update(other).digest('hex');

  it('is refused by its checksum, and nothing of it stays', async () => {
    const { url, requests } = await serve(file(other));
    const { result, cacheFolder } = await start({ url: `${url}/a.csv` });
    await expect(result).rejects.toThrow(
      `CHECKSUM_MISMATCH: ${url}/a.csv: expected a file with the checksum ${sha256}, found the checksum ${found}. Ask the publisher which file is right; what was received has been deleted.`,
    );
    expect(await filesIn(cacheFolder)).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('is refused by its length before it is received', async () => {
    const { url } = await serve(file(content));
    const { result, cacheFolder } = await start({ url, bytes: 10 });
    await expect(result).rejects.toThrow(
      `expected a file with the checksum ${sha256} and the length 10 bytes, found 3000000 bytes.`,
    );
    expect(await filesIn(cacheFolder)).toEqual([]);
  });

  it('is cut off where it grows beyond the length, though the server promised nothing', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'Transfer-Encoding': 'chunked' });
      response.end(content);
    });
    await expect((await start({ url, bytes: 10 })).result).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
      found: 'more than 10 bytes',
    });
  });

  it('in the cache is moved aside and downloaded again', async () => {
    const { url } = await serve(file(content));
    const { result, cacheFolder } = await start({ url });
    const { path } = await result;
    await writeFile(path, 'something else');
    const again = await start({ url, cacheFolder });
    expect((await again.result).attempts).toBe(1);
    expect(again.events).toEqual([`file: had another checksum in the cache and was moved to ${path}.bad`]);
    expect(await readFile(`${path}.bad`, 'utf8')).toBe('something else');
    expect(content.equals(await readFile(path))).toBe(true);
  });

  it('in the cache is never used where there is no network', async () => {
    const { url } = await serve(file(content));
    const { result, cacheFolder } = await start({ url });
    const { path } = await result;
    await writeFile(path, 'something else');
    const offline = await start({ url: 'http://127.0.0.1:1/file', cacheFolder, retries: 0 });
    await expect(offline.result).rejects.toThrow(
      `; a file with another checksum was there and is now ${path}.bad. Check the connection`,
    );
  });
});

describe('a server that does not give the file', () => {
  it('is asked once where it says 404, and the error says where the file may be put by hand', async () => {
    const { url, requests } = await serve(status(404));
    const { result, cacheFolder } = await start({ url: `${url}/a.csv?token=secret` });
    const path = join(cacheFolder, sha256, 'a.csv');
    await expect(result).rejects.toThrow(
      `DOWNLOAD_FAILED: ${url}/a.csv: expected the file, found status 404, after 1 attempt. Check the connection and try again, or put the file by hand at ${path}; its SHA-256 is ${sha256}.`,
    );
    expect(requests).toHaveLength(1);
    // The folder is there already, so that the file can be put there.
    await writeFile(path, content);
    expect((await (await start({ url: `${url}/a.csv`, cacheFolder })).result).attempts).toBe(0);
  });

  it('is asked again where it says 500, and each time is told', async () => {
    const { url, requests } = await serve(status(500), status(503), file(content));
    const { result, events } = await start({ url });
    expect((await result).attempts).toBe(3);
    expect(events).toEqual([
      'file: attempt 2 of 4 in 0 ms, after status 500',
      'file: attempt 3 of 4 in 0 ms, after status 503',
    ]);
    expect(requests).toHaveLength(3);
  });

  it('is given up after the attempts that were allowed, with growing pauses between them', async () => {
    const { url, requests } = await serve(status(500));
    const { result, events } = await start({ url, retries: 2, retryDelay: 2 });
    await expect(result).rejects.toThrow('found status 500, after 3 attempts.');
    expect(requests).toHaveLength(3);
    expect(events).toEqual([
      'file: attempt 2 of 3 in 2 ms, after status 500',
      'file: attempt 3 of 3 in 4 ms, after status 500',
    ]);
  });

  it('is given up where it never answers', async () => {
    const { url } = await serve(silence);
    const { result } = await start({ url, retries: 1, idleTimeout: 50 });
    await expect(result).rejects.toThrow('found nothing from the server for 50 ms, after 2 attempts.');
  });

  it('is given up where it falls silent within the file', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': content.length });
      response.write(content.subarray(0, 1000));
    });
    const { result } = await start({ url, retries: 0, idleTimeout: 50 });
    await expect(result).rejects.toThrow('found nothing from the server for 50 ms, after 1 attempt.');
  });

  it('may be slower than the limit as long as it goes on', async () => {
    const small = content.subarray(0, 1000);
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': small.length });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(small.subarray(sent, sent + 100));
        sent += 100;
        if (sent < small.length) return;
        clearInterval(timer);
        response.end();
      }, 40);
    });
    const { result } = await start({
      url,
      idleTimeout: 300,
      retries: 0,
      sha256: createHash('sha256').update(small).digest('hex'),
    });
    expect((await result).bytes).toBe(1000);
  });

  it('cannot be reached: the error names the reason and the place', async () => {
    const { result } = await start({ url: 'http://127.0.0.1:1/a.csv', retries: 0 });
    await expect(result).rejects.toThrow(
      /^DOWNLOAD_FAILED: http:\/\/127\.0\.0\.1:1\/a\.csv: expected the file, found no answer or a broken connection \(.+\), after 1 attempt\. .*a\.csv; its SHA-256 is /,
    );
  });

  it('is followed to where it redirects', async () => {
    const { url, requests } = await serve((_, response) => {
      response.writeHead(302, { Location: '/elsewhere' }).end();
    }, file(content));
    expect((await (await start({ url: `${url}/a.csv` })).result).bytes).toBe(content.length);
    expect(requests.map((request) => request.url)).toEqual(['/a.csv', '/elsewhere']);
  });
});
