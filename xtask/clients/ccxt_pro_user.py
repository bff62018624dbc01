"""Unmodified ccxt.pro trades over a socket and watches its own orders, trades and balance."""

import asyncio

import ccxt.pro as ccxt
from common import Noted, balances, begin, ccxt_config, check, raises_async, settled

SYMBOL = "ETH/USDT"
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


async def main():
    options = {"fetchMarkets": {"types": ["spot"]}}
    begin("ccxt.pro, Python", "ccxt")
    alice = Noted(ccxt.binance({**ccxt_config("alice"), "options": options}))
    bob = Noted(ccxt.binance({**ccxt_config("bob"), "options": options}))
    try:
        start = await both(alice, bob)
        await trade(alice, bob)
        settled(start, await both(alice, bob))
    finally:
        for exchange in (alice, bob):
            await exchange.close()


asyncio.run(main())
