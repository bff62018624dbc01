// Unmodified ccxt for Node: trades over REST and over a socket, and watches the market, its orders and its balance.

import { ACCOUNTS, REST, Told, WS, balances, begin, check, client, noted, raises, same, settled } from "./common.mjs";
import { conditionalOrders } from "./conditional.mjs";

const ccxt = client("ccxt");
const SYMBOL = "BTC/USDT";
const SUBSCRIBED_MS = 1_000;

/** Nothing but the URLs, and an account's key. */
function config(name, secret) {
  const ws = { spot: `${WS}/stream-spot/ws`, margin: `${WS}/stream-spot/ws`, "ws-api": { spot: `${WS}/ws-api/v3` } };
  const api = { public: `${REST}/api/v3`, private: `${REST}/api/v3`, v1: `${REST}/api/v1`, sapi: `${REST}/sapi/v1` };
  const others = { sapiV2: `${REST}/sapi/v2`, sapiV3: `${REST}/sapi/v3`, fapiPublic: `${REST}/fapi/v1`, dapiPublic: `${REST}/dapi/v1` };
  const { api_key: apiKey, api_secret } = ACCOUNTS[name];
  return { urls: { api: { ...api, ...others, ws } }, apiKey, secret: secret ?? api_secret };
}

begin("ccxt and ccxt.pro, Node", "ccxt");
const [alice, bob] = ["alice", "bob"].map((name) => noted(new ccxt.pro.binance(config(name))));
// What this client asks for before it opens a socket without encryption.
await Promise.all([alice, bob].map((exchange) => exchange.loadHttpProxyAgent()));
const both = async () => ({
  alice: balances((await alice.fetchBalance()).info),
  bob: balances((await bob.fetchBalance()).info),
});

/** Tells everything a watch tells, until the session ends. */
function watch(call, ...what) {
  const told = new Told();
  const follow = async () => {
    for (;;) [await call(...what)].flat().forEach(told.tell);
  };
  follow().catch((error) => check(error instanceof ccxt.ExchangeClosedByUser, "the watch goes on", error));
  return told;
}

async function tradeOverRest() {
  same(Object.keys(await alice.loadMarkets()).sort(), ["BTC/USDT", "ETH/BTC", "ETH/USDT", "LTC/USDT"], "markets load with keys");
  same((await alice.fetchStatus()).status, "ok", "the exchange says it is well");
  const order = await alice.createOrder(SYMBOL, "limit", "buy", 0.01, 50_000);
  same(order.status, "open", "a limit order rests");
  same((await alice.fetchOpenOrders(SYMBOL)).map(({ id }) => id), [order.id], "it is the one open order");
  const edited = await alice.editOrder(order.id, SYMBOL, "limit", "buy", 0.02, 49_000);
  same([edited.status, edited.price], ["open", 49_000], "an edit replaces it");
  same((await alice.fetchOrder(order.id, SYMBOL)).status, "canceled", "the replaced order is cancelled");
  const sold = await bob.createOrder(SYMBOL, "market", "sell", 0.005);
  same([sold.status, sold.filled, sold.average], ["closed", 0.005, 49_000], "a market order fills");
  const [trade] = await alice.fetchMyTrades(SYMBOL);
  same([trade.takerOrMaker, trade.fee.currency], ["maker", "BTC"], "the maker sees its trade");
  same((await alice.cancelOrder(edited.id, SYMBOL)).status, "canceled", "a cancel by id");
  await alice.createOrder(SYMBOL, "limit", "sell", 1, 50_000, { postOnly: true });
  const killed = await bob.createOrder(SYMBOL, "limit", "buy", 2, 50_000, { timeInForce: "FOK" });
  same([killed.status, killed.filled], ["expired", 0], "an FOK order that cannot fill expires");
  const taken = await bob.createOrder(SYMBOL, "limit", "buy", 2, 50_000, { timeInForce: "IOC" });
  same([taken.status, taken.filled], ["expired", 1], "the rest of an IOC order expires");
  await alice.createOrder(SYMBOL, "limit", "sell", 1, 50_000);
  const bought = await bob.createMarketBuyOrderWithCost(SYMBOL, 500);
  same([bought.cost, bought.filled], [500, 0.01], "a market order by cost");
  same((await alice.cancelAllOrders(SYMBOL)).length, 1, "all orders of a market are cancelled");
  same((await alice.fetchTicker(SYMBOL)).last, 50_000, "the ticker shows the last price");
  same((await alice.fetchOHLCV(SYMBOL, "1m")).at(-1)[4], 50_000, "the running candle closes at the last price");
  same((await alice.fetchTrades(SYMBOL)).length, 3, "public trades");
}

async function beRefused() {
  const wrong = noted(new ccxt.pro.binance(config("alice", "x".repeat(64))));
  const maker = await alice.createOrder(SYMBOL, "limit", "sell", 1, 51_000);
  const rows = [
    ["OrderNotFound", () => alice.cancelOrder("999999", SYMBOL), "a cancel of an unknown order"],
    ["OrderNotFound", () => alice.fetchOrder("999999", SYMBOL), "a query of an unknown order"],
    ["InsufficientFunds", () => alice.createOrder(SYMBOL, "limit", "buy", 120, 50_000), "too little money"],
    ["InsufficientFunds", () => alice.createOrderWs(SYMBOL, "limit", "buy", 120, 50_000), "too little money over the socket"],
    ["OrderImmediatelyFillable", () => bob.createOrder(SYMBOL, "limit", "buy", 1, 51_000, { postOnly: true }), "a post-only order that would take"],
    ["BadSymbol", () => alice.publicGetDepth({ symbol: "NOPE" }), "an unknown symbol"],
    ["AuthenticationError", () => wrong.fetchBalance(), "a wrong secret"],
    ["InvalidNonce", () => alice.privateGetAccount({ timestamp: Date.now() - 50_000 }), "a request from a minute ago"],
  ];
  for (const [wanted, call, what] of rows) await raises(wanted, (error) => error.constructor.name, call, what);
  await alice.cancelOrder(maker.id, SYMBOL);
}

async function watchAndTrade() {
  const orders = watch(alice.watchOrders, SYMBOL);
  const fills = watch(alice.watchMyTrades, SYMBOL);
  const money = watch(alice.watchBalance);
  const books = watch(bob.watchOrderBook, SYMBOL);
  const trades = watch(bob.watchTrades, SYMBOL);
  const tickers = watch(bob.watchTicker, SYMBOL);
  const candles = watch(bob.watchOHLCV, SYMBOL, "1m");
  await new Promise((resolve) => setTimeout(resolve, SUBSCRIBED_MS));
  const order = await alice.createOrderWs(SYMBOL, "limit", "sell", 0.5, 52_000);
  same(order.status, "open", "an order is placed over the socket");
  await orders.until((row) => row.id === order.id && row.status === "open", "its owner watches it");
  await money.until((row) => row.BTC.used === 0.5, "and the balance it holds");
  await bob.createOrder(SYMBOL, "market", "buy", 0.2);
  const fill = await fills.until((row) => row.order === order.id, "its owner watches the trade");
  same([fill.amount, fill.takerOrMaker, fill.fee.currency], [0.2, "maker", "USDT"], "with its fee");
  await trades.until((row) => row.price === 52_000 && row.amount === 0.2, "others watch the trade");
  await tickers.until((row) => row.last === 52_000, "and the ticker");
  await candles.until((row) => row[4] === 52_000, "and the candle");
  const edited = await alice.editOrderWs(order.id, SYMBOL, "limit", "sell", 0.3, 52_100);
  same((await alice.fetchOrderWs(edited.id, SYMBOL)).price, 52_100, "an order is replaced and asked for over the socket");
  await books.until((row) => row.asks[0]?.[0] === 52_100 && row.asks[0][1] === 0.3, "the watched book follows");
  same((await alice.cancelOrderWs(edited.id, SYMBOL)).status, "canceled", "an order is cancelled over the socket");
  await orders.until((row) => row.id === edited.id && row.status === "canceled", "its owner watches the end");
}

/** How this client places, asks for and cancels what waits for a price. */
const conditional = {
  async place({ type, side, quantity, price, stopPrice, icebergQty, pegPriceType, trailingDelta }) {
    const trailingPercent = trailingDelta && Number(trailingDelta) / 100;
    const more = Object.entries({ stopPrice, icebergQty, pegPriceType, trailingPercent }).filter(([, value]) => value !== undefined);
    const order = [type.toLowerCase(), side.toLowerCase(), Number(quantity), price && Number(price)];
    return (await alice.createOrder(SYMBOL, ...order, Object.fromEntries(more))).id;
  },
  status: async (id) => (await alice.fetchOrder(id, SYMBOL)).info.status,
  async placeList(kind, order) {
    const call = `privatePostOrderList${kind[0].toUpperCase()}${kind.slice(1)}`;
    const { orderListId, orders } = await alice[call](order);
    return { listId: orderListId, ids: orders.map(({ orderId }) => orderId) };
  },
  cancelList: (orderListId) => alice.privateDeleteOrderList({ symbol: "BTCUSDT", orderListId }),
  cancelAll: () => alice.cancelAllOrders(SYMBOL),
};

const start = await both();
await tradeOverRest();
await beRefused();
await watchAndTrade();
await conditionalOrders("BTCUSDT", 52_000, conditional);
await settled(start, await both());
process.exit(0);
