/** The indicators of the chart, each with its standard numbers, and numbers of one's own. */

export const INDICATORS: Readonly<Record<string, readonly number[]>> = {
  MA: [5, 10, 30, 60],
  EMA: [6, 12, 20],
  SMA: [12, 2],
  BOLL: [20, 2],
  BBI: [3, 6, 12, 24],
  SAR: [2, 2, 20],
  AVP: [],
  VOL: [5, 10, 20],
  MACD: [12, 26, 9],
  RSI: [6, 12, 24],
  KDJ: [9, 3, 3],
  CCI: [20],
  WR: [6, 10, 14],
  ROC: [12, 6],
  MTM: [12, 6],
  OBV: [30],
  DMI: [14, 6],
  DMA: [10, 50, 10],
  TRIX: [12, 9],
  BIAS: [6, 12, 24],
  BRAR: [26],
  CR: [26, 10, 20, 40, 60],
  PSY: [12, 6],
  VR: [26, 6],
  PVT: [],
  AO: [5, 34],
  EMV: [14, 9],
};
/** More than what is drawn says nothing. */
const NUMBER_MAX = 999;

/** Returns the numbers of a text for an indicator: as many as the standard ones; null for another text. */
export function readNumbers(name: string, text: string): readonly number[] | null {
  const wanted = INDICATORS[name]?.length ?? 0;
  const parts = text.split(/[\s,，]+/).filter((part) => part !== "");
  const numbers = parts.map(Number);
  const isSound = numbers.every(
    (number) => Number.isInteger(number) && 1 <= number && number <= NUMBER_MAX,
  );
  return isSound && numbers.length === wanted ? numbers : null;
}

/** Returns the numbers an indicator is drawn with. */
export const numbersOf = (
  name: string,
  chosen: Readonly<Record<string, string>>,
): readonly number[] => readNumbers(name, chosen[name] ?? "") ?? INDICATORS[name] ?? [];
