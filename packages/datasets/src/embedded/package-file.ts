/**
 * Where a data file of an installed npm package lies. Resolves the package by Node’s rules without running its code, so
 * that nothing but the one file is loaded; never goes to the network.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TesseraError } from '@tessera/core';

const require = createRequire(import.meta.url);

export interface PackageFile {
  /** Name of the npm package. */
  readonly package: string;
  /** Path below the folder of the package. */
  readonly path: string;
}

/** Absolute path of a package’s file. @throws TesseraError FILE_UNREADABLE where the package or its file is not installed */
export function packageFile(file: PackageFile): string {
  let folder: string;
  try {
    folder = dirname(require.resolve(file.package));
  } catch (cause) {
    throw notInstalled(file, cause);
  }
  // The entry point may lie deeper; a manifest marks the root. Not every package lets its manifest be resolved.
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw notInstalled(file, undefined);
    folder = above;
  }
  const path = join(folder, file.path);
  if (existsSync(path)) return path;
  throw notInstalled(file, undefined);
}

function notInstalled(file: PackageFile, cause: unknown): TesseraError {
  return new TesseraError({
    code: 'FILE_UNREADABLE',
    argument: file.path,
    expected: `the npm package ${file.package}, which holds it`,
    found: cause === undefined ? 'a package without this file' : 'no such package',
    wayOut: `Install it: npm install ${file.package}`,
    cause,
  });
}
