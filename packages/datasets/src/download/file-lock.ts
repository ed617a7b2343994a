/**
 * One holder at a time for a path, across processes: a lock file that only one can create. The holder touches it while
 * it works; a lock that nobody has touched for long belongs to a process that died, and is taken away. It saves double
 * work; it is not what keeps a file whole (two processes may take away a dead lock at the same moment).
 */
import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FileLockOptions {
  readonly signal: AbortSignal;
  /** Called once where another holder has to be waited for. */
  readonly onWait: () => void;
  /** Milliseconds without a touch after which a lock is dead. Default 30,000. */
  readonly deadAfter?: number;
}

const pollEvery = 100;
const defaultDeadAfter = 30_000;

/** Runs `work` while holding the lock file `path`. Rejects with the reason of the signal where it fires first. */
export async function withFileLock<Result>(
  path: string,
  options: FileLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const { signal, onWait, deadAfter = defaultDeadAfter } = options;
  const token = randomUUID();
  let hasWaited = false;
  while (!(await take(path, token))) {
    if (await isDead(path, deadAfter)) {
      await rm(path, { force: true });
      continue;
    }
    if (!hasWaited) onWait();
    hasWaited = true;
    await sleep(pollEvery, undefined, { signal });
  }
  const touch = setInterval(() => {
    const now = new Date();
    // A touch that fails costs at most the lock, which is no loss of data.
    utimes(path, now, now).catch(() => undefined);
  }, deadAfter / 4);
  touch.unref();
  try {
    signal.throwIfAborted();
    return await work();
  } finally {
    clearInterval(touch);
    await release(path, token);
  }
}

async function take(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: 'wx' });
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw cause;
  }
}

async function isDead(path: string, deadAfter: number): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > deadAfter;
  } catch (cause) {
    // Released between two looks: free to be taken, nothing to be removed.
    if (codeOf(cause) === 'ENOENT') return false;
    throw cause;
  }
}

/** Removes the lock if it is still ours. */
async function release(path: string, token: string): Promise<void> {
  try {
    if ((await readFile(path, 'utf8')) === token) await rm(path, { force: true });
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause;
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
