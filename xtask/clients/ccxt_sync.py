"""Unmodified ccxt trades: places, edits, fills, queries and cancels, and understands every refusal."""

import asyncio

import ccxt
from conditional import conditional_orders
from common import Noted, balances, begin, ccxt_config, check, raises, settled

SYMBOL = "BTC/USDT"

begin("ccxt, Python", "ccxt")
alice = Noted(ccxt.binance(ccxt_config("alice")))
bob = Noted(ccxt.binance(ccxt_config("bob")))


def both():
    return {name: balances(who.fetch_balance()["info"]) for name, who in (("alice", alice), ("bob", bob))}


class Conditional:
    """How this client places, asks for and cancels what waits for a price."""

    async def place(self, order):
        kind, side = order["type"].lower(), order["side"].lower()
        more = {name: order[name] for name in ("stopPrice", "icebergQty", "pegPriceType") if name in order}
        if "trailingDelta" in order:
            more["trailingPercent"] = float(order["trailingDelta"]) / 100
        return alice.create_order(SYMBOL, kind, side, float(order["quantity"]), order.get("price"), more)["id"]

    async def status(self, id_):
        return alice.fetch_order(id_, SYMBOL)["info"]["status"]

    async def place_list(self, kind, order):
        placed = getattr(alice, f"privatePostOrderList{kind.title()}")(order)
        return placed["orderListId"], [row["orderId"] for row in placed["orders"]]

    async def cancel_list(self, id_):
        alice.privateDeleteOrderList({"symbol": "BTCUSDT", "orderListId": id_})

    async def cancel_all(self):
        alice.cancel_all_orders(SYMBOL)


start = both()

markets = alice.load_markets()
check(set(markets) == {"BTC/USDT", "ETH/USDT", "LTC/USDT", "ETH/BTC"}, "markets load with keys")
check(alice.fetch_status()["status"] == "ok", "the exchange says it is well")
before = alice.fetch_balance()
check(before["BTC"]["total"] == 50 and before["USDT"]["total"] == 5_000_000, "the account is funded")

order = alice.create_order(SYMBOL, "limit", "buy", 0.01, 50_000)
check(order["status"] == "open", "a limit order rests")
check(alice.fetch_order(order["id"], SYMBOL)["price"] == 50_000, "an order is queryable at once")
check([open_["id"] for open_ in alice.fetch_open_orders(SYMBOL)] == [order["id"]], "it is the one open order")
check(alice.fetch_balance()["USDT"]["used"] == 500, "its quote is held")
edited = alice.edit_order(order["id"], SYMBOL, "limit", "buy", 0.02, 49_000)
check(edited["status"] == "open" and edited["price"] == 49_000, "an edit replaces it")
check(alice.fetch_order(order["id"], SYMBOL)["status"] == "canceled", "the replaced order is cancelled")

sold = bob.create_order(SYMBOL, "market", "sell", 0.005)
check(sold["status"] == "closed" and sold["filled"] == 0.005, "a market order fills")
check(sold["average"] == 49_000, "at the resting order's price")
check(sold["fees"][0]["currency"] == "USDT", "the seller pays the fee in what it receives")
half = alice.fetch_order(edited["id"], SYMBOL)
check(half["status"] == "open" and half["filled"] == 0.005, "the resting order is partly filled")
trades = alice.fetch_my_trades(SYMBOL)
check(len(trades) == 1 and trades[0]["takerOrMaker"] == "maker", "the maker sees its trade")
check(trades[0]["fee"]["currency"] == "BTC", "the buyer pays the fee in what it receives")

check(alice.cancel_order(edited["id"], SYMBOL)["status"] == "canceled", "a cancel by id")
raises(ccxt.OrderNotFound, lambda: alice.cancel_order(edited["id"], SYMBOL), "a second cancel")
raises(ccxt.OrderNotFound, lambda: alice.fetch_order("999999", SYMBOL), "a query of an unknown order")
raises(ccxt.InsufficientFunds, lambda: alice.create_order(SYMBOL, "limit", "buy", 120, 50_000), "too little money")
raises(ccxt.BadSymbol, lambda: alice.publicGetDepth({"symbol": "NOPE"}), "an unknown symbol")
wrong = ccxt.binance({**ccxt_config("alice"), "secret": "x" * 64})
raises(ccxt.AuthenticationError, lambda: wrong.fetch_balance(), "a wrong secret")
late = {"timestamp": alice.milliseconds() - 50_000}
raises(ccxt.InvalidNonce, lambda: alice.privateGetAccount(late), "a request from a minute ago")

maker = alice.create_order(SYMBOL, "limit", "sell", 1, 50_000, {"postOnly": True})
check(maker["status"] == "open", "a post-only order rests")
raises(
    ccxt.OrderImmediatelyFillable,
    lambda: bob.create_order(SYMBOL, "limit", "buy", 1, 50_000, {"postOnly": True}),
    "a post-only order that would take",
)
killed = bob.create_order(SYMBOL, "limit", "buy", 2, 50_000, {"timeInForce": "FOK"})
check(killed["status"] == "expired" and killed["filled"] == 0, "an FOK order that cannot fill expires")
taken = bob.create_order(SYMBOL, "limit", "buy", 2, 50_000, {"timeInForce": "IOC"})
check(taken["filled"] == 1 and taken["status"] == "expired", "the rest of an IOC order expires")
alice.create_order(SYMBOL, "limit", "sell", 1, 50_000)
bought = bob.create_market_buy_order_with_cost(SYMBOL, 500)
check(bought["cost"] == 500 and bought["filled"] == 0.01, "a market order by cost")
check(len(alice.cancel_all_orders(SYMBOL)) == 1, "all orders of a market are cancelled")

book = alice.fetch_order_book(SYMBOL)
check(book["bids"] == [] and book["asks"] == [], "the book is empty again")
check(len(alice.fetch_trades(SYMBOL)) == 3, "public trades")
check(alice.fetch_ticker(SYMBOL)["last"] == 50_000, "the ticker shows the last price")
candles = alice.fetch_ohlcv(SYMBOL, "1m")
check(candles[-1][4] == 50_000, "the running candle closes at the last price")
check(abs(sum(candle[5] for candle in candles) - 1.015) < 1e-9, "candles hold the whole volume")

deposits = alice.fetch_deposits()
check(
    {row["currency"]: row["amount"] for row in deposits} == {code: before[code]["total"] for code in before["total"]},
    "what the account was funded with are its deposits",
    deposits,
)
check(all((row["type"], row["status"]) == ("deposit", "ok") for row in deposits), "all of them are credited")
of_btc = [row for row in deposits if row["currency"] == "BTC"]
found = alice.fetch_deposits("BTC", of_btc[0]["timestamp"], 5)
check(found == of_btc, "deposits of one currency since a time", found)
check(alice.fetch_withdrawals() == [], "nothing was withdrawn")
check(alice.fetch_transfers() == [], "nothing moved between wallets")
raises(ccxt.BadRequest, lambda: alice.fetch_deposit_address("BTC"), "an address while no chain is connected")
raises(ccxt.BadRequest, lambda: alice.transfer("BTC", 0.1, "spot", "funding"), "a transfer to a wallet that is not there")
raises(ccxt.BadRequest, lambda: alice.sapiGetCapitalDepositHisrec({"coin": "NOPE"}), "deposits of an unknown currency")

asyncio.run(conditional_orders("BTCUSDT", 50_000, Conditional()))
settled(start, both())

# Last: what leaves is in no trade.
KNOWN = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
raises(ccxt.ExchangeError, lambda: alice.withdraw("BTC", 0.1, "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf"), "a withdrawal to an address that is not in the book")
raises(ccxt.BadRequest, lambda: alice.withdraw("BTC", 1_000, KNOWN), "a withdrawal of more than there is")
asked = alice.withdraw("BTC", 0.1, KNOWN, {"network": "BTC", "withdrawOrderId": "rent"})
again = alice.withdraw("BTC", 0.1, KNOWN, {"network": "BTC", "withdrawOrderId": "rent"})
check(asked["id"] == again["id"], "a withdrawal under one name is asked for once", [asked, again])
[row] = alice.fetch_withdrawals("BTC")
check(
    (row["id"], row["address"], row["network"], row["status"], row["fee"]["cost"]) == (asked["id"], KNOWN, "BTC", "pending", 0.0002),
    "it waits for operators",
    row,
)
