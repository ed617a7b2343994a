/** Throws when one of Tessera's own assumptions fails: a bug of ours, never a caller's mistake. */
export function invariant(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new Error(`Tessera is wrong about itself: ${claim}. Please report this.`);
}
