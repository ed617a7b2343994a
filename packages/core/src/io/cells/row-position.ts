/** Where a reader stands, in the words a person can follow: rows count from 1 below the header, lines from 1. */
export class RowPosition {
  /** Row being read; 0 before the first. */
  row = 0;
  /** Line of the file on which the row begins; 0 where the source has no lines. */
  line = 0;

  toString(): string {
    return this.line === 0 ? `row ${this.row}` : `row ${this.row} (line ${this.line})`;
  }
}
