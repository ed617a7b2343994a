/** A policy as a file: its weights as safetensors, its configuration in the metadata. What is read is hostile until it was checked. */
import { TesseraError } from '@tessera/core';
import { decodeSafetensors, encodeSafetensors } from '@tessera/core/nn';
import { type PolicyConfig, policyConfigSchema } from './policy-config.js';
import { policyLayout } from './policy-network.js';

const kind = 'patch-policy';
/** Raised when the form of the file changes. */
const version = '1';

export interface PolicyFile {
  readonly config: PolicyConfig;
  /** Shape `[size]`. */
  readonly params: Float32Array;
}

export function encodePolicy({ config, params }: PolicyFile): Uint8Array {
  const arrays = new Map(
    policyLayout(config).entries.map(({ path, shape, offset, size }) => [
      path,
      { shape, data: params.slice(offset, offset + size) },
    ]),
  );
  return encodeSafetensors({ arrays, metadata: { tessera: kind, version, config: JSON.stringify(config) } });
}

/** @param label names the source in messages @throws TesseraError WEIGHTS_INVALID */
export function decodePolicy(bytes: Uint8Array, label: string): PolicyFile {
  const { arrays, metadata } = decodeSafetensors(bytes, label);
  const wrong = (expected: string, found: string, cause?: unknown) =>
    new TesseraError({
      code: 'WEIGHTS_INVALID',
      argument: label,
      expected,
      found,
      wayOut: 'Load a file that save() of a learned policy wrote',
      cause,
    });
  if (metadata.tessera !== kind || metadata.version !== version) {
    throw wrong(
      `a patch policy of version ${version}`,
      `${JSON.stringify((metadata.tessera ?? 'no kind').slice(0, 40))} of version ${JSON.stringify((metadata.version ?? 'none').slice(0, 40))}`,
    );
  }
  const parsed = policyConfigSchema.safeParse(parseJson(metadata.config));
  if (!parsed.success) throw wrong('a valid configuration', 'another', parsed.error);
  const config = parsed.data;
  const layout = policyLayout(config);
  if (arrays.size !== layout.entries.length) {
    throw wrong(`${layout.entries.length} arrays, as the configuration says`, `${arrays.size}`);
  }
  for (const { path, shape } of layout.entries) {
    const array = arrays.get(path);
    if (array === undefined || array.shape.join() !== shape.join()) {
      throw wrong(`${path} of shape [${shape}]`, array === undefined ? 'none' : `shape [${array.shape}]`);
    }
    if (!array.data.every(Number.isFinite)) throw wrong(`finite numbers in ${path}`, 'NaN or infinity');
  }
  // Only now, when the file is known to hold as much.
  const params = new Float32Array(layout.size);
  for (const { path, offset } of layout.entries) params.set(arrays.get(path)?.data ?? [], offset);
  return { config, params };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
