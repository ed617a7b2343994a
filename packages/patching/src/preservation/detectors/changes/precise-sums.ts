/**
 * Prefix sums that keep what rounding takes away. Plain sums of a million values lose the digits that a short segment at the far end
 * consists of; here each sum is a high and a low part, and the difference of two sums is as exact as the terms. All sums of
 * one point lie side by side, so that a segment is two reads from memory.
 *
 * Source: Knuth, The Art of Computer Programming 2, 4.2.2, theorem B (two-sum).
 */

/** Shape `[length + 1, terms, 2]`: high and low part of the sum of the first `i` terms of each kind. O(length). */
export function preciseSums(length: number, ...terms: readonly ((index: number) => number)[]): Float64Array {
  const stride = 2 * terms.length;
  const sums = new Float64Array((length + 1) * stride);
  for (const [place, term] of terms.entries()) {
    let high = 0;
    let low = 0;
    for (let i = 0; i < length; i++) {
      const next = term(i);
      const total = high + next;
      const part = total - high;
      low += high - (total - part) + (next - part);
      high = total;
      sums[(i + 1) * stride + 2 * place] = high;
      sums[(i + 1) * stride + 2 * place + 1] = low;
    }
  }
  return sums;
}
