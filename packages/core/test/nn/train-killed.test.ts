/** A training that is killed at any moment goes on to the bits of the one that was left alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream, randomKey } from '../../src/random/key.js';

const script = fileURLToPath(new URL('train-process.mjs', import.meta.url));
/** Kills wait up to this long after the step they aim at, in ms, so that they hit steps, evaluations, writes and renames alike. */
const spread = 12;

function begin(checkpoint: string, output: string, steps: number): ChildProcess {
  return spawn(process.execPath, [script, checkpoint, output, String(steps)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs to the end. */
async function finish(child: ChildProcess): Promise<void> {
  let errors = '';
  child.stdout?.resume();
  child.stderr?.on('data', (text) => {
    errors += String(text);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the training ended with ${code}: ${errors}`);
}

/** Kills a training some steps after its first; gives that first step and how it ended. */
async function kill(child: ChildProcess, steps: number, delay: number) {
  let first = 0;
  child.stderr?.resume();
  child.stdout?.on('data', async (text) => {
    const seen = String(text).trim().split('\n').map(Number);
    if (first === 0) first = seen[0];
    if ((seen.at(-1) ?? 0) < first + steps) return;
    await wait(delay);
    child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  return { first, signal };
}

describe('a killed training', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'killed-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.for([
    { kills: 3, steps: 90 },
    { kills: 20, steps: 800 },
  ])(
    'resumes to the same weights after $kills kills',
    { timeout: 180_000 },
    async ({ kills, steps }, context) => {
      const isLong = kills > 3;
      if (isLong && process.env.TESSERA_SLOW !== '1') context.skip('takes half a minute: set TESSERA_SLOW=1');
      const name = `${kills}`;
      const outputs = [join(folder, `whole-${name}`), join(folder, `resumed-${name}`)];
      await finish(begin(join(folder, `calm-${name}`), outputs[0], steps));
      const checkpoint = join(folder, `killed-${name}`);
      const stream = new RandomStream(randomKey(kills));
      const firsts: number[] = [];
      for (let i = 0; i < kills; i++) {
        // All legs together stay below four fifths of the run, so that none of them reaches the end.
        const leg = stream.integer(0, (0.8 * steps) / kills);
        const { first, signal } = await kill(
          begin(checkpoint, outputs[1], steps),
          leg,
          spread * stream.uniform(),
        );
        expect(signal).toBe('SIGKILL');
        firsts.push(first);
      }
      await finish(begin(checkpoint, outputs[1], steps));
      const [whole, resumed] = await Promise.all(outputs.map((path) => readFile(path)));
      expect(resumed.length).toBeGreaterThan(30_000);
      expect(resumed.equals(whole)).toBe(true);
      // The kills meant something: work was kept between them, and nothing half-written is left.
      expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
      expect(firsts[kills - 1]).toBeGreaterThan(isLong ? 100 : 5);
      expect((await readdir(checkpoint)).sort()).toEqual(['manifest.json', `state-${steps}.safetensors`]);
    },
  );
});
