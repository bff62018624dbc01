"""Unmodified ccxt.pro watches: book, trades, ticker and candles follow what an account does."""

import asyncio

import ccxt.pro as ccxt
from common import Noted, balances, begin, ccxt_config, check, settled

SYMBOL = "ETH/USDT"
WAIT_S = 15


async def soon(awaitable):
    return await asyncio.wait_for(awaitable, WAIT_S)


async def both(alice, bob):
    return {"alice": balances((await alice.fetch_balance())["info"]), "bob": balances((await bob.fetch_balance())["info"])}


async def trade(alice, bob, enough):
    """Rests and takes until it is enough, so that every stream has something to tell."""
    number = 0
    while not enough.is_set():
        number += 1
        price = 2_000 + number % 7
        order = await alice.create_order(SYMBOL, "limit", "sell", 0.5, price)
        await bob.create_order(SYMBOL, "limit", "buy", 0.2, price)
        await asyncio.sleep(0.05)
        await alice.cancel_order(order["id"], SYMBOL)


async def main():
    begin("ccxt.pro, Python", "ccxt")
    watcher = Noted(ccxt.binance({**ccxt_config(), "options": {"fetchMarkets": {"types": ["spot"]}}}))
    alice, bob = Noted(ccxt.binance(ccxt_config("alice"))), Noted(ccxt.binance(ccxt_config("bob")))
    start = await both(alice, bob)
    enough = asyncio.Event()
    trading = asyncio.create_task(trade(alice, bob, enough))
    try:
        updates = 0
        while updates < 20:  # a gap between two updates would raise
            book = await soon(watcher.watch_order_book(SYMBOL))
            updates += 1
        check(book["nonce"] is not None, "the book follows its stream without a gap")
        trades = await soon(watcher.watch_trades(SYMBOL))
        check(2_000 <= trades[-1]["price"] <= 2_006 and trades[-1]["amount"] == 0.2, "trades arrive")
        ticker = await soon(watcher.watch_ticker(SYMBOL))
        check(2_000 <= ticker["last"] <= 2_006, "the ticker arrives")
        candles = await soon(watcher.watch_ohlcv(SYMBOL, "1m"))
        check(2_000 <= candles[-1][4] <= 2_006, "candles arrive")
        check(not trading.done(), "trading went on all the while")
        enough.set()
        await soon(trading)
        settled(start, await both(alice, bob))
    finally:
        trading.cancel()
        for exchange in (watcher, alice, bob):
            await exchange.close()


asyncio.run(main())
