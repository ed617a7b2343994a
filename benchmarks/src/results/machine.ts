/** The machine a result was measured on, as far as it matters for speed; no names of hosts, users or folders. */
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { z } from 'zod';

export const machineSchema = z.strictObject({
  cpu: z.string(),
  /** What this process may use, which in a container is less than what is there. */
  cores: z.int().min(1),
  memoryGiB: z.number().positive(),
  node: z.string(),
  os: z.string(),
});

export type Machine = z.output<typeof machineSchema>;

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    os: `${platform()} ${release().split('.').slice(0, 2).join('.')}`,
  };
}
