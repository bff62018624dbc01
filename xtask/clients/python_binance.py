"""Unmodified python-binance: REST, orders over the WebSocket API, its socket manager and its depth cache."""

import asyncio
from decimal import Decimal

from binance import AsyncClient, BinanceSocketManager, DepthCacheManager
from binance.exceptions import BinanceAPIException
from conditional import conditional_orders
from common import ACCOUNTS, REST, WS, Noted, balances, begin, check, leave, raises_async, settled

SYMBOL = "LTCUSDT"
WAIT_S = 15
SOCKETS = ("trade_socket", "aggtrade_socket", "symbol_ticker_socket", "symbol_miniticker_socket", "kline_socket")
KINDS = ("trade", "aggTrade", "24hrTicker", "24hrMiniTicker", "kline")

AsyncClient.API_URL = f"{REST}/api"
AsyncClient.MARGIN_API_URL = f"{REST}/sapi"
AsyncClient.WS_API_URL = f"{WS}/ws-api/v3"
BinanceSocketManager.STREAM_URL = f"{WS}/"


async def hear(socket, kind):
    while True:
        message = await asyncio.wait_for(socket.recv(), WAIT_S)
        event = message.get("event", message.get("data", message))
        if event.get("e") == kind:
            return event


async def trade_over_rest(alice, bob):
    check((await alice.get_account())["canTrade"], "the account may trade")
    check((await alice.get_symbol_info(SYMBOL))["baseAsset"] == "LTC", "the market is described")
    placed = await alice.order_limit_sell(symbol=SYMBOL, quantity="2", price="50")
    check(placed["status"] == "NEW", "a limit order rests")
    bought = await bob.order_market_buy(symbol=SYMBOL, quantity="0.5")
    check((bought["status"], bought["executedQty"]) == ("FILLED", "0.50000000"), "a market order fills")
    bought = await bob.order_market_buy(symbol=SYMBOL, quoteOrderQty="25")
    check((bought["status"], bought["cummulativeQuoteQty"]) == ("FILLED", "25.00000000"), "a market order by quote fills")
    killed = await bob.order_limit_buy(symbol=SYMBOL, quantity="3", price="50", timeInForce="FOK")
    check((killed["status"], killed["executedQty"]) == ("EXPIRED", "0.00000000"), "an FOK order that cannot fill expires")
    taken = await bob.order_limit_buy(symbol=SYMBOL, quantity="3", price="50", timeInForce="IOC")
    check((taken["status"], taken["executedQty"]) == ("EXPIRED", "1.00000000"), "the rest of an IOC order expires")
    found = await alice.get_order(symbol=SYMBOL, orderId=placed["orderId"])
    check(found["status"] == "FILLED", "the resting order is filled")
    maker = await alice.create_order(symbol=SYMBOL, side="SELL", type="LIMIT_MAKER", quantity="1", price="51")
    check(len(await alice.get_open_orders(symbol=SYMBOL)) == 1, "a limit maker rests")
    replaced = await alice.cancel_replace_order(
        symbol=SYMBOL, side="SELL", type="LIMIT", timeInForce="GTC", quantity="1", price="52",
        cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=maker["orderId"],
    )  # fmt: skip
    check(replaced["newOrderResponse"]["price"] == "52.00000000", "an order is replaced")
    check(await alice.create_test_order(symbol=SYMBOL, side="BUY", type="MARKET", quantity="1") == {}, "a test order")
    check(len(await alice.cancel_all_open_orders(symbol=SYMBOL)) == 1, "all orders of a market are cancelled")
    check(len(await bob.get_my_trades(symbol=SYMBOL)) == 3, "trades are listed")
    check(len(await bob.get_all_orders(symbol=SYMBOL)) == 4, "orders are listed")
    check((await alice.get_recent_trades(symbol=SYMBOL))[-1]["price"] == "50.00000000", "recent trades")
    check((await alice.get_aggregate_trades(symbol=SYMBOL))[-1]["p"] == "50.00000000", "aggregate trades")
    check((await alice.get_klines(symbol=SYMBOL, interval="1m"))[-1][4] == "50.00000000", "candles")
    check((await alice.get_ticker(symbol=SYMBOL))["lastPrice"] == "50.00000000", "the day's ticker")
    check((await alice.get_symbol_ticker(symbol=SYMBOL))["price"] == "50.00000000", "the last price")
    check((await alice.get_avg_price(symbol=SYMBOL))["price"] == "50.00000000", "the average price")


async def be_refused(alice, bob):
    order = {"symbol": SYMBOL, "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "60"}
    rows = [
        (-2011, alice.cancel_order(symbol=SYMBOL, orderId=99), "a cancel of an unknown order"),
        (-2013, alice.get_order(symbol=SYMBOL, orderId=99), "a query of an unknown order"),
        (-2010, alice.create_order(**{**order, "quantity": "99999"}), "too little money"),
        (-1121, alice.create_order(**{**order, "symbol": "NOPE"}), "an unknown symbol"),
        (-1013, alice.create_order(**{**order, "price": "60.001"}), "a price off the grid"),
        (-1102, alice.create_order(symbol=SYMBOL, side="SELL", type="LIMIT", quantity="1"), "a missing price"),
        (-1022, (await client("alice", "x" * 64)).get_account(), "a wrong secret"),
    ]
    for code, awaitable, what in rows:
        await raises_async(BinanceAPIException, awaitable, what, code)
    await alice.create_order(**order)
    maker = bob.create_order(symbol=SYMBOL, side="BUY", type="LIMIT_MAKER", quantity="1", price="60")
    await raises_async(BinanceAPIException, maker, "a limit maker that would take", -2010)
    await alice.cancel_all_open_orders(symbol=SYMBOL)


async def hear_own_orders(alice, sockets):
    user = await opened(sockets.user_socket())
    placed = await alice.order_limit_buy(symbol=SYMBOL, quantity="2", price="40")
    told = await hear(user, "executionReport")
    check(told["i"] == placed["orderId"] and told["x"] == "NEW", "the user socket tells the order")
    position = await hear(user, "outboundAccountPosition")
    check(position["B"][0]["l"] == "80.00000000", "and what it holds")
    cancelled = await alice.cancel_order(symbol=SYMBOL, orderId=placed["orderId"])
    told = await hear(user, "executionReport")
    check(told["x"] == "CANCELED" and told["C"] == placed["clientOrderId"], "and its cancel")
    check(told["c"] == cancelled["clientOrderId"], "by the name of the cancel")
    over = await alice.ws_order_limit_sell(symbol=SYMBOL, quantity="1", price="60")
    check(over["status"] == "NEW", "an order over the WebSocket API")
    told = await hear(user, "executionReport")
    check(told["i"] == over["orderId"], "is told on the user socket as well")
    found = await alice.ws_get_order(symbol=SYMBOL, orderId=over["orderId"])
    check(found["status"] == "NEW", "and asked for over the WebSocket API")
    ended = await alice.ws_cancel_order(symbol=SYMBOL, orderId=over["orderId"])
    check(ended["status"] == "CANCELED", "and cancelled over it")
    check(await alice.ws_get_open_orders(symbol=SYMBOL) == [], "which leaves no open order")
    await raises_async(
        BinanceAPIException, alice.ws_cancel_order(symbol=SYMBOL, orderId=99), "a cancel over it", -2011
    )


async def hear_the_market(alice, bob, sockets):
    single = [await opened(getattr(sockets, name)(SYMBOL)) for name in SOCKETS]
    streams = [f"{SYMBOL.lower()}@trade", f"{SYMBOL.lower()}@bookTicker"]
    multiplex = await opened(sockets.multiplex_socket(streams))
    await alice.order_limit_sell(symbol=SYMBOL, quantity="1", price="55")
    await bob.order_market_buy(symbol=SYMBOL, quantity="1")
    for name, kind, socket in zip(SOCKETS, KINDS, single, strict=True):
        told = await hear(socket, kind)
        price = told.get("p") if kind.endswith("rade") else told.get("c") or told["k"]["c"]
        check(price == "55.00000000", f"{name} tells the trade")
    check((await hear(multiplex, "trade"))["p"] == "55.00000000", "the multiplex socket tells the trade")


async def keep_a_book(alice, bob, sockets):
    """The client's own depth cache follows the market: levels come, change and go."""
    resting = await alice.order_limit_sell(symbol=SYMBOL, quantity="1", price="70")
    manager = Noted(DepthCacheManager(alice, SYMBOL, bm=sockets, ws_interval=100, conv_type=Decimal), "DepthCache.")
    await opened(manager.client)
    for step in range(20):
        placed = await alice.order_limit_sell(symbol=SYMBOL, quantity="2", price=str(60 + step % 3))
        await alice.order_limit_buy(symbol=SYMBOL, quantity="1", price=str(40 + step % 4))
        await bob.order_market_buy(symbol=SYMBOL, quantity="0.7")
        await alice.cancel_order(symbol=SYMBOL, orderId=placed["orderId"])
    rest = await alice.get_order_book(symbol=SYMBOL)
    cache = await asyncio.wait_for(until_equal(manager, rest), WAIT_S)
    check(len(cache.get_bids()) == 4 and len(cache.get_asks()) == 1, "the depth cache becomes the book of REST")
    await alice.cancel_order(symbol=SYMBOL, orderId=resting["orderId"])
    await asyncio.wait_for(until_equal(manager, await alice.get_order_book(symbol=SYMBOL)), WAIT_S)
    check(True, "a level that is gone leaves it")
    await alice.cancel_all_open_orders(symbol=SYMBOL)


async def until_equal(manager, rest):
    def levels(rows):
        return [[Decimal(price), Decimal(quantity)] for price, quantity in rows]

    while True:
        cache = await manager.recv()
        if cache.get_bids() == levels(rest["bids"]) and cache.get_asks() == levels(rest["asks"]):
            return cache


class Conditional:
    """How this client places, asks for and cancels what waits for a price."""

    def __init__(self, client):
        self.client = client

    async def place(self, order):
        return (await self.client.create_order(**order))["orderId"]

    async def status(self, id_):
        return (await self.client.get_order(symbol=SYMBOL, orderId=id_))["status"]

    async def place_list(self, kind, order):
        calls = {"oco": "create_oco_order", "oto": "v3_post_order_list_oto", "otoco": "v3_post_order_list_otoco"}
        placed = await getattr(self.client, calls[kind])(**order)
        return placed["orderListId"], [row["orderId"] for row in placed["orders"]]

    async def cancel_list(self, id_):
        await self.client.v3_delete_order_list(symbol=SYMBOL, orderListId=id_)

    async def cancel_all(self):
        await self.client.cancel_all_open_orders(symbol=SYMBOL)


async def opened(socket):
    """Returns a socket that stays open until the process ends: this client takes ten seconds to close one."""
    return await socket.__aenter__()


async def client(name, secret=None):
    account = ACCOUNTS[name]
    return Noted(await AsyncClient.create(account["api_key"], secret or account["api_secret"]))


async def main():
    begin("python-binance", "python-binance")
    alice, bob = await client("alice"), await client("bob")
    sockets = Noted(BinanceSocketManager(alice.client), "BinanceSocketManager.")

    async def both():
        return {"alice": balances(await alice.get_account()), "bob": balances(await bob.get_account())}

    start = await both()
    await trade_over_rest(alice, bob)
    await be_refused(alice, bob)
    await conditional_orders(SYMBOL, 50, Conditional(alice))
    await hear_own_orders(alice, sockets)
    await hear_the_market(alice, bob, sockets)
    await keep_a_book(alice, bob, sockets)
    settled(start, await both())


# Not `asyncio.run`, which would wait for readers that do not let themselves be cancelled.
asyncio.new_event_loop().run_until_complete(main())
leave()
