/** Finding markets by what people type: a symbol, a pair as it is shown, or the name of an asset. */

import type { Market } from "./market.ts";

/** Names of assets that are widely known by one, in English and Chinese: the exchange tells symbols alone. */
const NAMES: Readonly<Record<string, readonly [english: string, chinese: string]>> = {
  ADA: ["Cardano", "艾达币"],
  AVAX: ["Avalanche", "雪崩币"],
  BCH: ["Bitcoin Cash", "比特币现金"],
  BNB: ["Binance Coin", "币安币"],
  BTC: ["Bitcoin", "比特币"],
  DOGE: ["Dogecoin", "狗狗币"],
  DOT: ["Polkadot", "波卡"],
  ETC: ["Ethereum Classic", "以太经典"],
  ETH: ["Ethereum", "以太坊"],
  LINK: ["Chainlink", "链克"],
  LTC: ["Litecoin", "莱特币"],
  SOL: ["Solana", "索拉纳"],
  TRX: ["Tron", "波场"],
  USDC: ["USD Coin", "美元币"],
  USDT: ["Tether", "泰达币"],
  XRP: ["Ripple", "瑞波币"],
};

/** Returns whether a market is one that is searched for; each is when nothing is typed. */
export function isFound({ symbol, base, quote }: Market, typed: string): boolean {
  const wanted = typed.trim().toUpperCase();
  const named = [base, quote].flatMap((asset) => NAMES[asset] ?? []);
  return (
    symbol.includes(wanted.replace(/[\s/_-]+/g, "")) ||
    // From where a word begins: Tether is not what "eth" means.
    named.some((name) => ` ${name.toUpperCase()}`.includes(` ${wanted}`))
  );
}
