/** Names of markets as people read them: a symbol is how programs write it. */

import { markets } from "./exchange.ts";

/** Returns a market as its two assets; its symbol before the list of markets is there, and of one that is in none. */
export function pairOf(symbol: string): string {
  const all = markets.get();
  const market = all.kind === "there" ? all.bySymbol.get(symbol) : undefined;
  return market === undefined ? symbol : `${market.base}/${market.quote}`;
}
