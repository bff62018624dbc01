import type { DayTicker, TickerMessage } from "@bourse/api/schema";
import { priceOf } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import { TickerReading, type Tickers } from "../src/tickers.ts";

const row = (symbol: string, last: string): DayTicker =>
  ({
    symbol,
    lastPrice: last,
    openPrice: "8",
    highPrice: "99",
    lowPrice: "1",
    volume: "1",
    quoteVolume: "9",
  }) as never;

const message = (s: string, c: string): TickerMessage =>
  ({ s, c, o: "8", h: "99", l: "1", v: "2", q: "15" }) as never;

/** A reading whose questions are answered, or not, when a test says so. */
function reading() {
  const questions: { answer: (rows: readonly DayTicker[]) => void; fail: () => void }[] = [];
  const taken: Tickers[] = [];
  const tickers = new TickerReading(
    () =>
      new Promise((resolve, reject) =>
        questions.push({ answer: resolve, fail: () => reject(new Error("no answer")) }),
      ),
    (all) => taken.push(all),
  );
  const last = (symbol: string) => taken.at(-1)?.get(symbol)?.last;
  return { questions, taken, tickers, last };
}

describe("tickers that are read again", () => {
  it("are those of the answer, but where something was told since it was asked for", async () => {
    const { questions, tickers, last } = reading();
    tickers.hear([message("A", "1")]);
    const read = tickers.read();
    tickers.hear([message("B", "22")]);
    questions[0]?.answer([row("A", "10"), row("B", "20"), row("C", "30")]);
    expect(await read).toBe(true);
    expect([last("A"), last("B"), last("C")]).toEqual([
      priceOf("10"),
      priceOf("22"),
      priceOf("30"),
    ]);
  });

  it("are those of the newest question, whichever is answered last", async () => {
    const { questions, taken, tickers, last } = reading();
    const reads = [tickers.read(), tickers.read()];
    questions[1]?.answer([row("A", "12")]);
    await reads[1];
    const third = tickers.read();
    questions[0]?.answer([row("A", "10")]);
    expect(await reads[0]).toBe(true);
    expect(taken).toHaveLength(1);
    tickers.hear([message("A", "14")]);
    questions[2]?.answer([row("A", "13")]);
    await third;
    expect(last("A")).toBe(priceOf("14"));
  });

  it("have to be asked for again when no answer comes", async () => {
    const { questions, taken, tickers } = reading();
    const read = tickers.read();
    questions[0]?.fail();
    expect(await read).toBe(false);
    expect(taken).toEqual([]);
  });
});
