/** A fitted patch forecaster from the file that `save` wrote. Files are hostile: everything is checked before it is used. */
import { readFile } from 'node:fs/promises';
import { TesseraError } from '@tessera/core';
import { openEngine } from '@tessera/core/engine';
import { decodeSafetensors } from '@tessera/core/nn';
import { FittedPatch, type FittedPatchForecaster, patchFileVersion, patchName } from './fitted-patch.js';
import { fittedPatchSchema } from './patch-config.js';
import { patchLayout } from './patch-predictor.js';
import { unpackPolicy } from './policy/stored-policy.js';

/**
 * A fitted forecaster from what `save` gave; it needs a `context` to predict from.
 *
 * @param source bytes or a path
 * @throws TesseraError WEIGHTS_INVALID, FILE_UNREADABLE
 */
export async function loadPatchForecaster(source: Uint8Array | string): Promise<FittedPatchForecaster> {
  const bytes = typeof source === 'string' ? await read(source) : source;
  const label = typeof source === 'string' ? source : 'weights';
  const { arrays, metadata } = decodeSafetensors(bytes, label);
  const wrong = (expected: string, found: string, cause?: unknown) =>
    new TesseraError({
      code: 'WEIGHTS_INVALID',
      argument: label,
      expected,
      found,
      wayOut: 'Load a file that save() of a patch forecaster wrote',
      cause,
    });
  if (metadata.tessera !== patchName || metadata.version !== patchFileVersion) {
    throw wrong(
      `a patch forecaster of version ${patchFileVersion}`,
      `${metadata.tessera ?? 'no'} ${metadata.version ?? ''}`.trim(),
    );
  }
  const parsed = fittedPatchSchema.safeParse(parseJson(metadata.options ?? ''));
  if (!parsed.success) throw wrong('a valid configuration', 'another', parsed.error);
  const layout = patchLayout(parsed.data.model);
  const params = new Float32Array(layout.size);
  for (const { path, shape, offset, size } of layout.entries) {
    const array = arrays.get(path);
    if (array === undefined || array.shape.join() !== shape.join() || array.data.length !== size) {
      throw wrong(`parameter ${path} of shape [${shape}]`, array === undefined ? 'none' : `[${array.shape}]`);
    }
    params.set(array.data, offset);
  }
  const policy = metadata.policy === undefined ? undefined : await unpackPolicy(metadata.policy, label);
  if ((parsed.data.model.patching.kind === 'policy') !== (policy !== undefined)) {
    throw wrong('a policy where the model needs one', policy === undefined ? 'none' : 'one that it does not');
  }
  const engine = await openEngine();
  return new FittedPatch({ engine, options: parsed.data, params, policy, history: undefined, notes: [] });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new TesseraError({
      code: 'FILE_UNREADABLE',
      argument: path,
      expected: 'a file of weights',
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Check the path',
      cause,
    });
  }
}
