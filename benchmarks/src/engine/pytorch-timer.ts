/**
 * Times the reference model in PyTorch eager, as an outside yardstick: a Python process that answers lines. Absent Python or torch is
 * told as a reason, not as a failure. OpenBLAS is held to the same number of threads, because it has its own setting.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ReferenceTimer } from './engine-timer.js';
import type { ReferenceConfig } from './reference-model.js';

const script = fileURLToPath(new URL('../../peers/pytorch/reference_step.py', import.meta.url));
const greetingSchema = z.object({ version: z.string(), parameters: z.number() });
const secondsSchema = z.array(z.number());

/** A timer, or the reason why there is none. Tries each of `pythons` in turn. */
export async function pytorchTimer(
  config: ReferenceConfig,
  options: { readonly seed: number; readonly threads: number; readonly pythons?: readonly string[] },
): Promise<ReferenceTimer | string> {
  const reasons: string[] = [];
  for (const python of options.pythons ?? ['python3', '/usr/bin/python3']) {
    const timer = await start(python, config, options);
    if (typeof timer !== 'string') return timer;
    reasons.push(`${python}: ${timer}`);
  }
  return reasons.join('; ');
}

async function start(
  python: string,
  config: ReferenceConfig,
  { seed, threads }: { readonly seed: number; readonly threads: number },
): Promise<ReferenceTimer | string> {
  const child = spawn(python, [script, JSON.stringify({ ...config, seed, threads })], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
  });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint = (complaint + String(text)).slice(-2000);
  });
  const ended = new Promise<undefined>((resolve) => {
    child.on('error', (error) => {
      complaint = error.message;
      resolve(undefined);
    });
    child.on('exit', () => resolve(undefined));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const line = await Promise.race([lines.next(), ended]);
    return line === undefined || line.done === true ? undefined : line.value;
  };
  const greeting = await nextLine();
  if (greeting === undefined) return complaint.trim().split('\n').at(-1) ?? 'no answer';
  const { version, parameters } = greetingSchema.parse(JSON.parse(greeting));
  const ask = async (question: string) => {
    child.stdin.write(`${question}\n`);
    const answer = await nextLine();
    if (answer === undefined) throw new Error(`PyTorch stopped: ${complaint}`);
    return secondsSchema.parse(JSON.parse(answer));
  };
  return {
    name: 'pytorch',
    version,
    parameters,
    step: (count) => ask(`step ${count}`),
    infer: (batch, count) => ask(`infer ${batch} ${count}`),
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
