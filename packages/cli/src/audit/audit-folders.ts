/** Where the audits of several series go: one series straight into the folder, each of several into a folder of its own. */
import { join } from 'node:path';
import { PreservationReport } from '@tessera/patching';
import { readJsonFile } from './json-file.js';

/** Folder of each series below `folder`, in their order; ids may hold anything, so what no folder name should is replaced. */
export function seriesFolders(folder: string, ids: readonly string[]): string[] {
  if (ids.length === 1) return [folder];
  const digits = String(ids.length).length;
  return ids.map((id, index) => {
    const safe = id.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60);
    return join(folder, `${String(index + 1).padStart(digits, '0')}-${safe}`);
  });
}

/**
 * The earlier audit of each series: `path` is the `audit.json` of the one series, or the folder of an earlier run over several.
 *
 * @throws TesseraError FILE_UNREADABLE, AUDIT_INVALID
 */
export async function readBaselines(
  path: string | undefined,
  ids: readonly string[],
): Promise<(PreservationReport | undefined)[]> {
  if (path === undefined) return ids.map(() => undefined);
  const files =
    ids.length === 1 ? [path] : seriesFolders(path, ids).map((folder) => join(folder, 'audit.json'));
  return await Promise.all(
    files.map(async (file) => PreservationReport.fromJSON(await readJsonFile(file, 'an earlier audit'))),
  );
}
