/**
 * Rules of the house that no linter knows: file length, names that say nothing, manifests and project references
 * that follow the table of imports, results without paths or hosts. Prints each breach; returns an exit code.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageMayDependOn } from './import-rules.mjs';

const longestFile = 400;
const skipped = new Set(['node_modules', 'dist', 'out', '.git', '.cache', 'coverage']);

/** @returns {number} 0 where the house is in order, else 1 */
export function checkHouse(root) {
  const breaches = [...fileBreaches(root), ...manifestBreaches(root)];
  for (const breach of breaches) console.error(breach);
  console.log(breaches.length === 0 ? 'the house is in order' : `${breaches.length} breaches`);
  return breaches.length === 0 ? 0 : 1;
}

export function fileBreaches(root) {
  const breaches = [];
  for (const file of filesBelow(root)) {
    const path = relative(root, file);
    if (/(^|\/)(utils?|helpers?|common|misc)(\.|\/|$)/.test(path))
      breaches.push(`${path}: this name says nothing`);
    if (!/\.(ts|mts|mjs|js)$/.test(file)) continue;
    const lines = readFileSync(file, 'utf8').split('\n').length - 1;
    if (lines > longestFile) breaches.push(`${path}: ${lines} lines, at most ${longestFile} are allowed`);
  }
  return breaches;
}

export function manifestBreaches(root) {
  const breaches = [];
  for (const folder of [
    ...readdirSync(join(root, 'packages')).map((name) => join('packages', name)),
    'benchmarks',
  ]) {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const allowed = packageMayDependOn[manifest.name];
    if (allowed === undefined) {
      breaches.push(`${folder}: ${manifest.name} is not in the table of imports`);
      continue;
    }
    const named = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    for (const name of named.filter((each) => each.startsWith('@tessera/'))) {
      if (!allowed.includes(name))
        breaches.push(`${folder}/package.json: ${manifest.name} may not depend on ${name}`);
    }
    const { references = [] } = JSON.parse(readFileSync(join(root, folder, 'tsconfig.json'), 'utf8'));
    for (const { path } of references) {
      const target = join(folder, path).replace(/.*packages\//, '');
      const name = `@tessera/${target.split('/')[0]}`;
      if (name !== manifest.name && !allowed.includes(name)) {
        breaches.push(`${folder}/tsconfig.json: ${manifest.name} may not reference ${name}`);
      }
    }
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (version !== 'catalog:' && version !== 'workspace:*')
        breaches.push(`${folder}/package.json: ${name} is not from the catalog`);
    }
  }
  return breaches;
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}
