/** What a download needs to know, checked before anything touches disk or network. */
import { basename } from 'node:path';
import { type LongWorkOptions, parseOptions } from '@tessera/core';
import { z } from 'zod';
import { defaultCacheFolder } from './cache-folder.js';

export interface DownloadOptions extends LongWorkOptions {
  /** http or https, without user name and password. */
  readonly url: string | URL;
  /** SHA-256 of the file, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Length of the file; a server that offers another one is refused at once. Default: not checked. */
  readonly bytes?: number | undefined;
  /** Name in the cache: letters, digits, `.`, `_`, `-`. Default: the last part of the URL’s path, made so. */
  readonly fileName?: string | undefined;
  /** Default: `TESSERA_CACHE`, else the cache folder of the platform. */
  readonly cacheFolder?: string | undefined;
  /** Attempts after the first, where the failure may pass. Default 3. */
  readonly retries?: number | undefined;
  /** Milliseconds before the first of them; doubles each time. Default 1000. */
  readonly retryDelay?: number | undefined;
  /** Milliseconds without a byte after which an attempt has failed. Default 30,000. */
  readonly idleTimeout?: number | undefined;
}

const longestName = 100;
const urlMessage = 'an http or https URL without user name and password';
const nameMessage = 'a name of letters, digits, dots, underscores and hyphens that does not begin with a dot';

const schema = z.strictObject({
  url: z
    .union([z.string(), z.instanceof(URL)], urlMessage)
    .refine((url) => isPlainHttp(url), urlMessage)
    .transform((url) => new URL(url)),
  sha256: z
    .string('64 hexadecimal digits')
    .regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits')
    .transform((text) => text.toLowerCase()),
  bytes: z.int('a whole number of bytes').min(0, 'a whole number of bytes').optional(),
  fileName: z
    .string(nameMessage)
    .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/, nameMessage)
    .max(longestName, `at most ${longestName} characters`)
    .optional(),
  cacheFolder: z.string().min(1, 'the path of a folder').optional(),
  retries: z.int('a whole number').min(0, '0 or more').default(3),
  retryDelay: z.number().min(0, 'milliseconds').default(1000),
  idleTimeout: z.number().min(1, 'milliseconds').default(30_000),
  onProgress: z.custom<LongWorkOptions['onProgress']>().optional(),
  signal: z.custom<LongWorkOptions['signal']>().optional(),
});

/** @throws TesseraError OPTIONS_INVALID */
export function resolveDownloadOptions(options: DownloadOptions) {
  const { fileName, cacheFolder, ...resolved } = parseOptions(schema, options, 'downloadFile');
  return {
    ...resolved,
    fileName: fileName ?? safeName(resolved.url),
    cacheFolder: cacheFolder ?? defaultCacheFolder(),
  };
}

export type ResolvedDownloadOptions = ReturnType<typeof resolveDownloadOptions>;

/** The URL as it may stand in a message: a query may hold secrets. */
export function printableUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}

function isPlainHttp(given: string | URL): boolean {
  if (!URL.canParse(String(given))) return false;
  const { protocol, username, password } = new URL(given);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}

/** The last part of the path without anything that a file system reads as more than a name. */
function safeName({ pathname }: URL): string {
  const safe = basename(pathname)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+/, '')
    .slice(-longestName);
  return safe === '' ? 'file' : safe;
}
