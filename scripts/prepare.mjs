/**
 * What every root command needs first: packages installed by the pinned pnpm, sources compiled. Both are left out
 * where the last run already did them for the same lock file, Node and sources.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runProgram } from './steps.mjs';

const stampFile = join(root, 'node_modules', '.tessera-install');

function installStamp() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) {
    hash.update(readFileSync(join(root, file)));
  }
  return `${hash.digest('hex')} node ${process.version} ${process.platform} ${process.arch}`;
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Tessera needs Node 20.19 or later, found ${process.version}. Install a newer Node.`);
  process.exit(2);
}

/** The steps `install` and `build`. */
export function prepareSteps() {
  checkNode();
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  return [
    {
      name: 'install packages',
      seconds: 20,
      skip: () => {
        if (!existsSync(stampFile)) return undefined;
        return readFileSync(stampFile, 'utf8') === installStamp()
          ? 'already installed for this lock file'
          : undefined;
      },
      run: async () => {
        const code = await runProgram(
          npx,
          ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'],
          {
            // A parent package manager's settings must not steer this install.
            npm_config_user_agent: undefined,
            CI: 'true',
          },
        );
        if (code === 0) writeFileSync(stampFile, installStamp());
        return code;
      },
    },
    {
      name: 'compile',
      seconds: 25,
      run: () => runProgram(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-b']),
    },
  ];
}
