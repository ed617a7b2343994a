/**
 * Tables in documents: what stands between `<!-- table:SUITE -->` and `<!-- /table -->` is generated from the stored
 * rows and never written by hand.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TesseraError } from '@tessera/core';
import { writeFileAtomically } from '@tessera/core/io';
import { repository, resultsFolder } from '../paths.js';
import { readTaskFile } from '../runner/task-file.js';
import { readResults } from './result-file.js';
import { tableFromRows } from './table.js';

const block = /<!-- table:([a-z0-9-]+) -->\n([\s\S]*?)<!-- \/table -->/g;
const opening = /<!-- table:[^>]*-->/g;

export interface DocumentTables {
  readonly path: string;
  readonly suites: readonly string[];
  readonly text: string;
  /** The text with every table as the rows give it. */
  readonly updated: string;
}

/** README.md, benchmarks/README.md and every Markdown file below docs that holds a table. */
export async function documentsWithTables(root: string = repository): Promise<DocumentTables[]> {
  const paths = ['README.md', 'benchmarks/README.md', ...(await markdownBelow(root, 'docs'))];
  const documents: DocumentTables[] = [];
  for (const path of paths) {
    const text = await readFile(join(root, path), 'utf8').catch(() => '');
    const suites = [...text.matchAll(block)].map(([, suite]) => suite);
    if ((text.match(opening)?.length ?? 0) !== suites.length) throw malformed(path);
    if (suites.length === 0) continue;
    const tables = new Map<string, string>();
    for (const suite of suites) tables.set(suite, await tableOf(suite));
    documents.push({ path, suites, text, updated: fillTables(text, tables) });
  }
  return documents;
}

/** Writes the documents whose tables differ from the rows. @returns their paths */
export async function updateDocuments(root: string = repository): Promise<string[]> {
  const changed = (await documentsWithTables(root)).filter(({ text, updated }) => text !== updated);
  for (const { path, updated } of changed) await writeFileAtomically(join(root, path), [updated]);
  return changed.map(({ path }) => path);
}

/** The text with each marked block replaced by the table of its suite. */
export function fillTables(text: string, tables: ReadonlyMap<string, string>): string {
  return text.replace(
    block,
    (whole, suite: string) => `<!-- table:${suite} -->\n\n${tables.get(suite) ?? whole}\n\n<!-- /table -->`,
  );
}

async function tableOf(suite: string): Promise<string> {
  return tableFromRows(await readResults(join(resultsFolder, `${suite}.json`)), await readTaskFile(suite));
}

async function markdownBelow(root: string, folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true }).catch(() => []);
  return names
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${folder}/${name}`);
}

function malformed(path: string): TesseraError {
  return new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: path,
    expected: '<!-- table:SUITE --> on a line of its own and <!-- /table --> after it',
    found: 'an opening mark without its end',
    wayOut: 'Close the block',
  });
}
