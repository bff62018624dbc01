// Unmodified node-binance-api: REST, its user data, its streams and its depth cache.

import { ACCOUNTS, REST, Told, WS, balances, begin, client, noted, raises, same, settled, soon } from "./common.mjs";
import { conditionalOrders } from "./conditional.mjs";

const Binance = client("node-binance-api");
const SYMBOL = "ETHUSDT";

function connect(name, secret) {
  const { api_key: APIKEY, api_secret } = ACCOUNTS[name];
  const urls = { base: `${REST}/api/`, sapi: `${REST}/sapi/`, stream: `${WS}/ws/`, combineStream: `${WS}/stream?streams=` };
  const binance = new Binance({ APIKEY, APISECRET: secret ?? api_secret, urls });
  // The one address that its options leave out.
  binance.wsApi = `${WS}/ws-api/v3`;
  return noted(binance);
}

begin("node-binance-api", "node-binance-api");
const [alice, bob] = ["alice", "bob"].map((name) => connect(name));
const both = async () => ({ alice: balances(await alice.account()), bob: balances(await bob.account()) });

async function tradeOverRest() {
  await alice.ping();
  same((await alice.exchangeInfo()).symbols.length, 4, "the markets are described");
  const placed = await alice.sell(SYMBOL, 2, 2_000);
  same(placed.status, "NEW", "a limit order rests");
  same((await alice.openOrders(SYMBOL)).map(({ orderId }) => orderId), [placed.orderId], "it is the one open order");
  const bought = await bob.marketBuy(SYMBOL, 0.5);
  same([bought.status, bought.executedQty], ["FILLED", "0.50000000"], "a market order fills");
  const spent = await bob.marketBuyWithCost(SYMBOL, 1_000);
  same([spent.status, spent.cummulativeQuoteQty], ["FILLED", "1000.00000000"], "a market order by cost");
  const killed = await bob.limitOrder("BUY", SYMBOL, 3, 2_000, { timeInForce: "FOK" });
  same([killed.status, killed.executedQty], ["EXPIRED", "0.00000000"], "an FOK order that cannot fill expires");
  const taken = await bob.buy(SYMBOL, 3, 2_000, { timeInForce: "IOC" });
  same([taken.status, taken.executedQty], ["EXPIRED", "1.00000000"], "the rest of an IOC order expires");
  same((await alice.orderStatus(SYMBOL, placed.orderId)).status, "FILLED", "the resting order is filled");
  const maker = await alice.order("LIMIT_MAKER", "SELL", SYMBOL, 1, 2_001, { newOrderRespType: "RESULT" });
  same(maker.status, "NEW", "a limit maker rests");
  const cancelled = await alice.cancel(SYMBOL, maker.orderId);
  same([cancelled.status, cancelled.origClientOrderId], ["CANCELED", maker.clientOrderId], "a cancel by id");
  await alice.sell(SYMBOL, 1, 2_002);
  await alice.buy(SYMBOL, 1, 1_500);
  same((await alice.cancelAll(SYMBOL)).length, 2, "all orders of a market are cancelled");
  same((await bob.myTrades(SYMBOL)).length, 3, "trades are listed");
  same((await bob.allOrders(SYMBOL)).length, 4, "orders are listed");
  same((await alice.prices(SYMBOL))[SYMBOL], 2_000, "the last price");
  same((await alice.tickerPrice(SYMBOL)).price, "2000.00000000", "the last price over the WebSocket API");
  same((await alice.prevDay(SYMBOL)).lastPrice, "2000.00000000", "the day's ticker");
  same((await alice.candlesticks(SYMBOL, "1m")).at(-1).close, "2000.00000000", "candles");
  same((await alice.recentTrades(SYMBOL)).at(-1).price, "2000.00000000", "recent trades");
  same((await alice.aggTrades(SYMBOL)).at(-1).price, "2000.00000000", "aggregate trades");
  same((await alice.balance()).USDT.onOrder, "0.00000000", "balances by asset");
}

async function beRefused() {
  const maker = await alice.sell(SYMBOL, 1, 2_100);
  const rows = [
    [-2011, () => alice.cancel(SYMBOL, 99_999), "a cancel of an unknown order"],
    [-2013, () => alice.orderStatus(SYMBOL, 99_999), "a query of an unknown order"],
    [-2010, () => alice.sell(SYMBOL, 4_000, 2_000), "too little money"],
    [-2010, () => bob.order("LIMIT_MAKER", "BUY", SYMBOL, 1, 2_100), "a limit maker that would take"],
    [-1121, () => alice.sell("NOPE", 1, 2_000), "an unknown symbol"],
    [-1013, () => alice.sell(SYMBOL, 1, 2_000.001), "a price off the grid"],
    [-1022, () => connect("alice", "x".repeat(64)).account(), "a wrong secret"],
  ];
  // This client has no classes of errors: the message is the exchange's answer.
  const name = (error) => `Error ${JSON.parse(error.message).code}`;
  for (const [code, call, what] of rows) await raises(`Error ${code}`, name, call, what);
  await alice.cancel(SYMBOL, maker.orderId);
}

async function hear() {
  const user = new Told();
  const market = new Told();
  const sockets = noted(bob.websockets, "websockets.");
  await new Promise((resolve) => noted(alice.websockets, "websockets.").userData(user.tell, undefined, undefined, resolve));
  sockets.trades(SYMBOL, market.tell);
  sockets.aggTrades(SYMBOL, market.tell);
  sockets.bookTickers(SYMBOL, (row) => market.tell({ e: "bookTicker", ...row }));
  sockets.prevDay(SYMBOL, (_, row) => market.tell({ e: "prevDay", ...row }));
  sockets.candlesticks(SYMBOL, "1m", market.tell);
  sockets.depthCache(SYMBOL, () => {});
  await new Promise((resolve) => setTimeout(resolve, 500));
  const placed = await alice.sell(SYMBOL, 1, 2_200);
  const told = await user.until((row) => row.i === placed.orderId && row.x === "NEW", "user data tells the order");
  same([told.c, told.q], [placed.clientOrderId, "1.00000000"], "as it was placed");
  await user.until((row) => row.e === "outboundAccountPosition" && row.B[0].l === "1.00000000", "and what it holds");
  await bob.marketBuy(SYMBOL, 0.4);
  const trade = await user.until((row) => row.x === "TRADE" && row.i === placed.orderId, "and its trade");
  same([trade.l, trade.n, trade.N], ["0.40000000", "0.88000000", "USDT"], "with its fee");
  await market.until((row) => row.e === "trade" && row.p === "2200.00000000", "others hear the trade");
  await market.until((row) => row.e === "aggTrade" && row.p === "2200.00000000", "and the aggregate trade");
  await market.until((row) => row.e === "bookTicker" && row.bestAskQty === "0.60000000", "and the best prices");
  await market.until((row) => row.e === "prevDay" && row.close === "2200.00000000", "and the day's ticker");
  await market.until((row) => row.e === "kline" && row.k.c === "2200.00000000", "and the candle");
  for (let step = 0; step < 20; step += 1) {
    const order = await alice.sell(SYMBOL, 2, 2_100 + (step % 3));
    await alice.buy(SYMBOL, 1, 1_500 + (step % 4));
    await bob.marketBuy(SYMBOL, 0.7);
    await alice.cancel(SYMBOL, order.orderId);
  }
  const { bids, asks } = await alice.depth(SYMBOL);
  same([bids.length, asks.length], [4, 1], "the book has the levels that rest");
  const rest = JSON.stringify([bids, asks].map((side) => side.map(({ price, quantity }) => [price, Number(quantity)])));
  const cache = () => {
    const { bids, asks } = bob.getDepthCache(SYMBOL);
    return JSON.stringify([bob.sortBids(bids), bob.sortAsks(asks)].map((side) => Object.entries(side)));
  };
  await soon(() => cache() === rest, "the depth cache becomes the book of REST", () => `${cache()}, not ${rest}`);
  await alice.cancelAll(SYMBOL);
  await user.until((row) => row.x === "CANCELED" && row.i === placed.orderId, "user data tells the cancel");
  await soon(() => cache() === "[[],[]]", "levels that are gone leave the depth cache");
}

/** How this client places, asks for and cancels what waits for a price. */
const conditional = {
  async place({ type, side, symbol, quantity, price, timeInForce, ...more }) {
    return (await alice.order(type, side, symbol, quantity, price, more)).orderId;
  },
  status: async (orderId) => (await alice.orderStatus(SYMBOL, orderId)).status,
  async placeList(kind, { symbol, side, quantity, ...more }) {
    // It has a call of its own for pairs only.
    const { orderListId, orders } = await (kind === "oco"
      ? alice.ocoOrder(side, symbol, quantity, more)
      : alice.privateSpotRequest(`v3/orderList/${kind}`, { symbol, ...more }, "POST"));
    return { listId: orderListId, ids: orders.map(({ orderId }) => orderId) };
  },
  cancelList: (orderListId) => alice.privateSpotRequest("v3/orderList", { symbol: SYMBOL, orderListId }, "DELETE"),
  cancelAll: () => alice.cancelAll(SYMBOL),
};

const start = await both();
await tradeOverRest();
await conditionalOrders(SYMBOL, 2_000, conditional);
await beRefused();
await hear();
await settled(start, await both());
process.exit(0);
