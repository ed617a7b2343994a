/** A server on 127.0.0.1 whose answers a test writes, and that remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface FileServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
}

/** Gives the n-th request the n-th answer, and every later one the last. Closed when the test is over. */
export async function serve(...answers: readonly Answer[]): Promise<FileServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${portOf(address)}`, requests };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

export interface FileOptions {
  readonly etag?: string;
  readonly lastModified?: string;
  /** Bytes after which the connection is cut. Default: none. */
  readonly cutAfter?: number;
}

/** A file from a server that knows ranges and validators. */
export function file(content: Uint8Array, { etag, lastModified, cutAfter }: FileOptions = {}): Answer {
  return (request, response) => {
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const condition = request.headers['if-range'];
    const isCurrent = condition === undefined || condition === etag || condition === lastModified;
    const from = asked !== undefined && isCurrent ? Number(asked) : 0;
    if (etag !== undefined) response.setHeader('ETag', etag);
    if (lastModified !== undefined) response.setHeader('Last-Modified', lastModified);
    if (from > 0 && from >= content.length) {
      response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
      return;
    }
    if (from > 0) {
      response.writeHead(206, {
        'Content-Range': `bytes ${from}-${content.length - 1}/${content.length}`,
        'Content-Length': content.length - from,
      });
    } else {
      response.writeHead(200, { 'Content-Length': content.length });
    }
    send(response, content.subarray(from), cutAfter);
  };
}

/** A file from a server that has never heard of ranges. */
export function wholeFile(content: Uint8Array, cutAfter?: number): Answer {
  return (_, response) => {
    response.writeHead(200, { 'Content-Length': content.length });
    send(response, content, cutAfter);
  };
}

export function status(code: number): Answer {
  return (_, response) => {
    response.writeHead(code).end('an error page');
  };
}

/** Accepts the request and never says a word. */
export const silence: Answer = () => undefined;

function send(response: ServerResponse, content: Uint8Array, cutAfter: number | undefined): void {
  if (cutAfter === undefined) response.end(content);
  else response.write(content.subarray(0, cutAfter), () => response.socket?.destroySoon());
}
