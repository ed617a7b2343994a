/**
 * The discrete Fourier transform of lengths that are powers of two, in place. Other lengths are the caller’s to pad.
 *
 * Source: Cooley and Tukey, An Algorithm for the Machine Calculation of Complex Fourier Series (1965).
 */
import { invariant } from '@tessera/core';

/** The least power of two that is not less. */
export function powerOfTwoFrom(length: number): number {
  let power = 1;
  while (power < length) power *= 2;
  return power;
}

/** Forward transform, unscaled: sum of x_t exp(-2 pi i f t / n). O(n log n). @param real, imaginary of equal length, overwritten */
export function fourier(real: Float64Array, imaginary: Float64Array): void {
  const { length } = real;
  invariant(length > 0 && (length & (length - 1)) === 0, 'Fourier transforms are of powers of two');
  invariant(imaginary.length === length, 'both parts of a Fourier transform are equally long');
  reverseBits(real, imaginary);
  const cosines = new Float64Array(Math.max(length >> 1, 1));
  const sines = new Float64Array(Math.max(length >> 1, 1));
  for (let i = 0; i < cosines.length; i++) {
    cosines[i] = Math.cos((2 * Math.PI * i) / length);
    sines[i] = -Math.sin((2 * Math.PI * i) / length);
  }
  for (let half = 1; half < length; half *= 2) {
    const stride = length / (2 * half);
    for (let from = 0; from < length; from += 2 * half) {
      for (let k = 0, turn = 0; k < half; k++, turn += stride) {
        const low = from + k;
        const high = low + half;
        const re = real[high] * cosines[turn] - imaginary[high] * sines[turn];
        const im = real[high] * sines[turn] + imaginary[high] * cosines[turn];
        real[high] = real[low] - re;
        imaginary[high] = imaginary[low] - im;
        real[low] += re;
        imaginary[low] += im;
      }
    }
  }
}

/** Backward transform, scaled by 1/n: undoes `fourier`. */
export function inverseFourier(real: Float64Array, imaginary: Float64Array): void {
  // The transform with both parts exchanged turns the other way.
  fourier(imaginary, real);
  for (let i = 0; i < real.length; i++) {
    real[i] /= real.length;
    imaginary[i] /= real.length;
  }
}

function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  for (let i = 1, j = 0; i < real.length; i++) {
    let bit = real.length >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [real[i], real[j]] = [real[j], real[i]];
    [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
  }
}
