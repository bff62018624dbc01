// Unmodified `binance` for Node: its REST client, its WebSocket API client and its streams.

import { ACCOUNTS, REST, Told, WS, balances, begin, client, noted, raises, same, settled } from "./common.mjs";
import { conditionalOrders } from "./conditional.mjs";

const { MainClient, WebsocketAPIClient, WebsocketClient } = client("binance");
const SYMBOL = "LTCUSDT";
const ORDER = { symbol: SYMBOL, side: "SELL", type: "LIMIT", timeInForce: "GTC", quantity: 1, newOrderRespType: "FULL" };
// It explains on the console what it does.
const SILENT = { trace: () => {}, info: () => {}, error: console.error };

function keys(name, secret) {
  const { api_key, api_secret } = ACCOUNTS[name];
  return { api_key, api_secret: secret ?? api_secret };
}

// Over the WebSocket API this client leaves the time to its user.
const now = () => ({ timestamp: Date.now() });
const connect = (name, secret) => noted(new MainClient({ ...keys(name, secret), baseUrl: REST }));

begin("binance, Node", "binance");
const [alice, bob] = ["alice", "bob"].map((name) => connect(name));
const both = async () => ({
  alice: balances(await alice.getAccountInformation()),
  bob: balances(await bob.getAccountInformation()),
});

async function tradeOverRest() {
  await alice.testConnectivity();
  same((await alice.getExchangeInfo()).symbols.length, 4, "the markets are described");
  const placed = await alice.submitNewOrder({ ...ORDER, quantity: 2, price: 50 });
  same(placed.status, "NEW", "a limit order rests");
  same((await alice.getOpenOrders({ symbol: SYMBOL })).map(({ orderId }) => orderId), [placed.orderId], "it is the one open order");
  const buy = { symbol: SYMBOL, side: "BUY", newOrderRespType: "FULL" };
  const bought = await bob.submitNewOrder({ ...buy, type: "MARKET", quantity: 0.5 });
  same([bought.status, bought.fills.length], ["FILLED", 1], "a market order fills");
  const spent = await bob.submitNewOrder({ ...buy, type: "MARKET", quoteOrderQty: 25 });
  same([spent.status, spent.cummulativeQuoteQty], ["FILLED", "25.00000000"], "a market order by quote fills");
  const killed = await bob.submitNewOrder({ ...buy, type: "LIMIT", timeInForce: "FOK", quantity: 3, price: 50 });
  same([killed.status, killed.executedQty], ["EXPIRED", "0.00000000"], "an FOK order that cannot fill expires");
  const taken = await bob.submitNewOrder({ ...buy, type: "LIMIT", timeInForce: "IOC", quantity: 3, price: 50 });
  same([taken.status, taken.executedQty], ["EXPIRED", "1.00000000"], "the rest of an IOC order expires");
  same((await alice.getOrder({ symbol: SYMBOL, orderId: placed.orderId })).status, "FILLED", "the resting order is filled");
  const { timeInForce, ...plain } = ORDER;
  const maker = await alice.submitNewOrder({ ...plain, type: "LIMIT_MAKER", price: 51 });
  same(maker.status, "NEW", "a limit maker rests");
  const replaced = await alice.replaceOrder({ ...ORDER, price: 52, cancelReplaceMode: "STOP_ON_FAILURE", cancelOrderId: maker.orderId });
  same(replaced.newOrderResponse.price, "52.00000000", "an order is replaced");
  same((await alice.cancelAllSymbolOrders({ symbol: SYMBOL })).length, 1, "all orders of a market are cancelled");
  same(await alice.testNewOrder({ ...ORDER, price: 50 }), {}, "a test order");
  same((await bob.getAccountTradeList({ symbol: SYMBOL })).length, 3, "trades are listed");
  same((await bob.getAllOrders({ symbol: SYMBOL })).length, 4, "orders are listed");
  same((await alice.getOrderBook({ symbol: SYMBOL })).asks, [], "the book is empty again");
  same((await alice.getRecentTrades({ symbol: SYMBOL })).at(-1).price, "50.00000000", "recent trades");
  same((await alice.getAggregateTrades({ symbol: SYMBOL })).at(-1).p, "50.00000000", "aggregate trades");
  same((await alice.getKlines({ symbol: SYMBOL, interval: "1m" })).at(-1)[4], "50.00000000", "candles");
  same((await alice.get24hrChangeStatistics({ symbol: SYMBOL })).lastPrice, "50.00000000", "the day's ticker");
  same((await alice.getSymbolPriceTicker({ symbol: SYMBOL })).price, "50.00000000", "the last price");
  same((await alice.getAvgPrice({ symbol: SYMBOL })).price, "50.00000000", "the average price");
  same((await alice.getTradeFee({ symbol: SYMBOL }))[0].symbol, SYMBOL, "the fees");
}

async function beRefused(api) {
  const { timeInForce, ...plain } = ORDER;
  const resting = await alice.submitNewOrder({ ...ORDER, price: 51 });
  const rows = [
    [-2011, () => alice.cancelOrder({ symbol: SYMBOL, orderId: 99_999 }), "a cancel of an unknown order"],
    [-2013, () => alice.getOrder({ symbol: SYMBOL, orderId: 99_999 }), "a query of an unknown order"],
    [-2010, () => alice.submitNewOrder({ ...ORDER, quantity: 90_000, price: 50 }), "too little money"],
    [-2010, () => bob.submitNewOrder({ ...plain, side: "BUY", type: "LIMIT_MAKER", price: 51 }), "a limit maker that would take"],
    [-1121, () => alice.submitNewOrder({ ...ORDER, symbol: "NOPE", price: 50 }), "an unknown symbol"],
    [-1013, () => alice.submitNewOrder({ ...ORDER, price: 50.001 }), "a price off the grid"],
    [-1022, () => connect("alice", "x".repeat(64)).getAccountInformation(), "a wrong secret"],
    [-2011, () => api.cancelSpotOrder({ ...now(), symbol: SYMBOL, orderId: 99_999 }), "a cancel over the WebSocket API"],
  ];
  // This client has no classes of errors: it throws the exchange's code and message, over a socket its whole answer.
  const name = (error) => `code ${error.code ?? error.error?.code}`;
  for (const [code, call, what] of rows) await raises(`code ${code}`, name, call, what);
  await alice.cancelOrder({ symbol: SYMBOL, orderId: resting.orderId });
}

async function hear(api, user) {
  const market = new Told();
  const sockets = noted(new WebsocketClient({ wsUrl: WS, beautify: true }, SILENT));
  sockets.on("formattedMessage", market.tell);
  // It names no event of a partial book.
  sockets.on("message", (row) => row.lastUpdateId && market.tell({ eventType: "partial book", ...row }));
  for (const topic of ["trade", "aggTrade", "bookTicker", "ticker", "miniTicker", "kline_1m", "depth@100ms", "depth5@100ms"]) {
    await sockets.subscribe(`${SYMBOL.toLowerCase()}@${topic}`, "main");
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { result: placed } = await api.submitNewSpotOrder({ ...now(), ...ORDER, price: 55 });
  same(placed.status, "NEW", "an order is placed over the WebSocket API");
  const told = await user.until((row) => row.eventType === "executionReport" && row.orderId === placed.orderId, "user data tells the order");
  same([told.executionType, told.price], ["NEW", 55], "as it was placed");
  await user.until((row) => row.eventType === "outboundAccountPosition" && row.eventTime >= told.eventTime && row.balances[0].onOrderBalance === 1, "and what it holds");
  await bob.submitNewOrder({ symbol: SYMBOL, side: "BUY", type: "MARKET", quantity: 0.4 });
  const fill = await user.until((row) => row.executionType === "TRADE", "and its trade");
  same([fill.lastTradeQuantity, fill.commission, fill.commissionAsset], [0.4, 0.022, "USDT"], "with its fee");
  const rows = [
    ["trade", (row) => row.price === 55],
    ["aggTrade", (row) => row.price === 55],
    ["bookTicker", (row) => row.askPrice === 55 && row.askQty === 0.6],
    ["24hrTicker", (row) => row.currentClose === 55],
    ["24hrMiniTicker", (row) => row.close === 55],
    ["kline", (row) => row.kline.close === 55],
    ["depthUpdate", (row) => row.askDepthDelta.some(({ price, quantity }) => Number(price) === 55 && Number(quantity) === 0.6)],
  ];
  rows.push(["partial book", (row) => row.asks[0]?.[1] === "0.60000000"]);
  for (const [kind, holds] of rows) await market.until((row) => row.eventType === kind && holds(row), `others hear ${kind}`);
  const { result: found } = await api.getSpotOrderStatus({ ...now(), symbol: SYMBOL, orderId: placed.orderId });
  same(found.status, "PARTIALLY_FILLED", "an order is asked for over the WebSocket API");
  // Over REST this client amends at a path of futures.
  const { result: amended } = await api.amendSpotOrderKeepPriority({ ...now(), symbol: SYMBOL, orderId: placed.orderId, newQty: 0.9 });
  same(amended.amendedOrder.qty, "0.90000000", "an order is reduced in its place");
  const { result: open } = await api.getSpotOpenOrders({ ...now(), symbol: SYMBOL });
  same(open.length, 1, "so are open orders");
  const { result: ended } = await api.cancelSpotOrder({ ...now(), symbol: SYMBOL, orderId: placed.orderId });
  same(ended.status, "CANCELED", "an order is cancelled over the WebSocket API");
  await user.until((row) => row.executionType === "CANCELED" && row.orderId === placed.orderId, "user data tells the cancel");
}

/** How this client places, asks for and cancels what waits for a price. */
const conditional = {
  place: async (order) => (await alice.submitNewOrder(order)).orderId,
  status: async (orderId) => (await alice.getOrder({ symbol: SYMBOL, orderId })).status,
  async placeList(kind, order) {
    const calls = { oco: "submitNewOrderList", oto: "submitNewOrderListOTO", otoco: "submitNewOrderListOTOCO" };
    const { orderListId, orders } = await alice[calls[kind]](order);
    return { listId: orderListId, ids: orders.map(({ orderId }) => orderId) };
  },
  cancelList: (orderListId) => alice.cancelOCO({ symbol: SYMBOL, orderListId }),
  cancelAll: () => alice.cancelAllSymbolOrders({ symbol: SYMBOL }),
};

const start = await both();
await tradeOverRest();
await conditionalOrders(SYMBOL, 50, conditional);
const user = new Told();
const options = { ...keys("alice"), wsUrl: WS, beautify: true, attachEventListeners: false };
const api = noted(new WebsocketAPIClient(options, SILENT));
api.getWSClient().on("formattedUserDataMessage", user.tell);
await api.subscribeUserDataStream("mainWSAPI");
await beRefused(api);
await hear(api, user);
await settled(start, await both());
process.exit(0);
