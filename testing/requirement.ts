/**
 * What a test may need beyond Node and the npm packages: a browser, real data, Jupyter, Python’s onnxruntime, torch.
 * Where it is absent the test is skipped with the reason; where `TESSERA_REQUIRE` names it (comma-separated, or `all`)
 * the absence is a failure. Knows where things are, never installs them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

export type RequirementName = 'chromium' | 'data' | 'jupyter' | 'python-onnxruntime' | 'torch';

const repository = resolve(fileURLToPath(new URL('..', import.meta.url)));

/** Folder of the benchmark data: `TESSERA_DATA`, or `../shared/data` beside the repository. */
export const dataFolder = process.env.TESSERA_DATA ?? resolve(repository, '..', 'shared', 'data');

const wayToGet: Record<RequirementName, string> = {
  chromium: 'install Debian’s chromium, or set CHROMIUM to the browser',
  data: 'set TESSERA_DATA to the folder that holds ett/, m4/, nab/, tcpd/, tssb/',
  jupyter: 'install jupyter',
  'python-onnxruntime': 'run pip install onnxruntime for the python3 of PATH',
  torch: 'install python3-torch',
};

export const chromiumPath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path): path is string => path !== undefined && existsSync(path),
);

function isPresent(name: RequirementName): boolean {
  switch (name) {
    case 'chromium':
      return chromiumPath !== undefined;
    case 'data':
      return existsSync(join(dataFolder, 'm4'));
    case 'jupyter':
      return runs('jupyter', ['--version']);
    case 'python-onnxruntime':
      return runs('python3', ['-c', 'import onnxruntime']);
    case 'torch':
      return runs('python3', ['-c', 'import torch']);
  }
}

function runs(command: string, argumentsOf: readonly string[]): boolean {
  try {
    execFileSync(command, argumentsOf, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Skips the running test with a printed reason where `name` is absent, or fails it where it is required. */
export function needs(context: TestContext, name: RequirementName): void {
  if (isPresent(name)) return;
  const required = (process.env.TESSERA_REQUIRE ?? '').split(',').map((part) => part.trim());
  if (required.includes(name) || required.includes('all')) {
    throw new Error(`TESSERA_REQUIRE names "${name}", and it is absent: ${wayToGet[name]}.`);
  }
  context.skip(`needs ${name}: ${wayToGet[name]}`);
}
