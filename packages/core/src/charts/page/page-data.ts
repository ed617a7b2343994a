/**
 * What a page is made of: sections with blocks, all plain data. Every text is text: there is no way to put markup in.
 */
import type { TopLevelSpec } from 'vega-lite';

/** Meaning of a note or a badge; it is always written out too, never told by colour alone. */
export type Tone = 'info' | 'good' | 'warning' | 'bad';

/** Paragraphs, parted by blank lines. */
export interface TextBlock {
  readonly kind: 'text';
  readonly text: string;
}

export interface ListBlock {
  readonly kind: 'list';
  readonly items: readonly string[];
  /** Numbered. Default false. */
  readonly ordered?: boolean | undefined;
}

/** Text in a fixed-width font, lines kept: commands, settings, file contents. */
export interface CodeBlock {
  readonly kind: 'code';
  readonly text: string;
}

/** A few figures to see at a glance. */
export interface FactsBlock {
  readonly kind: 'facts';
  readonly facts: readonly { readonly label: string; readonly value: string; readonly detail?: string }[];
}

export interface NoteBlock {
  readonly kind: 'note';
  readonly tone: Tone;
  readonly title: string;
  readonly text?: string | undefined;
}

/** A number, a text, nothing (null or NaN), or one of these with emphasis or as a badge. */
export type TableCell =
  | string
  | number
  | null
  | { readonly value: string | number | null; readonly strong?: boolean; readonly tone?: Tone };

export interface TableColumn {
  readonly title: string;
  /** Decimals of its numbers. Default: as many as the numbers need, at most 6. */
  readonly decimals?: number | undefined;
}

export interface TableBlock {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  /** One cell per column; the first cell names its row. A column with numbers alone is aligned by their decimals. */
  readonly rows: readonly (readonly TableCell[])[];
}

export interface ChartBlock {
  readonly kind: 'chart';
  /** A specification with its data inside; its title becomes the caption, its description the text alternative. */
  readonly spec: TopLevelSpec;
  /** Name of the files it is saved as, without an ending. */
  readonly name: string;
}

export interface DownloadsBlock {
  readonly kind: 'downloads';
  readonly files: readonly {
    /** File name with its ending. */
    readonly name: string;
    /** E.g. `text/csv`. */
    readonly mediaType: string;
    readonly content: string | Uint8Array;
  }[];
}

export type PageBlock =
  | TextBlock
  | ListBlock
  | CodeBlock
  | FactsBlock
  | NoteBlock
  | TableBlock
  | ChartBlock
  | DownloadsBlock;

export interface PageSection {
  readonly title: string;
  readonly blocks: readonly PageBlock[];
  /** Sections below this one; at most two levels below the page’s own. */
  readonly sections?: readonly PageSection[] | undefined;
}

export interface PageOptions {
  readonly title: string;
  /** A sentence or two under the title. */
  readonly lead?: string | undefined;
  /** Language of the texts, as a BCP 47 tag; numbers in tables follow it. Default `en`. */
  readonly language?: string | undefined;
  readonly sections: readonly PageSection[];
}
