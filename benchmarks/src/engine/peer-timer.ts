/**
 * Times the reference model in another library, as an outside yardstick: a process of its own that answers lines. Where the library is
 * absent, that is told as a reason, not as a failure.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ReferenceTimer } from './engine-timer.js';
import type { ReferenceConfig } from './reference-model.js';

const peerFile = (path: string) => fileURLToPath(new URL(`../../peers/${path}`, import.meta.url));
const greetingSchema = z.object({ version: z.string(), parameters: z.number() });
const secondsSchema = z.array(z.number());

export interface PeerOptions {
  readonly seed: number;
  readonly threads: number;
}

/** PyTorch eager, in the first Python that has it; or the reason why there is none. */
export async function pytorchTimer(
  config: ReferenceConfig,
  options: PeerOptions,
): Promise<ReferenceTimer | string> {
  const reasons: string[] = [];
  for (const python of ['python3', '/usr/bin/python3']) {
    const timer = await start('pytorch', python, peerFile('pytorch/reference_step.py'), config, options);
    if (typeof timer !== 'string') return timer;
    reasons.push(`${python}: ${timer}`);
  }
  return reasons.join('; ');
}

/** TensorFlow.js as it comes, eager on its wasm backend. */
export function stockTfjsTimer(
  config: ReferenceConfig,
  options: PeerOptions,
): Promise<ReferenceTimer | string> {
  return start('tfjs-wasm', process.execPath, peerFile('tfjs/reference-step.mjs'), config, options);
}

/** jax-js as it comes, compiled on its wasm backend; the others that it has need a browser. */
export function jaxTimer(config: ReferenceConfig, options: PeerOptions): Promise<ReferenceTimer | string> {
  return start('jax-js', process.execPath, peerFile('jax/reference-step.mjs'), config, options);
}

async function start(
  name: string,
  program: string,
  script: string,
  config: ReferenceConfig,
  { seed, threads }: PeerOptions,
): Promise<ReferenceTimer | string> {
  const child = spawn(program, [script, JSON.stringify({ ...config, seed, threads })], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // OpenBLAS has a setting of its own: without it, it takes all cores, whatever torch was told.
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
    if (answer === undefined) throw new Error(`${name} stopped: ${complaint}`);
    return secondsSchema.parse(JSON.parse(answer));
  };
  return {
    name,
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
