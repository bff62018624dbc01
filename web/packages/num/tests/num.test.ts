import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  averagePrice,
  ceilTo,
  changeBps,
  digitsOf,
  floorTo,
  isOnGrid,
  notional,
  parsePrice,
  parseUnits,
  priceOf,
  qtyFor,
  qtyOf,
  share,
  stepBy,
  amountOf,
  type Price,
  type Qty,
} from "../src/decimal.ts";
import { readEntry } from "../src/entry.ts";
import {
  format,
  formatAmount,
  formatExact,
  formatFee,
  formatPercent,
  formatShort,
  formatSigned,
  marksOf,
  PLAIN_MARKS,
  shortened,
  toWire,
} from "../src/format.ts";

const units = fc.bigInt({ min: -(2n ** 95n), max: 2n ** 95n });
const positive = fc.bigInt({ min: 1n, max: 2n ** 80n });
const english = { group: ",", decimal: "." };
const german = { group: ".", decimal: "," };
const french = { group: "\u202f", decimal: "," };

describe("fees", () => {
  const shownFee = (value: bigint, digits: number): bigint => {
    const text = formatFee(value, digits, { group: "", decimal: "." });
    return parseUnits(text.replace("\u2212", "-")) ?? expect.unreachable(text);
  };

  it("are shown rounded up, by less than the last digit that is shown", () => {
    fc.assert(
      fc.property(units, fc.integer({ min: 0, max: 8 }), (value, digits) => {
        const above = shownFee(value, digits) - value;
        return 0n <= above && above < 10n ** BigInt(8 - digits);
      }),
    );
  });

  it("are never shown as none", () => {
    expect(formatFee(1n, 4, english)).toBe("0.0001");
    expect(formatFee(8_610_001n, 4, english)).toBe("0.0862");
    expect(formatFee(0n, 4, english)).toBe("0.0000");
    expect(formatFee(-1n, 4, english)).toBe("0.0000");
  });
});

describe("prices with many zeros", () => {
  it("are shown with their zeros counted", () => {
    for (const [text, short] of [
      ["0.00001234", "0.0₄1234"],
      ["0.00000001", "0.0₇1"],
      ["0.00012340", "0.00012340"],
      ["0.00000000", "0.00000000"],
      ["10.00001234", "10.00001234"],
      ["−0.00001200", "−0.0₄1200"],
      ["0.000000000012", "0.0₁₀12"],
      ["0", "0"],
    ] as const) {
      expect(shortened(text, english)).toBe(short);
    }
    expect(shortened("0,00001234", german)).toBe("0,0₄1234");
  });

  it("keep every digit behind the zeros", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 9_999n }), (value) => {
        const text = format(value, 8, english);
        const short = shortened(text, english);
        const zeros = 8 - value.toString().length;
        return short === `0.0${"₀₁₂₃₄₅₆₇"[zeros] ?? ""}${value.toString()}`;
      }),
    );
  });
});

describe("decimals", () => {
  it("are the same after a way over the wire", () => {
    fc.assert(fc.property(units, (value) => parseUnits(toWire(value)) === value));
  });

  it("are the same after they were shown in full and read again", () => {
    fc.assert(
      fc.property(units, fc.constantFrom(english, german, french), (value, marks) => {
        const size = value < 0n ? -value : value;
        const entry = readEntry(format(size, 8, marks), marks);
        expect(entry).toEqual({ kind: "value", units: size });
      }),
    );
  });

  it.each([
    "",
    "1e5",
    "0x10",
    "+1",
    "1.",
    ".5",
    "1,5",
    "١",
    "1.123456789",
    "NaN",
    "1 ",
    "9".repeat(60),
  ])("refuses %j", (text) => expect(parsePrice(text)).toBeNull());

  it("takes zeros that say nothing", () => {
    expect(parseUnits("1.1000000000000")).toBe(110_000_000n);
  });

  it("throws at a wire that sends no decimal", () => {
    expect(() => priceOf("1e5")).toThrow("not a decimal");
  });
});

describe("grids", () => {
  it("are met below and above, less than a step away", () => {
    fc.assert(
      fc.property(positive, positive, (value, step) => {
        const [low, high] = [floorTo(value as Price, step), ceilTo(value as Price, step)];
        expect(isOnGrid(low, step) && isOnGrid(high, step)).toBe(true);
        expect(low <= value && value <= high && high - low <= step).toBe(true);
      }),
    );
  });

  it("are climbed one step at a time, from off the grid too", () => {
    expect(stepBy(100n as Price, 10n, 1)).toBe(110n);
    expect(stepBy(103n as Price, 10n, 1)).toBe(110n);
    expect(stepBy(103n as Price, 10n, -1)).toBe(100n);
    expect(stepBy(100n as Price, 10n, -1)).toBe(90n);
    expect(stepBy(0n as Price, 10n, -1)).toBe(0n);
  });

  it.each([
    ["0.01", 2],
    ["0.00001", 5],
    ["1", 0],
    ["10", 0],
    ["0.5", 1],
    ["0.00000001", 8],
  ])("of %s have %i digits", (text, digits) => expect(digitsOf(priceOf(text))).toBe(digits));
});

describe("products", () => {
  it("lie within one unit of the exact one, on the side that was asked for", () => {
    fc.assert(
      fc.property(positive, positive, (price, qty) => {
        const scale = 100_000_000n;
        const down = notional(price as Price, qty as Qty, "down");
        const up = notional(price as Price, qty as Qty, "up");
        expect(down * scale <= price * qty && price * qty <= up * scale).toBe(true);
        expect(up - down <= 1n).toBe(true);
      }),
    );
  });

  it("never cost more than the amount that they were made from", () => {
    fc.assert(
      fc.property(positive, positive, (quote, price) => {
        const qty = qtyFor(quote as never, price as Price);
        expect(notional(price as Price, qty, "down") <= quote).toBe(true);
      }),
    );
  });

  it("round fees up", () => {
    expect(share(amountOf("0.00000001"), 100_000n, "up")).toBe(1n);
    expect(share(amountOf("100"), 100_000n, "up")).toBe(amountOf("0.1"));
  });

  it("are divided back into an average", () => {
    expect(averagePrice(amountOf("30"), qtyOf("2"))).toBe(priceOf("15"));
    expect(averagePrice(amountOf("30"), qtyOf("0"))).toBeNull();
    expect(changeBps(priceOf("100"), priceOf("101.5"))).toBe(150n);
    expect(changeBps(priceOf("0"), priceOf("1"))).toBeNull();
  });
});

describe("shown", () => {
  it("cuts toward zero and never shows minus zero", () => {
    expect(format(parseUnits("-1234567.899") ?? 0n, 2, english)).toBe("\u22121,234,567.89");
    expect(format(parseUnits("-0.001") ?? 0n, 2, english)).toBe("0.00");
    expect(format(parseUnits("999") ?? 0n, 0, german)).toBe("999");
  });

  it("never shows an amount as nothing", () => {
    expect(formatExact(123_456_750_000_000n, english)).toBe("1,234,567.5");
    expect(formatExact(-200_000_000_000n, english)).toBe("\u22122,000");
    expect(formatExact(1n, english)).toBe("0.00000001");
    expect(formatAmount(1n, 2, english)).toBe("<0.01");
    expect(formatAmount(-1n, 2, english)).toBe("\u2212<0.01");
    expect(formatAmount(0n, 2, english)).toBe("0.00");
  });

  it("signs changes, shortens volumes", () => {
    expect(formatSigned(parseUnits("1.5") ?? 0n, 1, PLAIN_MARKS)).toBe("+1.5");
    expect(formatPercent(-124n, english)).toBe("\u22121.24%");
    expect(formatPercent(5n, german)).toBe("+0,05%");
    expect(formatShort(parseUnits("1612681.69") ?? 0n, english)).toBe("1.61M");
    expect(formatShort(parseUnits("999.999") ?? 0n, english)).toBe("999.99");
  });

  it("knows the marks of locales", () => {
    expect(marksOf("en")).toEqual(english);
    expect(marksOf("de")).toEqual(german);
  });
});

describe("typed", () => {
  it.each([
    ["1,234.5", english, "1234.5"],
    ["1234.5", german, "1234.5"],
    ["1.234,5", german, "1234.5"],
    ["1.234.567", german, "1234567"],
    ["1234,5", german, "1234.5"],
    ["0.123", german, "0.123"],
    ["12345.678", german, "12345.678"],
    [" 5 ", english, "5"],
    [".5", english, "0.5"],
    ["5.", english, "5"],
  ])("%j is read", (text, marks, expected) =>
    expect(readEntry(text, marks)).toEqual({ kind: "value", units: parseUnits(expected) }),
  );

  it.each([
    ["1.234", german, "ambiguous"],
    ["", german, "empty"],
    ["1e5", english, "unreadable"],
    ["-5", english, "unreadable"],
    ["1,23", english, "unreadable"],
    ["1.2.3", english, "unreadable"],
    ["٣", english, "unreadable"],
    [".", english, "unreadable"],
    ["0.123456789", english, "tooFine"],
  ])("%j is not guessed", (text, marks, kind) => expect(readEntry(text, marks).kind).toBe(kind));
});
