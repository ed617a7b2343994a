/** Runs the example of the README as a reader would, in a folder of its own, and looks at what it leaves behind. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('..', import.meta.url));
/** Below a package that may import all others, so that their names resolve. */
const place = join(repository, 'packages', 'cli', 'node_modules', '.tessera-readme');

describe('the example of the README', () => {
  let folder = '';
  let code = '';
  beforeAll(async () => {
    await mkdir(place, { recursive: true });
    folder = await mkdtemp(join(place, 'example-'));
    const readme = await readFile(join(repository, 'README.md'), 'utf8');
    code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  it('is about twenty lines', () => {
    const lines = code.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('//'));
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.length).toBeLessThanOrEqual(20);
  });

  it('compiles, as the other examples do', async () => {
    const readme = await readFile(join(repository, 'README.md'), 'utf8');
    const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text]) => text);
    expect(examples.length).toBeGreaterThan(1);
    const files = await Promise.all(
      examples.map(async (text, i) => {
        const file = join(folder, `example-${i}.mts`);
        await writeFile(file, text);
        return file;
      }),
    );
    const program = ts.createProgram(files, {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    });
    const problems = ts
      .getPreEmitDiagnostics(program)
      .filter(({ file }) => files.includes(file?.fileName ?? ''));
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
  }, 60_000);

  it('runs and does what it says', async () => {
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    await writeFile(join(folder, 'example.mjs'), outputText);
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder });
    expect(stdout).toMatch(/^seasonal-naive MASE \d\.\d{3}$/m);
    expect(stdout).toMatch(/best of 2 over \d windows/);
    const rows = (await readFile(join(folder, 'co2-forecast.csv'), 'utf8')).trim().split('\n');
    expect(rows[0]).toContain('lo-80');
    expect(rows.length).toBeGreaterThan(12);
  }, 60_000);
});
