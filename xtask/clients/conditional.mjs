// Stop, take-profit, trailing, iceberg and pegged orders and lists of orders, the same for every Node client.
//
// A client brings five ways of its own, each a promise, with parameters as the exchange names them:
// `place(order)` gives an order's id, `status(id)` its status, `placeList(kind, order)` a list's id and the ids of its
// orders, `cancelList(id)` ends a list and `cancelAll()` everything in the market.
// What the market does meanwhile is the other account's doing.

import { ask, same } from "./common.mjs";

/** A market in which alice's client trades and bob moves the price. */
class Market {
  constructor(symbol, last) {
    Object.assign(this, { symbol, last });
  }

  /** Returns a price, in hundredths of the last price at the beginning. */
  at = (percent) => ((this.last * percent) / 100).toFixed(2);

  bob(side, percent, quantity) {
    const order = { symbol: this.symbol, side, type: "LIMIT", timeInForce: "GTC", price: this.at(percent), quantity };
    return ask("bob", "order", order, "POST");
  }

  /** Returns what the book shows of offers at a price. */
  async shown(percent) {
    const { asks } = await ask("bob", "depth", { symbol: this.symbol });
    return Number(asks.find(([price]) => Number(price) === Number(this.at(percent)))?.[1] ?? 0);
  }

  sell(type, price, more = {}) {
    const order = { symbol: this.symbol, side: "SELL", type, quantity: "1", ...more };
    return type.includes("LIMIT") ? { ...order, price, timeInForce: "GTC" } : order;
  }
}

/** Orders that wait for a price in either direction, orders that show a part or are pegged, and lists; all end in the end. */
export async function conditionalOrders(symbol, last, client) {
  const market = new Market(symbol, last);
  await ordersThatWait(market, client);
  await peggedOrder(market, client);
  await lists(market, client);
}

async function ordersThatWait(market, client) {
  const { at } = market;
  const [low, lower] = [at(97), at(94)];
  const stop = await client.place(market.sell("STOP_LOSS", undefined, { stopPrice: low }));
  const stopLimit = await client.place(market.sell("STOP_LOSS_LIMIT", lower, { stopPrice: low }));
  const profit = await client.place(market.sell("TAKE_PROFIT", undefined, { stopPrice: at(104) }));
  const profitLimit = await client.place(market.sell("TAKE_PROFIT_LIMIT", at(102), { stopPrice: at(102) }));
  const trailing = await client.place(market.sell("STOP_LOSS_LIMIT", lower, { trailingDelta: "300" }));
  const iceberg = await client.place(market.sell("LIMIT", at(106), { icebergQty: "0.25" }));
  const allAre = async (status, ids, what) => {
    const found = [];
    for (const id of ids) found.push(await client.status(id));
    same(found, ids.map(() => status), what);
  };
  const all = [stop, stopLimit, profit, profitLimit, trailing, iceberg];
  await allAre("NEW", all, "orders that wait for a price, and an iceberg, are accepted");
  same(await market.shown(106), 0.25, "of the iceberg the book shows a part");
  await market.bob("SELL", 102, "0.5");
  await client.place({ ...market.sell("LIMIT", at(102)), side: "BUY", quantity: "0.5" });
  same(await market.shown(102), 1, "the take profit limit rests once its price is reached");
  await market.bob("BUY", 102, "1");
  await allAre("FILLED", [profitLimit], "and fills");
  await market.bob("BUY", 97, "5");
  await client.place({ ...market.sell("LIMIT", low), quantity: "0.5" });
  await allAre("FILLED", [stop, stopLimit, trailing], "stops fill once the price has fallen");
  await market.bob("BUY", 105, "1");
  await market.bob("BUY", 106, "0.6");
  await allAre("FILLED", [profit], "the take profit fills once the price has risen");
  await allAre("PARTIALLY_FILLED", [iceberg], "the iceberg is partly filled");
  same(await market.shown(106), 0.15, "and shows what is left of its part");
  await client.cancelAll();
  await allAre("CANCELED", [iceberg], "and is cancelled with all orders");
}

async function peggedOrder(market, client) {
  await market.bob("SELL", 105, "1");
  const id = await client.place(market.sell("LIMIT", market.at(110), { pegPriceType: "PRIMARY_PEG" }));
  same([await market.shown(105), await market.shown(110)], [2, 0], "a pegged order takes its price from the book");
  await market.bob("BUY", 105, "1");
  same(await client.status(id), "FILLED", "and fills there");
}

async function lists(market, client) {
  const { at, symbol } = market;
  const are = async (ids, wanted, what) => {
    const found = [];
    for (const id of ids) found.push(await client.status(id));
    same(found, wanted, what);
  };
  const above = { symbol, side: "SELL", quantity: "1", aboveType: "LIMIT_MAKER", abovePrice: at(107) };
  const below = { belowType: "STOP_LOSS_LIMIT", belowStopPrice: at(98), belowPrice: at(96), belowTimeInForce: "GTC" };
  const pair = await client.placeList("oco", { ...above, ...below });
  const [limit, stop] = pair.ids;
  await are([limit, stop], ["NEW", "NEW"], "two orders of which one ends the other are accepted");
  await market.bob("BUY", 107, "1");
  const found = [await client.status(limit), await client.status(stop)].sort();
  same(found, ["EXPIRED", "FILLED"], "the fill of one ends the other");
  const working = { symbol, workingType: "LIMIT", workingTimeInForce: "GTC", workingQuantity: "1" };
  const buy = { ...working, workingSide: "BUY", workingPrice: at(90) };
  const waiting = { pendingType: "LIMIT_MAKER", pendingSide: "SELL", pendingQuantity: "1", pendingPrice: at(110) };
  const one = await client.placeList("oto", { ...buy, ...waiting });
  await are(one.ids, ["NEW", "PENDING_NEW"], "an order that waits for another is accepted");
  await client.cancelList(one.listId);
  await are(one.ids, ["CANCELED", "CANCELED"], "a list is cancelled");
  const sell = { ...working, workingSide: "SELL", workingPrice: at(107) };
  const first = { pendingSide: "BUY", pendingQuantity: "1", pendingAboveType: "STOP_LOSS", pendingAboveStopPrice: at(112) };
  const second = { pendingBelowType: "LIMIT_MAKER", pendingBelowPrice: at(92) };
  const two = await client.placeList("otoco", { ...sell, ...first, ...second });
  await market.bob("BUY", 107, "1");
  await are(two.ids, ["FILLED", "NEW", "NEW"], "the fill of an order starts the two that wait for it");
  await client.cancelAll();
  await are(two.ids, ["FILLED", "CANCELED", "CANCELED"], "which are cancelled with all orders");
  await ask("bob", "openOrders", { symbol }, "DELETE");
}
