/**
 * Texts as QR codes, so that a phone reads what nobody wants to type.
 *
 * Byte mode at error correction level M, versions 1 to 10: 213 bytes at most. Kanji, numbers in short and structured
 * append are absent.
 *
 * Source: ISO/IEC 18004:2015.
 */

import { Grid, place, type Bit } from "./qr-grid.ts";
import { remainderOf } from "./qr-field.ts";

/** How the codewords of a version at level M are cut: how many correct a block, and the data of each block (table 9). */
interface Cut {
  readonly correction: number;
  readonly blocks: readonly number[];
}

const times = (count: number, size: number): readonly number[] => Array<number>(count).fill(size);

const CUTS: readonly Cut[] = [
  { correction: 10, blocks: [16] },
  { correction: 16, blocks: [28] },
  { correction: 26, blocks: [44] },
  { correction: 18, blocks: times(2, 32) },
  { correction: 24, blocks: times(2, 43) },
  { correction: 16, blocks: times(4, 27) },
  { correction: 18, blocks: times(4, 31) },
  { correction: 22, blocks: [...times(2, 38), ...times(2, 39)] },
  { correction: 22, blocks: [...times(3, 36), ...times(2, 37)] },
  { correction: 26, blocks: [...times(4, 43), 44] },
];
const BYTE_MODE = 0b0100;
/** What fills the rest, in turn. */
const PADS = [0xec, 0x11] as const;
const LONG_VERSION = 10;

/** The longest text in UTF-8 that has a code here. */
export const BYTES_MAX = 213;

/** Returns the rows of the code of a text, true for dark; null for one that is too long. */
export function qrOf(text: string): readonly (readonly boolean[])[] | null {
  const bytes = new TextEncoder().encode(text);
  const version = CUTS.findIndex((cut, index) => bytes.length <= capacity(cut, index + 1)) + 1;
  const cut = CUTS[version - 1];
  if (cut === undefined) return null;
  const codewords = interleaved(dataOf(bytes, cut, version), cut);
  return place(new Grid(version), bitsOf(codewords)).rows();
}

const lengthBits = (version: number): number => (version < LONG_VERSION ? 8 : 16);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const capacity = (cut: Cut, version: number): number =>
  Math.floor((8 * sum(cut.blocks) - 4 - lengthBits(version)) / 8);

/** Returns the data codewords: mode, length, bytes, an end, and pads (clause 7.4). */
function dataOf(bytes: Uint8Array, cut: Cut, version: number): readonly number[] {
  const bits: Bit[] = [];
  const push = (value: number, width: number): void => {
    for (let bit = width - 1; 0 <= bit; bit -= 1) bits.push(((value >> bit) & 1) as Bit);
  };
  const size = sum(cut.blocks);
  push(BYTE_MODE, 4);
  push(bytes.length, lengthBits(version));
  for (const byte of bytes) push(byte, 8);
  push(0, Math.min(4, size * 8 - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    words.push(bits.slice(at, at + 8).reduce<number>((word, bit) => word * 2 + bit, 0));
  }
  for (let index = 0; words.length < size; index += 1) words.push(PADS[index % 2] ?? 0);
  return words;
}

/** Returns the codewords in the order in which they are drawn: a word of each block in turn, then its correction. */
function interleaved(data: readonly number[], cut: Cut): readonly number[] {
  let from = 0;
  const blocks = cut.blocks.map((size) => {
    from += size;
    return data.slice(from - size, from);
  });
  const corrections = blocks.map((block) => remainderOf(block, cut.correction));
  const inTurn = (lists: readonly (readonly number[])[]): readonly number[] =>
    Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, index) =>
      lists.flatMap((list) => list[index] ?? []),
    ).flat();
  return [...inTurn(blocks), ...inTurn(corrections)];
}

const bitsOf = (words: readonly number[]): readonly Bit[] =>
  words.flatMap((word) => Array.from({ length: 8 }, (_, bit) => ((word >> (7 - bit)) & 1) as Bit));
