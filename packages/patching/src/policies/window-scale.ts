/** Values on a scale on which squares neither overflow nor vanish. */

/** Values divided by the power of two next to the largest size, so that nothing is rounded; NaN stays. A fresh array. */
export function scaledValues(values: Float64Array): Float64Array {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  if (largest === 0) return values.slice();
  const exponent = Math.floor(Math.log2(largest));
  // Two factors, since 2^1024 and its inverse are no numbers.
  const half = 2 ** -Math.trunc(exponent / 2);
  const rest = 2 ** -(exponent - Math.trunc(exponent / 2));
  return values.map((value) => value * half * rest);
}
