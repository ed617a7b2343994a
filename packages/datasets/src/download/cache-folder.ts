/** Where downloaded files are kept, by the habits of each platform. Creates nothing. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * `TESSERA_CACHE` where it is set; else `tessera` in the cache folder of the user: `XDG_CACHE_HOME` or `~/.cache`, on macOS
 * `~/Library/Caches`, on Windows `%LOCALAPPDATA%`.
 *
 * Source: XDG Base Directory Specification 0.8, by which a relative `XDG_CACHE_HOME` is ignored.
 */
export function defaultCacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const { TESSERA_CACHE: own, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (own !== undefined && own !== '') return resolve(own);
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'tessera');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'tessera');
  if (platform === 'win32') return join(local ?? join(home, 'AppData', 'Local'), 'tessera');
  return join(home, '.cache', 'tessera');
}
