/** What a reader changed or counted on the way from a table to frames; nothing happens to data without one of these. */
export interface Repair {
  readonly kind:
    | 'sorted'
    | 'gap'
    | 'missing-value'
    | 'duplicate'
    | 'dropped-column'
    | 'inferred-frequency'
    | 'irregular-axis';
  /** Series it happened to; absent where it concerns the whole table. */
  readonly id?: string;
  /** Rows, steps, cells or columns concerned. */
  readonly count: number;
  /** One sentence for a person. */
  readonly detail: string;
}
