import type { OrderChange, OwnTrade } from "@bourse/api/schema";
import { describe, expect, it } from "vitest";
import { changesOf, storyOf, TRADES_MAX, TRADES_PER_PAGE, tradesOf } from "../src/story.ts";

const change = (word: OrderChange["change"], time: number): OrderChange => ({
  symbol: "BTCUSDT",
  orderId: 1,
  sequence: time,
  time,
  change: word,
});

const trade = (id: number, time: number): OwnTrade => ({ id, time }) as OwnTrade;

/** In short: the word of a change, the number of a trade. */
const short = (changes: readonly OrderChange[], trades: readonly OwnTrade[]) =>
  storyOf(changes, trades).map((one) =>
    one.kind === "change" ? one.change.change : `#${one.trade.id.toString()}`,
  );

describe("the story of an order", () => {
  it("has trades between what changed before and after them", () => {
    expect(
      short(
        [change("ACCEPTED", 1), change("AMENDED", 5), change("CLOSED", 9)],
        [trade(1, 3), trade(2, 7)],
      ),
    ).toEqual(["ACCEPTED", "#1", "AMENDED", "#2", "CLOSED"]);
  });

  it("tells what an order takes at once behind what let it, and before its end", () => {
    expect(
      short(
        [change("ACCEPTED", 4), change("TRIGGERED", 4), change("CLOSED", 4)],
        [trade(1, 4), trade(2, 4)],
      ),
    ).toEqual(["ACCEPTED", "TRIGGERED", "#1", "#2", "CLOSED"]);
    expect(short([change("ACCEPTED", 1), change("AMENDED", 4)], [trade(1, 4)])).toEqual([
      "ACCEPTED",
      "AMENDED",
      "#1",
    ]);
  });

  it("ends with the trades of an order that is filled", () => {
    expect(short([change("ACCEPTED", 1)], [trade(1, 3), trade(2, 4)])).toEqual([
      "ACCEPTED",
      "#1",
      "#2",
    ]);
    expect(short([], [])).toEqual([]);
  });

  it("is asked for page by page, to its end", async () => {
    const asked: (string | undefined)[] = [];
    const all = [change("ACCEPTED", 1), change("AMENDED", 2), change("CLOSED", 3)];
    const found = await changesOf((cursor) => {
      asked.push(cursor);
      const at = asked.length - 1;
      const next = at < 2 ? at.toString() : undefined;
      return Promise.resolve({ rows: all.slice(at, at + 1), next });
    });
    expect(found).toEqual(all);
    expect(asked).toEqual([undefined, "0", "1"]);
  });

  it("has as many trades as a page holds, each once", async () => {
    const exchange = (count: number) => (fromId: number) =>
      Promise.resolve(
        Array.from({ length: Math.min(TRADES_PER_PAGE, count - fromId) }, (_, at) =>
          trade(fromId + at, 1),
        ),
      );
    for (const count of [0, 1, TRADES_PER_PAGE, TRADES_PER_PAGE + 1, 2_500]) {
      const found = await tradesOf(exchange(count));
      expect(found.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, id) => id));
    }
    expect(await tradesOf(exchange(TRADES_MAX + 1))).toHaveLength(TRADES_MAX);
  });
});
