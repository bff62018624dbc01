"""Unmodified ccxt.pro trades over a socket and watches its own orders, trades and balance."""

import asyncio

import ccxt.pro as ccxt
from common import Noted, balances, begin, ccxt_config, check, raises_async, settled
from conditional import conditional_orders

SYMBOL, MARKET = "ETH/USDT", "ETHUSDT"
WAIT_S = 15
# What happens before a watch stands is not told.
SUBSCRIBED_S = 1


async def soon(awaitable):
    return await asyncio.wait_for(awaitable, WAIT_S)


class Watch:
    """Everything a watch has told since it began."""

    def __init__(self, watch, *arguments):
        self.told = []
        self.news = asyncio.Condition()
        self.task = asyncio.create_task(self.follow(watch, arguments))

    async def follow(self, watch, arguments):
        while True:
            told = await watch(*arguments)
            async with self.news:
                self.told.extend(told if isinstance(told, list) else [told])
                self.news.notify_all()

    async def until(self, holds):
        """Returns the newest of what was told that holds, and waits for it."""

        def find():
            return next((row for row in reversed(self.told) if holds(row)), None)

        async with self.news:
            await soon(self.news.wait_for(lambda: find() is not None))
        return find()


class Conditional:
    """How this client places, asks for and cancels over the socket what waits for a price; it has no lists there."""

    def __init__(self, client):
        self.client = client

    async def place(self, order):
        kind, side = order["type"].lower(), order["side"].lower()
        more = {name: order[name] for name in ("stopPrice", "icebergQty", "pegPriceType") if name in order}
        if "trailingDelta" in order:
            more["trailingPercent"] = float(order["trailingDelta"]) / 100
        placed = await self.client.create_order_ws(SYMBOL, kind, side, float(order["quantity"]), order.get("price"), more)
        return placed["id"]

    async def status(self, id_):
        return (await self.client.fetch_order_ws(id_, SYMBOL))["info"]["status"]

    async def place_list(self, kind, order):
        placed = await getattr(self.client, f"privatePostOrderList{kind.title()}")(order)
        return placed["orderListId"], [row["orderId"] for row in placed["orders"]]

    async def cancel_list(self, id_):
        await self.client.privateDeleteOrderList({"symbol": MARKET, "orderListId": id_})

    async def cancel_all(self):
        await self.client.cancel_all_orders_ws(SYMBOL)


async def both(alice, bob):
    return {"alice": balances((await alice.fetch_balance())["info"]), "bob": balances((await bob.fetch_balance())["info"])}


async def trade(alice, bob):
    orders = Watch(alice.watch_orders, SYMBOL)
    trades = Watch(alice.watch_my_trades, SYMBOL)
    balances = Watch(alice.watch_balance)
    await asyncio.sleep(SUBSCRIBED_S)
    check(await soon(alice.fetch_open_orders_ws(SYMBOL)) == [], "open orders are asked for over the socket")

    order = await soon(alice.create_order_ws(SYMBOL, "limit", "sell", 0.5, 2_000))
    check(order["status"] == "open", "an order is placed over the socket")
    seen = await orders.until(lambda row: row["id"] == order["id"])
    check(seen["status"] == "open" and seen["amount"] == 0.5, "its owner watches it")
    await balances.until(lambda all_: all_["ETH"]["used"] == 0.5)
    check(True, "and the balance it holds")

    taken = await soon(bob.create_order(SYMBOL, "market", "buy", 0.2))
    check(taken["status"] == "closed", "somebody takes from it")
    fill = await trades.until(lambda row: row["order"] == order["id"])
    check(fill["amount"] == 0.2 and fill["takerOrMaker"] == "maker", "its owner watches the trade")
    check(fill["fee"]["currency"] == "USDT" and 0 < fill["fee"]["cost"], "with its fee")
    partly = await orders.until(lambda row: row["filled"] == 0.2)
    check(partly["status"] == "open" and partly["remaining"] == 0.3, "and what is left of the order")

    edited = await soon(alice.edit_order_ws(order["id"], SYMBOL, "limit", "sell", 0.3, 2_100))
    check(edited["status"] == "open" and edited["price"] == 2_100, "an order is replaced over the socket")
    found = await soon(alice.fetch_order_ws(edited["id"], SYMBOL))
    check(found["price"] == 2_100, "an order is asked for over the socket")
    ended = await soon(alice.cancel_order_ws(edited["id"], SYMBOL))
    check(ended["status"] == "canceled", "an order is cancelled over the socket")
    await orders.until(lambda row: row["id"] == edited["id"] and row["status"] == "canceled")
    check(True, "its owner watches the end")
    rest = await alice.fetch_balance()
    await balances.until(lambda all_: all(all_[asset] == rest[asset] for asset in ("ETH", "USDT")))
    check(True, "the watched balance becomes that of REST")
    over = alice.create_order_ws(SYMBOL, "limit", "sell", 1_000, 2_000)
    await raises_async(ccxt.InsufficientFunds, soon(over), "an order beyond the balance")
    for watch in (orders, trades, balances):
        check(not watch.task.done(), "the watch goes on")
        watch.task.cancel()


async def trade_at_once(alice, bob):
    """Orders that rest only, trade at once only, or ask for quote."""
    maker = await soon(alice.create_order_ws(SYMBOL, "limit", "sell", 1, 2_000, {"postOnly": True}))
    check(maker["status"] == "open", "a post-only order rests")
    over = bob.create_order_ws(SYMBOL, "limit", "buy", 1, 2_000, {"postOnly": True})
    await raises_async(ccxt.OrderImmediatelyFillable, soon(over), "a post-only order that would take")
    killed = await soon(bob.create_order_ws(SYMBOL, "limit", "buy", 2, 2_000, {"timeInForce": "FOK"}))
    check((killed["status"], killed["filled"]) == ("expired", 0), "an FOK order that cannot fill expires")
    bought = await soon(bob.create_order_ws(SYMBOL, "market", "buy", 0, None, {"quoteOrderQty": 500}))
    check((bought["cost"], bought["filled"]) == (500, 0.25), "a market order by cost")
    taken = await soon(bob.create_order_ws(SYMBOL, "limit", "buy", 2, 2_000, {"timeInForce": "IOC"}))
    check((taken["status"], taken["filled"]) == ("expired", 0.75), "the rest of an IOC order expires")
    await raises_async(ccxt.OrderNotFound, soon(alice.cancel_order_ws(maker["id"], SYMBOL)), "the cancel of a filled order")


async def main():
    options = {"fetchMarkets": {"types": ["spot"]}}
    begin("ccxt.pro, Python", "ccxt")
    alice = Noted(ccxt.binance({**ccxt_config("alice"), "options": options}))
    bob = Noted(ccxt.binance({**ccxt_config("bob"), "options": options}))
    try:
        start = await both(alice, bob)
        await trade(alice, bob)
        await trade_at_once(alice, bob)
        await conditional_orders(MARKET, 2_000, Conditional(alice))
        settled(start, await both(alice, bob))
    finally:
        for exchange in (alice, bob):
            await exchange.close()


asyncio.run(main())
