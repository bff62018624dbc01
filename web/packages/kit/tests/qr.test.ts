import fc from "fast-check";
import jsQR from "jsqr";
import { describe, expect, it } from "vitest";
import { BYTES_MAX, qrOf } from "../src/qr.ts";

const SCALE = 4;
const QUIET = 4;

/** Paints a code as a camera would see it, and lets a reader that is not ours read it. */
function read(text: string): string | undefined {
  const rows = qrOf(text);
  if (rows === null) return undefined;
  const side = (rows.length + 2 * QUIET) * SCALE;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  rows.forEach((row, y) =>
    row.forEach((isDark, x) => {
      if (!isDark) return;
      for (let down = 0; down < SCALE; down += 1) {
        for (let right = 0; right < SCALE; right += 1) {
          const at = (((y + QUIET) * SCALE + down) * side + (x + QUIET) * SCALE + right) * 4;
          pixels.fill(0, at, at + 3);
        }
      }
    }),
  );
  return jsQR(pixels, side, side)?.data;
}

describe("QR codes", () => {
  it("are read back by another reader, in every version", () => {
    for (const length of [1, 14, 15, 26, 42, 62, 84, 106, 122, 152, 180, 181, BYTES_MAX]) {
      const text = "otpauth://totp/x?secret=".padEnd(length, "JBSWY3DPEHPK3PXP").slice(0, length);
      expect(read(text)).toBe(text);
    }
  });

  it("are read back whatever the text is", () => {
    const texts = fc.string({ minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(texts, (text) => {
        expect(read(text)).toBe(text);
      }),
      { numRuns: 40 },
    );
  });

  it("end where there is no version for a text", () => {
    expect(qrOf("x".repeat(BYTES_MAX))).not.toBeNull();
    expect(qrOf("x".repeat(BYTES_MAX + 1))).toBeNull();
  });
});
