/**
 * Tables in documents: what stands between `<!-- table:SUITE -->`, or `<!-- table:SUITE:PART -->`, and `<!-- /table -->` is generated
 * from the stored rows and never written by hand.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TesseraError } from '@tessera/core';
import { writeFileAtomically } from '@tessera/core/io';
import { repository, resultsFolder } from '../paths.js';
import { readTaskFile } from '../runner/task-file.js';
import { readRows } from './result-file.js';
import { tableFromRows } from './table.js';

const block = /<!-- table:([a-z0-9-]+(?::[a-z0-9-]+)?) -->\n([\s\S]*?)<!-- \/table -->/g;
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
    const names = [...text.matchAll(block)].map(([, name]) => name);
    if ((text.match(opening)?.length ?? 0) !== names.length) throw malformed(path);
    if (names.length === 0) continue;
    const tables = new Map<string, string>();
    for (const name of names) tables.set(name, await tableNamed(name));
    const suites = [...new Set(names.map((name) => name.split(':')[0]))];
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

/** The text with each marked block replaced by its table. @param tables by what the marks name */
export function fillTables(text: string, tables: ReadonlyMap<string, string>): string {
  return text.replace(
    block,
    (whole, name: string) => `<!-- table:${name} -->\n\n${tables.get(name) ?? whole}\n\n<!-- /table -->`,
  );
}

/** @param name a suite, or a suite and a part of its table with a colon between */
async function tableNamed(name: string): Promise<string> {
  const [suite, part] = name.split(':');
  return tableFromRows(await readRows(join(resultsFolder, `${suite}.json`)), await readTaskFile(suite), part);
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
