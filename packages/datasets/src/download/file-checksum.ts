/** The SHA-256 of a file as it lies on the disk, which is what counts, not what was meant to be written. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const pieceBytes = 1024 * 1024;

export interface FileChecksum {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Checksum and length of a file, streamed; undefined where there is no such file. */
export async function fileChecksum(path: string, signal: AbortSignal): Promise<FileChecksum | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of createReadStream(path, { highWaterMark: pieceBytes, signal })) {
      hash.update(piece);
      bytes += piece.length;
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
  return { sha256: hash.digest('hex'), bytes };
}
