/** Plants a violation in every forbidden cell of the table of imports and expects the check to name it. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestBreaches } from '../scripts/check-house.mjs';
import { areas, mayImport, packageMayDependOn } from '../scripts/import-rules.mjs';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/** One folder that lies in each area. */
const folderOf: Record<string, string> = {
  'core base': 'packages/core/src/frames',
  'core engine': 'packages/core/src/engine',
  'core nn': 'packages/core/src/nn',
  datasets: 'packages/datasets/src/embedded',
  'patches and rule policies': 'packages/patching/src/policies',
  'learned policies': 'packages/patching/src/learning',
  preservation: 'packages/patching/src/preservation',
  'patching index': 'packages/patching/src',
  forecast: 'packages/forecast/src/classical',
  cli: 'packages/cli/src',
  notebooks: 'notebooks',
  benchmarks: 'benchmarks/src',
};

interface Edge {
  readonly from: string;
  readonly to: string;
}

function plantedFile(area: string, about: string): string {
  return `${folderOf[area]}/${about.replaceAll(' ', '-')}.ts`;
}

const names = Object.keys(areas);
const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to })));
const isAllowed = ({ from, to }: Edge) => (mayImport[from] ?? []).includes(to);

interface Violation extends Edge {
  readonly rule: { readonly name: string };
}

/** Runs the check over a tree and returns what it forbids there. */
function violationsIn(tree: string, roots: readonly string[]): readonly Violation[] {
  const args = [
    join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    join(repository, '.dependency-cruiser.mjs'),
    ...roots,
    '--output-type',
    'json',
  ];
  const output = execFileSync(process.execPath, args, { cwd: tree, encoding: 'utf8', maxBuffer: 64e6 });
  const result: { readonly summary: { readonly violations: readonly Violation[] } } = JSON.parse(output);
  return result.summary.violations;
}

describe('the table of imports', () => {
  let tree = '';
  let violations: readonly Violation[] = [];

  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'import-rules-'));
    cpSync(join(repository, 'tsconfig.options.json'), join(tree, 'tsconfig.options.json'));
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), text);
    };
    for (const area of names) write(plantedFile(area, 'target'), 'export const target = 1;\n');
    for (const { from, to } of pairs) {
      const file = plantedFile(from, `imports ${to}`);
      const path = relative(dirname(file), plantedFile(to, 'target')).replace(/\.ts$/, '.js');
      write(
        file,
        `import { target } from '${path.startsWith('.') ? path : `./${path}`}';\nexport const it = target;\n`,
      );
    }
    for (const folder of ['core/src/frames', 'core/src/nn', 'core/src/engine', 'patching/src/preservation']) {
      write(`packages/${folder}/names-backend.ts`, "export * from '@tensorflow/tfjs-backend-cpu';\n");
      write(`packages/${folder}/sees-tensors.ts`, "export * from '@tensorflow/tfjs-core';\n");
    }
    violations = violationsIn(tree, ['packages', 'benchmarks', 'notebooks']);
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  /** Names of the rules that the planted import of `to` by `from` breaks. */
  function rulesBroken(from: string, to: string): string[] {
    const file = plantedFile(from, `imports ${to}`);
    return violations
      .filter((each) => each.from === file && each.to === plantedFile(to, 'target'))
      .map((each) => each.rule.name);
  }

  it('gives every area a folder that lies in it and in no other', () => {
    for (const area of names) {
      const inside = names.filter((other) =>
        new RegExp(areas[other] ?? '').test(plantedFile(area, 'target')),
      );
      expect(inside, area).toEqual([area]);
    }
  });

  it.each(pairs.filter((pair) => !isAllowed(pair)))('forbids $from to import $to', ({ from, to }) => {
    expect(rulesBroken(from, to)).toContain(`${from} imports only what it may`);
  });

  it.each(pairs.filter(isAllowed))('lets $from import $to', ({ from, to }) => {
    expect(rulesBroken(from, to)).toEqual([]);
  });

  /** Files that break the rule of this comment. */
  const breaking = (comment: string) =>
    violations.filter((each) => each.rule.name === comment).map((each) => each.from.replace('packages/', ''));

  it('lets only the engine name a backend', () => {
    expect(breaking('only core/engine names a backend').sort()).toEqual([
      'core/src/frames/names-backend.ts',
      'core/src/nn/names-backend.ts',
      'patching/src/preservation/names-backend.ts',
    ]);
  });

  it('keeps tensors out of frames and out of the checker', () => {
    expect(breaking('only models and the engine see tensors').sort()).toEqual([
      'core/src/frames/sees-tensors.ts',
      'patching/src/preservation/sees-tensors.ts',
    ]);
  });
});

describe('manifests and project references', () => {
  const packages = Object.keys(packageMayDependOn);
  const folderOfPackage = (name: string) =>
    name === '@tessera/benchmarks' ? 'benchmarks' : `packages/${name.replace('@tessera/', '')}`;

  /** A tree of manifests as they are, but for one that also names `planted`. */
  function treeWith(owner: string, planted: string, place: 'package.json' | 'tsconfig.json'): string[] {
    const tree = mkdtempSync(join(tmpdir(), 'manifests-'));
    try {
      for (const name of packages) {
        const folder = folderOfPackage(name);
        mkdirSync(join(tree, folder), { recursive: true });
        for (const file of ['package.json', 'tsconfig.json'] as const) {
          const data = JSON.parse(readFileSync(join(repository, folder, file), 'utf8'));
          if (name === owner && file === place) {
            if (file === 'package.json')
              data.dependencies = { ...data.dependencies, [planted]: 'workspace:*' };
            else
              data.references = [
                ...(data.references ?? []),
                { path: relative(folder, folderOfPackage(planted)) },
              ];
          }
          writeFileSync(join(tree, folder, file), JSON.stringify(data));
        }
      }
      return manifestBreaches(tree);
    } finally {
      rmSync(tree, { recursive: true, force: true });
    }
  }

  it('are in order as they stand', () => {
    expect(manifestBreaches(repository)).toEqual([]);
  });

  const cells = packages.flatMap((owner) =>
    packages
      .filter((other) => other !== owner && other !== '@tessera/benchmarks')
      .filter((other) => !(packageMayDependOn[owner] ?? []).includes(other))
      .map((planted) => ({ owner, planted })),
  );
  it.each(cells)('forbid $owner to name $planted', ({ owner, planted }) => {
    expect(treeWith(owner, planted, 'package.json')).toEqual([
      expect.stringContaining(`${owner} may not depend on ${planted}`),
    ]);
    expect(treeWith(owner, planted, 'tsconfig.json')).toEqual([
      expect.stringContaining(`${owner} may not reference ${planted}`),
    ]);
  });
});
