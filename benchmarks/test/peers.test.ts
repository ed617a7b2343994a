/** The outside yardsticks really train the model that ours is timed on: as many parameters, and a loss that falls. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jaxTimer } from '../src/engine/peer-timer.js';
import { type ReferenceConfig, referenceLayout } from '../src/engine/reference-model.js';

const config: ReferenceConfig = {
  batch: 8,
  patches: 4,
  patchLength: 16,
  width: 8,
  heads: 2,
  hidden: 16,
  layers: 1,
  outputs: 6,
};

describe('jax-js', () => {
  it('has as many parameters, and times steps and inferences', async () => {
    const timer = await jaxTimer(config, { seed: 1, threads: 1 });
    if (typeof timer === 'string') throw new Error(timer);
    expect(timer.parameters).toBe(referenceLayout(config).size);
    const seconds = [...(await timer.step(2)), ...(await timer.infer(3, 2))];
    expect(seconds).toHaveLength(4);
    for (const each of seconds) expect(each).toBeGreaterThan(0);
    await timer.close();
  });

  it('learns', async () => {
    const script = fileURLToPath(new URL('../peers/jax/reference-step.mjs', import.meta.url));
    const child = spawn(process.execPath, [script, JSON.stringify({ ...config, seed: 1, threads: 1 })]);
    child.stdin.end('losses 30\n');
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) lines.push(line);
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    const losses = z.array(z.number()).parse(JSON.parse(lines[1]));
    expect(losses).toHaveLength(30);
    // Random targets of variance 1: an untrained head adds its own variance to theirs.
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses[29]).toBeLessThan(0.5 * losses[0]);
  });
});
