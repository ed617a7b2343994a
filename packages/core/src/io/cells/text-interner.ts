/**
 * Text from bytes. Short text is decoded once per distinct text rather than once per cell: series ids and categories
 * repeat. Texts that push each other out are decoded again, so memory stays bounded (4,096 texts of at most 64 bytes).
 */
const slots = 4096;
const longest = 64;

export class TextInterner {
  readonly #bytes = new Uint8Array(slots * longest);
  /** Length of the text in each slot; -1 where empty. */
  readonly #lengths = new Int16Array(slots).fill(-1);
  readonly #texts: string[] = new Array(slots).fill('');
  #lastSlot = 0;

  /**
   * The text of the bytes `[from, to)`, in O(to - from).
   *
   * @throws TypeError where they are not UTF-8
   */
  read(bytes: Buffer, from: number, to: number): string {
    const length = to - from;
    if (length > longest) return decodeText(bytes, from, to);
    if (this.#holds(this.#lastSlot, bytes, from, length)) return this.#texts[this.#lastSlot];
    // FNV-1a, by Fowler, Noll and Vo.
    let hash = 0x811c9dc5;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (slots - 1);
    this.#lastSlot = slot;
    if (this.#holds(slot, bytes, from, length)) return this.#texts[slot];
    const text = decodeText(bytes, from, to);
    const offset = slot * longest;
    for (let at = 0; at < length; at++) this.#bytes[offset + at] = bytes[from + at];
    this.#lengths[slot] = length;
    this.#texts[slot] = text;
    return text;
  }

  #holds(slot: number, bytes: Uint8Array, from: number, length: number): boolean {
    if (this.#lengths[slot] !== length) return false;
    const offset = slot * longest;
    // Neighbours such as store_1 and store_2 differ at their end.
    for (let at = length - 1; at >= 0; at--) if (this.#bytes[offset + at] !== bytes[from + at]) return false;
    return true;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of the bytes `[from, to)`; plain ASCII, which is most of a table, takes a shorter way.
 *
 * @throws TypeError where they are not UTF-8
 */
export function decodeText(bytes: Buffer, from: number, to: number): string {
  for (let at = from; at < to; at++) if (bytes[at] > 127) return decoder.decode(bytes.subarray(from, to));
  return bytes.toString('latin1', from, to);
}
