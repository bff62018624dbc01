"""Unmodified python-binance, but for its URLs: REST, a user socket, and orders over the WebSocket API."""

import asyncio

from binance import AsyncClient, BinanceSocketManager
from binance.exceptions import BinanceAPIException
from common import ACCOUNTS, REST, WS, check

SYMBOL = "LTCUSDT"
WAIT_S = 15

AsyncClient.API_URL = f"{REST}/api"
AsyncClient.MARGIN_API_URL = f"{REST}/sapi"
AsyncClient.WS_API_URL = f"{WS}/ws-api/v3"
BinanceSocketManager.STREAM_URL = f"{WS}/"


async def hear(socket, kind):
    while True:
        message = await asyncio.wait_for(socket.recv(), WAIT_S)
        event = message.get("event", message)
        if event.get("e") == kind:
            return event


async def main():
    account = ACCOUNTS["alice"]
    alice = await AsyncClient.create(account["api_key"], account["api_secret"])
    sockets = BinanceSocketManager(alice)
    try:
        check((await alice.get_account())["canTrade"], "the account may trade")
        async with sockets.user_socket() as user:
            placed = await alice.create_order(
                symbol=SYMBOL, side="BUY", type="LIMIT", timeInForce="GTC", quantity="2", price="50"
            )
            told = await hear(user, "executionReport")
            check(told["i"] == placed["orderId"] and told["x"] == "NEW", "the user socket tells the order")
            position = await hear(user, "outboundAccountPosition")
            check(position["B"][0]["l"] == "100.00000000", "and what it holds")
            cancelled = await alice.cancel_order(symbol=SYMBOL, orderId=placed["orderId"])
            told = await hear(user, "executionReport")
            check(told["x"] == "CANCELED" and told["C"] == placed["clientOrderId"], "and its cancel")
            check(told["c"] == cancelled["clientOrderId"], "by the name of the cancel")

            over = await alice.ws_create_order(
                symbol=SYMBOL, side="SELL", type="LIMIT", timeInForce="GTC", quantity="1", price="60"
            )
            check(over["status"] == "NEW", "an order over the WebSocket API")
            told = await hear(user, "executionReport")
            check(told["i"] == over["orderId"], "is told on the user socket as well")
            ended = await alice.ws_cancel_order(symbol=SYMBOL, orderId=over["orderId"])
            check(ended["status"] == "CANCELED", "and cancelled over it")
        try:
            await alice.cancel_order(symbol=SYMBOL, orderId=placed["orderId"])
            check(False, "a second cancel is refused")
        except BinanceAPIException as error:
            check((error.status_code, error.code) == (400, -2011), "a second cancel is refused")
    finally:
        await alice.close_connection()


asyncio.run(main())
