import { describe, expect, it } from "vitest";
import type { Market } from "../src/market.ts";
import { isFound } from "../src/search.ts";

const market = (base: string, quote: string): Market =>
  ({ symbol: `${base}${quote}`, base, quote }) as unknown as Market;

describe("searching markets", () => {
  const markets = [
    market("BTC", "USDT"),
    market("ETH", "USDT"),
    market("ETH", "BTC"),
    market("XYZ", "USDC"),
  ];
  it.each([
    ["", ["BTCUSDT", "ETHUSDT", "ETHBTC", "XYZUSDC"]],
    ["eth", ["ETHUSDT", "ETHBTC"]],
    ["ETH/USDT", ["ETHUSDT"]],
    ["eth-usdt", ["ETHUSDT"]],
    ["eth / usdt", ["ETHUSDT"]],
    [" ethusdt ", ["ETHUSDT"]],
    ["Ethereum", ["ETHUSDT", "ETHBTC"]],
    ["teth", ["BTCUSDT", "ETHUSDT"]],
    ["bitcoin", ["BTCUSDT", "ETHBTC"]],
    ["以太坊", ["ETHUSDT", "ETHBTC"]],
    ["xyz", ["XYZUSDC"]],
    ["nothing", []],
  ])("%j finds %j", (typed, found) => {
    expect(markets.filter((one) => isFound(one, typed)).map(({ symbol }) => symbol)).toEqual(found);
  });
});
