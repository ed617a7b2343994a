import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultCacheFolder } from '../../src/download/cache-folder.js';

describe('the default cache folder', () => {
  it('is TESSERA_CACHE before all else, made absolute', () => {
    const environment = { TESSERA_CACHE: 'here', XDG_CACHE_HOME: '/xdg' };
    expect(defaultCacheFolder(environment, 'linux', '/home/a')).toBe(resolve('here'));
  });

  it('is below XDG_CACHE_HOME, unless that is relative', () => {
    expect(defaultCacheFolder({ XDG_CACHE_HOME: '/xdg' }, 'linux', '/home/a')).toBe(join('/xdg', 'tessera'));
    expect(defaultCacheFolder({ XDG_CACHE_HOME: 'xdg' }, 'linux', '/home/a')).toBe(
      join('/home/a', '.cache', 'tessera'),
    );
  });

  it.each([
    ['linux', {}, join('/home/a', '.cache', 'tessera')],
    ['darwin', {}, join('/home/a', 'Library', 'Caches', 'tessera')],
    ['win32', { LOCALAPPDATA: '/local' }, join('/local', 'tessera')],
    ['win32', {}, join('/home/a', 'AppData', 'Local', 'tessera')],
    ['linux', { TESSERA_CACHE: '' }, join('/home/a', '.cache', 'tessera')],
  ] as const)('is the one of the platform %s', (platform, environment, folder) => {
    expect(defaultCacheFolder(environment, platform, '/home/a')).toBe(folder);
  });
});
