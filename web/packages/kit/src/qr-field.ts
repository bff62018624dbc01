/** Arithmetic of Reed-Solomon codes over 256 elements, as QR codes have it (ISO/IEC 18004, annex A). */

/** x⁸ + x⁴ + x³ + x² + 1. */
const MODULUS = 0x11d;

/** Returns a product of two elements. */
export function times(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; 0 <= bit; bit -= 1) {
    product = (product << 1) ^ (0x80 <= product ? MODULUS : 0);
    if (((other >> bit) & 1) === 1) product ^= one;
  }
  return product;
}

/** Returns the coefficients of (x − 1)(x − 2)(x − 4)…, from the second highest down. */
function divisorOf(degree: number): readonly number[] {
  let result: readonly number[] = [...Array<number>(degree - 1).fill(0), 1];
  let root = 1;
  for (let turn = 0; turn < degree; turn += 1) {
    const factor = root;
    result = result.map((value, index) => times(value, factor) ^ (result[index + 1] ?? 0));
    root = times(root, 2);
  }
  return result;
}

/** Returns the words that correct a block. */
export function remainderOf(block: readonly number[], degree: number): readonly number[] {
  const divisor = divisorOf(degree);
  return block.reduce<readonly number[]>((rest, word) => {
    const factor = word ^ (rest[0] ?? 0);
    const shifted = [...rest.slice(1), 0];
    return shifted.map((value, index) => value ^ times(divisor[index] ?? 0, factor));
  }, Array<number>(degree).fill(0));
}
