/**
 * The main job, on real series shipped with the package. Each chapter adds its part to one page and its files to one folder.
 *
 * ```
 * load ──> chapters, one after another ──> page and table of contents
 * ```
 */
import { join } from 'node:path';
import type { LongWorkOptions } from '@tessera/core';
import { type PageSection, renderPage } from '@tessera/core/charts';
import { writeFileAtomically } from '@tessera/core/io';
import { makeFolder } from '../report/forecast-files.js';
import { birthsChapter } from './births-chapter.js';
import { holidaysChapter } from './holidays-chapter.js';
import { weatherChapter } from './weather-chapter.js';

/** What a chapter is given. */
export interface ChapterContext extends LongWorkOptions {
  /** Folder that its files go into. */
  readonly folder: string;
  /** Tells a person what is being done. */
  readonly say: (line: string) => void;
}

/** What a chapter leaves: sections of the page and the files it wrote. */
export interface ChapterResult {
  readonly sections: readonly PageSection[];
  readonly files: readonly string[];
}

export type Chapter = (context: ChapterContext) => Promise<ChapterResult>;

const chapters: readonly Chapter[] = [birthsChapter, weatherChapter, holidaysChapter];

/** Runs every chapter and writes the page; returns the paths of all files. */
export async function runDemo(context: ChapterContext): Promise<string[]> {
  await makeFolder(context.folder);
  const files: string[] = [];
  const sections: PageSection[] = [];
  for (const chapter of chapters) {
    const result = await chapter(context);
    files.push(...result.files);
    sections.push(...result.sections);
  }
  const page = join(context.folder, 'index.html');
  const lead =
    'Forecasts of real series with honest intervals, by forecasters that were first compared on the past, and an audit of what patches erase. Every chart can be zoomed, read with the keyboard and saved.';
  await writeFileAtomically(page, [await renderPage({ title: 'Tessera: a first forecast', lead, sections })]);
  return [...files, page];
}
