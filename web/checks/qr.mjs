// Reads a QR code out of a page, by a reader that is not ours.

import jsQR from "jsqr";

const PIXELS = 4;

/** Returns the text of a code that is drawn as squares of one. */
export async function readQr(image) {
  await image.waitFor();
  const { side, squares } = await image.evaluate((svg) => ({
    side: svg.viewBox.baseVal.width,
    squares: [
      ...svg
        .querySelector(".qr-dark")
        .getAttribute("d")
        .matchAll(/M(\d+) (\d+)h1v1h-1z/g),
    ].map(([, x, y]) => [Number(x), Number(y)]),
  }));
  const width = side * PIXELS;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [x, y] of squares) {
    for (let down = 0; down < PIXELS; down += 1) {
      for (let right = 0; right < PIXELS; right += 1) {
        const at = ((y * PIXELS + down) * width + x * PIXELS + right) * 4;
        pixels.fill(0, at, at + 3);
      }
    }
  }
  return jsQR(pixels, width, width)?.data ?? "";
}
