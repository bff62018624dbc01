"""Unmodified binance-sdk-spot: its REST, WebSocket API and stream clients, with its typed models."""

import asyncio
import re

from binance_common.configuration import (
    ConfigurationRestAPI,
    ConfigurationWebSocketAPI,
    ConfigurationWebSocketStreams,
)
from binance_common.errors import BadRequestError
from binance_sdk_spot.spot import Spot
from conditional import conditional_orders
from common import ACCOUNTS, REST, WS, Noted, Told, balances, begin, check, leave, raises, settled

SYMBOL = "ETHUSDT"
ORDER = {"symbol": SYMBOL, "side": "SELL", "type": "LIMIT", "time_in_force": "GTC", "quantity": 1}
BUY = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "quantity": 3, "price": 2_000}


class Client:
    """The three clients of an account, each noted."""

    def __init__(self, name, secret=None):
        key = {"api_key": ACCOUNTS[name]["api_key"], "api_secret": secret or ACCOUNTS[name]["api_secret"]}
        spot = Spot(
            config_rest_api=ConfigurationRestAPI(**key, base_path=REST),
            config_ws_api=ConfigurationWebSocketAPI(**key, stream_url=f"{WS}/ws-api/v3"),
            config_ws_streams=ConfigurationWebSocketStreams(stream_url=f"{WS}/stream"),
        )
        self.rest = Typed(Noted(spot.rest_api, "rest_api."))
        self.api = Noted(spot.websocket_api, "websocket_api.")
        self.streams = Noted(spot.websocket_streams, "websocket_streams.")


class Typed:
    """Calls that answer with the client's model, which it makes only when it is asked for."""

    def __init__(self, client):
        self.client = client

    def __getattr__(self, name):
        return lambda *arguments, **named: getattr(self.client, name)(*arguments, **named).data()


def trade_over_rest(alice, bob):
    check(len(alice.exchange_info().symbols) == 4, "the markets are described")
    placed = alice.new_order(**{**ORDER, "quantity": 2}, price=2_000)
    check(placed.status == "NEW", "a limit order rests")
    check([row.order_id for row in alice.get_open_orders(SYMBOL)] == [placed.order_id], "it is the one open order")
    bought = bob.new_order(SYMBOL, "BUY", "MARKET", quantity=0.5)
    check((bought.status, len(bought.fills)) == ("FILLED", 1), "a market order fills")
    bought = bob.new_order(SYMBOL, "BUY", "MARKET", quote_order_qty=1_000)
    check((bought.status, bought.executed_qty) == ("FILLED", "0.50000000"), "a market order by quote fills")
    killed = bob.new_order(**BUY, time_in_force="FOK")
    check((killed.status, killed.executed_qty) == ("EXPIRED", "0.00000000"), "an FOK order that cannot fill expires")
    taken = bob.new_order(**BUY, time_in_force="IOC")
    check((taken.status, taken.executed_qty) == ("EXPIRED", "1.00000000"), "the rest of an IOC order expires")
    check(alice.get_order(SYMBOL, order_id=placed.order_id).status == "FILLED", "the resting order is filled")
    maker = alice.new_order(SYMBOL, "SELL", "LIMIT_MAKER", quantity=1, price=2_001, new_order_resp_type="RESULT")
    check(maker.status == "NEW", "a limit maker rests")
    replaced = alice.order_cancel_replace(
        SYMBOL, "SELL", "LIMIT", "STOP_ON_FAILURE",
        time_in_force="GTC", quantity=1, price=2_002, cancel_order_id=maker.order_id,
    )  # fmt: skip
    check(replaced.new_order_response.price == "2002.00000000", "an order is replaced")
    order_id = replaced.new_order_response.order_id
    amended = alice.order_amend_keep_priority(SYMBOL, new_qty=0.5, order_id=order_id)
    check(amended.amended_order.qty == "0.50000000", "an order is reduced in its place")
    check(len(alice.delete_open_orders(SYMBOL)) == 1, "all orders of a market are cancelled")
    check(len(bob.my_trades(SYMBOL)) == 3 and len(bob.all_orders(SYMBOL)) == 4, "trades and orders are listed")
    check(alice.get_trades(SYMBOL)[-1].price == "2000.00000000", "recent trades")
    check(alice.agg_trades(SYMBOL)[-1].p == "2000.00000000", "aggregate trades")
    check(alice.klines(SYMBOL, "1m")[-1][4] == "2000.00000000", "candles")
    check(alice.avg_price(SYMBOL).price == "2000.00000000", "the average price")
    check(alice.depth(SYMBOL).asks == [], "the book is empty again")
    check(alice.account_commission(SYMBOL).standard_commission.maker == "0.00100000", "the fees")


def be_refused(alice, bob):
    maker = alice.new_order(**ORDER, price=2_100)
    rows = [
        (lambda: alice.delete_order(SYMBOL, order_id=99_999), "a cancel of an unknown order"),
        (lambda: alice.get_order(SYMBOL, order_id=99_999), "a query of an unknown order"),
        (lambda: alice.new_order(**{**ORDER, "quantity": 4_000}, price=2_000), "too little money"),
        (lambda: bob.new_order(SYMBOL, "BUY", "LIMIT_MAKER", quantity=1, price=2_100), "a limit maker that would take"),
        (lambda: alice.depth("NOPE"), "an unknown symbol"),
        (lambda: alice.new_order(**ORDER, price=2_000.001), "a price off the grid"),
        (lambda: Client("alice", "x" * 64).rest.get_account(), "a wrong secret"),
    ]
    for call, what in rows:
        raises(BadRequestError, call, what)
    alice.delete_order(SYMBOL, order_id=maker.order_id)


async def hear(alice, bob):
    user, market = Told(), Told()
    await alice.api.create_connection()
    await bob.streams.create_connection()
    subscribed = await alice.api.user_data_stream_subscribe_signature()
    subscribed.stream.on("message", lambda row: user.tell(plain(row)))
    for name, more in {"trade": {}, "agg_trade": {}, "book_ticker": {}, "ticker": {}, "mini_ticker": {}}.items():
        (await getattr(bob.streams, name)(symbol=SYMBOL, **more)).on("message", lambda row: market.tell(plain(row)))
    await asyncio.sleep(1)
    for name, more in {"kline": {"interval": "1m"}, "diff_book_depth": {"update_speed": "100ms"}}.items():
        (await getattr(bob.streams, name)(symbol=SYMBOL, **more)).on("message", lambda row: market.tell(plain(row)))
    await asyncio.sleep(0.5)
    placed = (await alice.api.order_place(**ORDER, price=2_200, new_order_resp_type="RESULT")).data().result
    check(placed.status == "NEW", "an order over the WebSocket API")
    await soon(user, lambda row: row.get("i") == placed.order_id and row["x"] == "NEW", "user data tells the order")
    await soon(user, lambda row: row.get("B", [{}])[0].get("l") == "1.00000000", "and what it holds")
    await asyncio.to_thread(bob.rest.new_order, SYMBOL, "BUY", "MARKET", quantity=0.4)
    fill = await soon(user, lambda row: row.get("x") == "TRADE", "and its trade")
    check((fill["l"], fill["n"], fill["N"]) == ("0.40000000", "0.88000000", "USDT"), "with its fee")
    rows = {
        "trade": lambda row: row["p"] == "2200.00000000",
        "aggTrade": lambda row: row["p"] == "2200.00000000",
        "24hrTicker": lambda row: row["c"] == "2200.00000000",
        "24hrMiniTicker": lambda row: row["c"] == "2200.00000000",
        "kline": lambda row: row["k"]["c"] == "2200.00000000",
        "depthUpdate": lambda row: ["2200.00000000", "0.60000000"] in row["a"],
    }
    for kind, holds in rows.items():
        await soon(market, lambda row, kind=kind, holds=holds: row.get("e") == kind and holds(row), f"others hear {kind}")
    await soon(market, lambda row: row.get("A") == "0.60000000" and "e" not in row, "others hear the best prices")
    found = (await alice.api.order_status(SYMBOL, order_id=placed.order_id)).data().result
    check(found.status == "PARTIALLY_FILLED", "an order is asked for over the WebSocket API")
    ended = (await alice.api.order_cancel(SYMBOL, order_id=placed.order_id)).data().result
    check(ended.status == "CANCELED", "and cancelled over it")
    await soon(user, lambda row: row.get("x") == "CANCELED", "user data tells the cancel")
    refused = (await alice.api.order_cancel(SYMBOL, order_id=placed.order_id)).data()
    check("-2011" in str(refused) or "Unknown order" in str(refused), "a second cancel is unknown", refused)


class Conditional:
    """How this client places, asks for and cancels what waits for a price."""

    def __init__(self, client):
        self.client = client

    async def place(self, order):
        return self.client.new_order(**own_words(order)).order_id

    async def status(self, id_):
        return self.client.get_order(SYMBOL, order_id=id_).status

    async def place_list(self, kind, order):
        placed = getattr(self.client, f"order_list_{kind}")(**own_words(order))
        return placed.order_list_id, [row.order_id for row in placed.orders]

    async def cancel_list(self, id_):
        self.client.delete_order_list(SYMBOL, order_list_id=id_)

    async def cancel_all(self):
        self.client.delete_open_orders(SYMBOL)


def own_words(order):
    """Returns parameters under the names that this client has for them."""
    return {re.sub("([A-Z])", r"_\1", name).lower(): value for name, value in order.items()}


def plain(row):
    """Returns an event as it was on the wire, of whichever of the client's models it became."""
    row = getattr(row, "actual_instance", row)
    return row if isinstance(row, dict) else row.to_dict()


async def soon(told, holds, what):
    return await asyncio.to_thread(told.until, holds, what)


async def main():
    begin("binance-sdk-spot", "binance-sdk-spot")
    alice, bob = Client("alice"), Client("bob")

    def both():
        return {name: balances(who.rest.get_account().to_dict()) for name, who in (("alice", alice), ("bob", bob))}

    start = both()
    trade_over_rest(alice.rest, bob.rest)
    be_refused(alice.rest, bob.rest)
    await conditional_orders(SYMBOL, 2_000, Conditional(alice.rest))
    await hear(alice, bob)
    settled(start, both())


asyncio.new_event_loop().run_until_complete(main())
leave()
