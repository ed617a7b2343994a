/** Versions of what a result depends on: Tessera and the packages a suite names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { repository } from '../paths.js';

const manifest = z.object({ version: z.string() });

/** @param dependencies packages by the workspace folder that depends on them */
export function versionsOf(
  dependencies: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, string>> {
  const versions: Record<string, string> = { tessera: versionIn(repository) };
  for (const [folder, names] of Object.entries(dependencies)) {
    for (const name of names) versions[name] = versionIn(join(repository, folder, 'node_modules', name));
  }
  return versions;
}

function versionIn(folder: string): string {
  return manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).version;
}
