/**
 * The steps a root command goes through, each printed with how long it took last time and how long is left.
 * Durations are remembered in .cache/steps.json; a fresh clone starts from the figures given beside each step.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const memory = join(root, '.cache', 'steps.json');

/**
 * Runs `steps` one after another and stops at the first that fails, with its exit code.
 *
 * @param {{name: string, seconds: number, skip?: () => string | undefined, run: () => Promise<number>, code?: (code: number) => number}[]} steps
 */
export async function runSteps(steps) {
  const known = remembered();
  const expected = (step) => known[step.name] ?? step.seconds;
  for (const [index, step] of steps.entries()) {
    const label = `[${index + 1}/${steps.length}] ${step.name}`;
    const reason = step.skip?.();
    if (reason !== undefined) {
      console.log(`${label}: ${reason}`);
      continue;
    }
    const left = steps
      .slice(index)
      .reduce((sum, each) => sum + (each.skip?.() === undefined ? expected(each) : 0), 0);
    console.log(`${label}: about ${spoken(expected(step))}, ${spoken(left)} left in all`);
    const began = performance.now();
    const code = await step.run();
    const seconds = (performance.now() - began) / 1000;
    if (code !== 0) {
      console.error(`${label}: failed with exit code ${code} after ${spoken(seconds)}`);
      process.exit(code);
    }
    known[step.name] = seconds;
    remember(known);
  }
}

/** Runs a program in the repository with this terminal; resolves to its exit code, 130 when interrupted. */
export function runProgram(command, argumentsOf, environment = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, argumentsOf, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    });
    // Ctrl-C reaches the child too, as it shares the terminal; this process waits for the child's own tidy end.
    const wait = () => {};
    process.on('SIGINT', wait);
    const terminate = () => child.kill('SIGTERM');
    process.on('SIGTERM', terminate);
    child.on('error', (error) => {
      console.error(`${command} cannot be started: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, signal) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', terminate);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

function remembered() {
  try {
    return JSON.parse(readFileSync(memory, 'utf8'));
  } catch {
    return {};
  }
}

function remember(known) {
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, JSON.stringify(known, null, 2));
}

function spoken(seconds) {
  if (seconds < 1) return 'a second';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}
