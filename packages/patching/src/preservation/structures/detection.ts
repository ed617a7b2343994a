/**
 * What a detector says of one channel: the structures that it found, or that it found none, or why it could not judge. These
 * three stay apart, because a series too short to be tested must never read as one that was tested and is clean. It says
 * nothing about what patches keep.
 */
import type { Structure } from './structure.js';

export interface Detection {
  /** Name of the detector, as in each structure’s `detector`. */
  readonly detector: string;
  /** Resolved: every default is filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  /** In order of their start. */
  readonly structures: readonly Structure[];
  readonly status: 'found' | 'none' | 'not-assessable';
  /** Why not; only with `not-assessable`. */
  readonly reason?: string;
  /** Steps whose value is missing. They were skipped: a detector works on the observed steps. */
  readonly missing: number;
}
