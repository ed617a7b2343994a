/**
 * What has arrived of a file so far, and a note beside it of which version of the file it belongs to: the validators that
 * the server gave for it. Without a note the bytes are of no known version and are not continued.
 */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const noteSchema = z.object({
  url: z.string(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
});

export type PartialNote = z.output<typeof noteSchema>;

export class PartialFile {
  readonly path: string;
  readonly #notePath: string;

  /** @param target the finished file, beside which the parts lie */
  constructor(target: string) {
    this.path = `${target}.part`;
    this.#notePath = `${target}.part.json`;
  }

  /** The bytes that can be continued from `url`, and their note; undefined where a download starts from zero. */
  async begun(url: string): Promise<{ readonly bytes: number; readonly note: PartialNote } | undefined> {
    try {
      const { size } = await stat(this.path);
      const note = noteSchema.safeParse(JSON.parse(await readFile(this.#notePath, 'utf8')));
      return note.success && note.data.url === url && size > 0 ? { bytes: size, note: note.data } : undefined;
    } catch {
      // Missing, unreadable or no JSON: in each case there is nothing that could be continued.
      return undefined;
    }
  }

  async writeNote(note: PartialNote): Promise<void> {
    await writeFile(this.#notePath, JSON.stringify(note));
  }

  /** Removes the bytes and the note. */
  async discard(): Promise<void> {
    await this.discardNote();
    await rm(this.path, { force: true });
  }

  async discardNote(): Promise<void> {
    await rm(this.#notePath, { force: true });
  }
}

/**
 * The value for If-Range: a strong ETag, else the date. A weak ETag does not promise equal bytes (RFC 9110, 13.1.5).
 */
export function rangeValidator({ etag, lastModified }: PartialNote): string | undefined {
  return etag !== undefined && !etag.startsWith('W/') ? etag : lastModified;
}
