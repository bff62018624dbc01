/** How well a colour is read on another. */

/** Returns the contrast of two colours as WCAG counts it, from 1 to 21, in hundredths; null for what is no `#rrggbb`. */
export function contrastHundredths(one: string, other: string): number | null {
  const [first, second] = [luminance(one), luminance(other)];
  if (first === null || second === null) return null;
  const [light, dark] = first < second ? [second, first] : [first, second];
  return Math.floor((100 * (light + 0.05)) / (dark + 0.05));
}

function luminance(colour: string): number | null {
  const match = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour);
  if (match === null) return null;
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((hex) => {
    const share = Number.parseInt(hex, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
