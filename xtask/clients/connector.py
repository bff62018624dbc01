"""Unmodified binance-connector: REST, its stream client, its WebSocket API client and a listen key."""

import asyncio
import json
import time

from binance.error import ClientError
from binance.spot import Spot
from binance.websocket.spot.websocket_api import SpotWebsocketAPIClient
from binance.websocket.spot.websocket_stream import SpotWebsocketStreamClient
from conditional import conditional_orders
from common import ACCOUNTS, REST, WS, Noted, Told, balances, begin, check, leave, raises, settled

SYMBOL = "BTCUSDT"
ORDER = {"symbol": SYMBOL, "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1"}
BUY = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "quantity": "3", "price": "50000"}
STREAMS = {
    "trade": lambda row: row["p"] == "51000.00000000",
    "aggTrade": lambda row: row["p"] == "51000.00000000",
    "24hrTicker": lambda row: row["c"] == "51000.00000000",
    "24hrMiniTicker": lambda row: row["c"] == "51000.00000000",
    "kline": lambda row: row["k"]["c"] == "51000.00000000",
    "depthUpdate": lambda row: ["51000.00000000", "0.60000000"] in row["a"],
}


def client(name, secret=None):
    account = ACCOUNTS[name]
    return Noted(Spot(account["api_key"], secret or account["api_secret"], base_url=REST))


def trade_over_rest(alice, bob):
    check(alice.ping() == {} and 0 < alice.time()["serverTime"], "the exchange answers")
    check(len(alice.exchange_info()["symbols"]) == 4, "the markets are described")
    check(alice.new_order_test(**ORDER, price="50000") == {}, "a test order")
    placed = alice.new_order(**{**ORDER, "quantity": "2"}, price="50000")
    check(placed["status"] == "NEW", "a limit order rests")
    check([row["orderId"] for row in alice.get_open_orders(SYMBOL)] == [placed["orderId"]], "it is the one open order")
    bought = bob.new_order(SYMBOL, "BUY", "MARKET", quantity="0.5")
    check((bought["status"], len(bought["fills"])) == ("FILLED", 1), "a market order fills")
    bought = bob.new_order(SYMBOL, "BUY", "MARKET", quoteOrderQty="25000")
    check((bought["status"], bought["executedQty"]) == ("FILLED", "0.50000000"), "a market order by quote fills")
    killed = bob.new_order(**BUY, timeInForce="FOK")
    check((killed["status"], killed["executedQty"]) == ("EXPIRED", "0.00000000"), "an FOK order that cannot fill expires")
    taken = bob.new_order(**BUY, timeInForce="IOC")
    check((taken["status"], taken["executedQty"]) == ("EXPIRED", "1.00000000"), "the rest of an IOC order expires")
    check(alice.get_order(SYMBOL, orderId=placed["orderId"])["status"] == "FILLED", "the resting order is filled")
    maker = alice.new_order(SYMBOL, "SELL", "LIMIT_MAKER", quantity="1", price="51000", newOrderRespType="RESULT")
    check(maker["status"] == "NEW", "a limit maker rests")
    replaced = alice.cancel_and_replace(
        SYMBOL, "SELL", "LIMIT", "STOP_ON_FAILURE",
        timeInForce="GTC", quantity="1", price="52000", cancelOrderId=maker["orderId"],
    )  # fmt: skip
    check(replaced["newOrderResponse"]["price"] == "52000.00000000", "an order is replaced")
    check(len(alice.cancel_open_orders(SYMBOL)) == 1, "all orders of a market are cancelled")
    check(len(bob.my_trades(SYMBOL)) == 3 and len(bob.get_orders(SYMBOL)) == 4, "trades and orders are listed")
    check(alice.trades(SYMBOL)[-1]["price"] == "50000.00000000", "recent trades")
    check(alice.agg_trades(SYMBOL)[-1]["p"] == "50000.00000000", "aggregate trades")
    check(alice.klines(SYMBOL, "1m")[-1][4] == "50000.00000000", "candles")
    check(alice.ticker_24hr(SYMBOL)["lastPrice"] == "50000.00000000", "the day's ticker")
    check(alice.rolling_window_ticker(SYMBOL)["lastPrice"] == "50000.00000000", "the rolling ticker")
    check(alice.trading_day_ticker(SYMBOL)["lastPrice"] == "50000.00000000", "the trading day's ticker")
    check(alice.ticker_price(SYMBOL)["price"] == "50000.00000000", "the last price")
    check(alice.avg_price(SYMBOL)["price"] == "50000.00000000", "the average price")
    check(len(alice.book_ticker(symbols=[SYMBOL, "ETHBTC"])) == 2, "the best prices")
    check(alice.query_commission_rates(SYMBOL)["standardCommission"]["maker"] == "0.00100000", "the fees")
    check(len(alice.get_order_rate_limit()) == 2, "the order counts")


def be_refused(alice, bob):
    maker = alice.new_order(**ORDER, price="51000")
    rows = [
        (-2011, lambda: alice.cancel_order(SYMBOL, orderId=99_999), "a cancel of an unknown order"),
        (-2013, lambda: alice.get_order(SYMBOL, orderId=99_999), "a query of an unknown order"),
        (-2010, lambda: alice.new_order(**{**ORDER, "quantity": "99"}, price="50000"), "too little money"),
        (-2010, lambda: bob.new_order(SYMBOL, "BUY", "LIMIT_MAKER", quantity=1, price=51_000), "a maker that would take"),
        (-1121, lambda: alice.depth("NOPE"), "an unknown symbol"),
        (-1013, lambda: alice.new_order(**ORDER, price="50000.001"), "a price off the grid"),
        (-1102, lambda: alice.new_order(SYMBOL, "SELL", "LIMIT", quantity=1), "a missing price"),
        (-1022, lambda: client("alice", "x" * 64).account(), "a wrong secret"),
    ]
    for code, call, what in rows:
        raises(ClientError, call, what, code)
    alice.cancel_order(SYMBOL, orderId=maker["orderId"])


def hear(alice, bob):
    user, market, answers = Told(), Told(), Told()
    key = alice.new_listen_key()["listenKey"]
    check(alice.renew_listen_key(key) == {}, "a listen key is extended")
    own = Noted(stream_client(user), "SpotWebsocketStreamClient.")
    own.user_data(listen_key=key)
    open_ = Noted(stream_client(market), "SpotWebsocketStreamClient.")
    open_.trade(symbol=SYMBOL)
    open_.agg_trade(symbol=SYMBOL)
    open_.ticker(symbol=SYMBOL)
    open_.mini_ticker(symbol=SYMBOL)
    open_.kline(symbol=SYMBOL, interval="1m")
    # It takes five messages a second from one connection.
    time.sleep(1)
    open_.diff_book_depth(symbol=SYMBOL, speed=100)
    market.until(lambda row: row.get("id") is not None, "subscriptions are answered")
    time.sleep(0.5)
    account = ACCOUNTS["alice"]
    api = SpotWebsocketAPIClient(
        stream_url=f"{WS}/ws-api/v3", api_key=account["api_key"], api_secret=account["api_secret"],
        on_message=lambda _, text: answers.tell(json.loads(text)),
    )  # fmt: skip
    api = Noted(api, "SpotWebsocketAPIClient.")
    api.new_order(id="place", **ORDER, price="51000", newOrderRespType="RESULT")
    placed = answers.until(lambda row: row["id"] == "place", "an order over the WebSocket API")["result"]
    told = user.until(lambda row: row.get("i") == placed["orderId"], "user data tells the order")
    check((told["x"], told["c"], told["q"]) == ("NEW", placed["clientOrderId"], "1.00000000"), "as it was placed")
    user.until(lambda row: row.get("B", [{}])[0].get("l") == "1.00000000", "and what it holds")
    bob.new_order(SYMBOL, "BUY", "MARKET", quantity="0.4")
    fill = user.until(lambda row: row.get("x") == "TRADE", "and its trade")
    check((fill["l"], fill["n"], fill["N"], fill["m"]) == ("0.40000000", "20.40000000", "USDT", True), "with its fee")
    for kind, holds in STREAMS.items():
        market.until(lambda row, kind=kind, holds=holds: row.get("e") == kind and holds(row), f"others hear {kind}")
    api.get_order(id="ask", symbol=SYMBOL, orderId=placed["orderId"])
    found = answers.until(lambda row: row["id"] == "ask", "an order is asked for over the WebSocket API")
    check(found["result"]["status"] == "PARTIALLY_FILLED", "and is partly filled")
    api.cancel_order(id="cancel", symbol=SYMBOL, orderId=placed["orderId"])
    answers.until(lambda row: row["id"] == "cancel" and row["status"] == 200, "and cancelled over it")
    api.cancel_order(id="again", symbol=SYMBOL, orderId=placed["orderId"])
    refusal = answers.until(lambda row: row["id"] == "again", "a second cancel is answered")
    check((refusal["status"], refusal["error"]["code"]) == (400, -2011), "as unknown")
    user.until(lambda row: row.get("x") == "CANCELED", "user data tells the cancel")
    check(alice.close_listen_key(key) == {}, "a listen key is closed")


class Conditional:
    """How this client places, asks for and cancels what waits for a price."""

    def __init__(self, client):
        self.client = client

    async def place(self, order):
        return self.client.new_order(**order)["orderId"]

    async def status(self, id_):
        return self.client.get_order(SYMBOL, orderId=id_)["status"]

    async def place_list(self, kind, order):
        placed = getattr(self.client, f"new_{kind}_order")(**order)
        return placed["orderListId"], [row["orderId"] for row in placed["orders"]]

    async def cancel_list(self, id_):
        self.client.cancel_oco_order(SYMBOL, orderListId=id_)

    async def cancel_all(self):
        self.client.cancel_open_orders(SYMBOL)


def stream_client(told):
    return SpotWebsocketStreamClient(stream_url=WS, on_message=lambda _, text: told.tell(json.loads(text)))


begin("binance-connector", "binance-connector")
alice, bob = client("alice"), client("bob")


def both():
    return {"alice": balances(alice.account()), "bob": balances(bob.account())}


start = both()
trade_over_rest(alice, bob)
be_refused(alice, bob)
hear(alice, bob)
asyncio.run(conditional_orders(SYMBOL, 51_000, Conditional(alice)))
settled(start, both())
# Its sockets live in threads of their own.
leave()
