/**
 * Where a training stands, on disk. Numbers are written to a new file, synced and renamed; the manifest that names the file comes
 * last. Whenever the process dies, the folder holds the last complete state or none.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TesseraError } from '../../errors/tessera-error.js';
import { decodeSafetensors, encodeSafetensors } from '../params/safetensors.js';

/** Everything that the next step depends on. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** Flat vectors by name, e.g. params, first, second. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
  /** Further facts, plain JSON. */
  readonly facts: Readonly<Record<string, unknown>>;
}

const manifestName = 'manifest.json';
const manifestSchema = z.strictObject({
  version: z.literal(1),
  file: z.string().regex(/^state-\d+\.safetensors$/),
  sha256: z.string().length(64),
  step: z.number().int().nonnegative(),
  /** Digest of everything that must be the same for a run to go on. */
  run: z.string(),
  facts: z.record(z.string(), z.unknown()),
});

/** Writes a checkpoint and removes the one before it. @param run digest of the configuration of the run */
export async function writeCheckpoint(folder: string, run: string, state: TrainingState): Promise<void> {
  await mkdir(folder, { recursive: true });
  const arrays = new Map(
    Object.entries(state.vectors).map(([name, data]) => [name, { shape: [data.length], data }] as const),
  );
  const bytes = encodeSafetensors({ arrays, metadata: { step: String(state.step) } });
  const file = `state-${state.step}.safetensors`;
  await writeAtomically(join(folder, file), bytes);
  const manifest: z.output<typeof manifestSchema> = {
    version: 1,
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    step: state.step,
    run,
    facts: { ...state.facts },
  };
  await writeAtomically(
    join(folder, manifestName),
    new TextEncoder().encode(JSON.stringify(manifest, null, 2)),
  );
  for (const name of await readdir(folder)) {
    const isOld = /^state-\d+\.safetensors$/.test(name) && name !== file;
    if (isOld || name.endsWith('.part')) await unlink(join(folder, name));
  }
}

/**
 * The state a folder holds, or undefined where it holds none.
 *
 * @throws TesseraError CHECKPOINT_INVALID where it is damaged or of another run
 */
export async function readCheckpoint(folder: string, run: string): Promise<TrainingState | undefined> {
  const wrong = wrongIn(folder);
  const manifest = await readManifest(folder);
  if (manifest === undefined) return undefined;
  if (manifest.run !== run) throw wrong('the options, data and model of this run', 'those of another');
  const bytes = await readFile(join(folder, manifest.file)).catch((error: unknown) => {
    throw wrong(`the file ${manifest.file}`, 'no such file', error);
  });
  if (createHash('sha256').update(bytes).digest('hex') !== manifest.sha256) {
    throw wrong('the numbers that were written', 'a file that has changed since');
  }
  const { arrays } = decodeSafetensors(bytes, manifest.file);
  const vectors = Object.fromEntries([...arrays].map(([name, { data }]) => [name, data]));
  return { step: manifest.step, vectors, facts: manifest.facts };
}

/**
 * The facts of the state a folder holds, of whatever run; undefined where it holds none.
 *
 * @throws TesseraError CHECKPOINT_INVALID where the manifest is damaged
 */
export async function readCheckpointFacts(folder: string): Promise<TrainingState['facts'] | undefined> {
  return (await readManifest(folder))?.facts;
}

async function readManifest(folder: string): Promise<z.output<typeof manifestSchema> | undefined> {
  const wrong = wrongIn(folder);
  let text: string;
  try {
    text = await readFile(join(folder, manifestName), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw wrong('a readable manifest', String(error), error);
  }
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw wrong('a manifest of version 1', 'something else', error);
  }
}

function wrongIn(folder: string) {
  return (expected: string, found: string, cause?: unknown) =>
    new TesseraError({
      code: 'CHECKPOINT_INVALID',
      argument: `checkpoint ${folder}`,
      expected,
      found,
      wayOut: 'Resume with the options it was begun with, or choose an empty folder to begin anew',
      cause,
    });
}

async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  const handle = await open(part, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, path);
}
