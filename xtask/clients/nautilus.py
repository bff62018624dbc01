"""Unmodified NautilusTrader: its Binance spot adapter for data and for execution, in a live trading node.

One process has one node, so the second account trades in a process of its own, which does what it is told line by line.
"""

import asyncio
import json
import sys
from decimal import Decimal

from common import ACCOUNTS, REST, WS, begin, check, leave, report, settled
from nautilus_trader.adapters.binance import (
    BinanceAccountType,
    BinanceDataClientConfig,
    BinanceExecClientConfig,
    BinanceLiveDataClientFactory,
    BinanceLiveExecClientFactory,
)
from nautilus_trader.config import InstrumentProviderConfig, LiveExecEngineConfig, LiveRiskEngineConfig, LoggingConfig, TradingNodeConfig
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import BookType, OrderSide, TimeInForce
from nautilus_trader.model.events import OrderAccepted, OrderCanceled, OrderFilled, OrderRejected
from nautilus_trader.model.identifiers import InstrumentId, Venue
from nautilus_trader.trading.strategy import Strategy

VENUE = Venue("BINANCE")
INSTRUMENT = InstrumentId.from_str("ETHUSDT.BINANCE")
BAR = BarType.from_str("ETHUSDT.BINANCE-1-SECOND-LAST-EXTERNAL")
WAIT_S = 20
IS_TAKER = "--taker" in sys.argv


class Listener(Strategy):
    """Remembers everything it is told; what it does is decided outside."""

    def __init__(self):
        super().__init__()
        self.told = []

    def on_event(self, event):
        self.told.append(event)

    def on_quote_tick(self, tick):
        self.told.append(tick)

    on_trade_tick = on_order_book_deltas = on_bar = on_quote_tick

    def call(self, name, *arguments, **named):
        report["calls"].add(name)
        return getattr(self, name)(*arguments, **named)

    async def until(self, holds, what):
        """Returns the first thing told that holds, once there is one."""
        for _ in range(WAIT_S * 50):
            found = next((row for row in self.told if holds(row)), None)
            if found is not None:
                break
            await asyncio.sleep(0.02)
        check(found is not None, what, f"only {self.told[-5:]}")
        return found

    async def event(self, kind, order, what):
        return await self.until(
            lambda row: type(row) is kind and row.client_order_id == order.client_order_id, what
        )  # fmt: skip

    def place(self, kind, side, quantity, price=None, **more):
        instrument = self.cache.instrument(INSTRUMENT)
        if price is not None:
            more["price"] = price
        more["quantity"] = instrument.make_qty(quantity)
        for name in ("price", "trigger_price"):
            if more.get(name) is not None:
                more[name] = instrument.make_price(more[name])
        if "display_qty" in more:
            more["display_qty"] = instrument.make_qty(more["display_qty"])
        order = getattr(self.order_factory, kind)(INSTRUMENT, OrderSide[side], **more)
        self.call("submit_order", order)
        return order

    def balances(self):
        """Returns what is free and locked of each asset, as this client holds it."""
        found = self.portfolio.account(VENUE).balances()
        return {
            str(currency): (balance.free.as_decimal(), balance.locked.as_decimal())
            for currency, balance in found.items()
        }


def make_node(name):
    key = {"api_key": ACCOUNTS[name]["api_key"], "api_secret": ACCOUNTS[name]["api_secret"]}
    place = {"account_type": BinanceAccountType.SPOT, "base_url_http": REST, "base_url_ws": WS}
    provider = {"instrument_provider": InstrumentProviderConfig(load_all=True)}
    node = TradingNode(
        TradingNodeConfig(
            trader_id=f"{name.upper()}-001",
            # Its own checks would keep some orders from the exchange.
            risk_engine=LiveRiskEngineConfig(bypass=True),
            exec_engine=LiveExecEngineConfig(convert_quote_qty_to_base=False),
            logging=LoggingConfig(log_level="ERROR"),
            data_clients={"BINANCE": BinanceDataClientConfig(**key, **place, **provider)},
            exec_clients={"BINANCE": BinanceExecClientConfig(**key, **place, **provider)},
        )
    )
    node.add_data_client_factory("BINANCE", BinanceLiveDataClientFactory)
    node.add_exec_client_factory("BINANCE", BinanceLiveExecClientFactory)
    listener = Listener()
    node.trader.add_strategy(listener)
    node.build()
    return node, listener


async def started(node, listener):
    running = asyncio.create_task(node.run_async())
    while not listener.is_running:
        if running.done():
            running.result()
        await asyncio.sleep(0.05)
    return running


async def be_the_taker():
    """Does one order for each line and answers with what became of it."""
    node, listener = make_node("bob")
    running = await started(node, listener)
    print(json.dumps(plain(listener.balances())), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip() == "balances":
            print(json.dumps(plain(listener.balances())), flush=True)
            continue
        wish = json.loads(line)
        if "time_in_force" in wish:
            wish["time_in_force"] = TimeInForce[wish["time_in_force"]]
        order = listener.place(**wish)
        # Of an order by quote it never learns the quantity, and so not its end.
        while not (order.is_closed or (order.is_quote_quantity and order.filled_qty)):
            await asyncio.sleep(0.02)
        # The position of the account follows the last report of the order.
        await asyncio.sleep(0.3)
        print(json.dumps({"status": order.status.name, "filled": str(order.filled_qty)}), flush=True)
    running.cancel()


def plain(balances):
    return {asset: [str(amount) for amount in both] for asset, both in balances.items()}


class Taker:
    """The other account, in its own process."""

    async def start(self):
        command = [sys.executable, __file__, sys.argv[1], "/dev/null", "--taker"]
        pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
        self.process = await asyncio.create_subprocess_exec(*command, **pipes)
        return self.read_balances(await self.answer())

    async def answer(self):
        while line := await asyncio.wait_for(self.process.stdout.readline(), 3 * WAIT_S):
            if line.startswith(b"{"):
                return json.loads(line)
        check(False, "the other account's process goes on")

    async def ask(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        return await self.answer()

    async def order(self, kind, quantity, price=None, side="BUY", **more):
        found = await self.ask(json.dumps({"kind": kind, "side": side, "quantity": quantity, "price": price, **more}))
        return found["status"], Decimal(found["filled"])

    def read_balances(self, told):
        return {asset: tuple(map(Decimal, both)) for asset, both in told.items()}

    async def balances(self):
        return self.read_balances(await self.ask("balances"))


async def hear_the_market(listener):
    listener.call("subscribe_quote_ticks", INSTRUMENT)
    listener.call("subscribe_trade_ticks", INSTRUMENT)
    listener.call("subscribe_order_book_deltas", INSTRUMENT, BookType.L2_MBP)
    listener.call("subscribe_bars", BAR)
    await asyncio.sleep(1)


async def trade(listener, taker):
    order = listener.place("limit", "SELL", 2, 2_000)
    await listener.event(OrderAccepted, order, "a limit order is accepted")
    await listener.until(lambda row: getattr(row, "ask_price", None) == 2_000, "quotes arrive")
    check(await taker.order("market", 0.5) == ("FILLED", Decimal("0.5")), "a market order fills")
    fill = await listener.event(OrderFilled, order, "the maker is told of its fill")
    check((fill.last_qty, fill.last_px) == (Decimal("0.5"), 2_000), "at its price")
    check(str(fill.commission) == "1.00000000 USDT" and fill.liquidity_side.name == "MAKER", "with its fee")
    await listener.until(lambda row: getattr(row, "aggressor_side", None) is not None and row.price == 2_000, "trades arrive")
    await listener.until(lambda row: getattr(row, "close", None) == 2_000 and row.volume != 0, "bars arrive")
    ended = await taker.order("limit", 9, 2_000, time_in_force="FOK")
    check(ended == ("EXPIRED", Decimal(0)), "an FOK order that cannot fill expires")
    ended = await taker.order("limit", 9, 2_000, time_in_force="IOC")
    check(ended == ("EXPIRED", Decimal("1.5")), "the rest of an IOC order expires")
    maker = listener.place("limit", "SELL", 1, 2_001, post_only=True)
    await listener.event(OrderAccepted, maker, "a post-only order is accepted")
    ended = await taker.order("market", 600, quote_quantity=True)
    check(ended == ("PARTIALLY_FILLED", Decimal("0.2998")), "a market order by quote fills", ended)
    book = listener.cache.order_book(INSTRUMENT)
    await follows(book, Decimal(2_001), Decimal("0.7002"))
    listener.call("cancel_order", maker)
    await listener.event(OrderCanceled, maker, "an order is cancelled")
    first, second = (listener.place("limit", "BUY", 1, price) for price in (1_500, 1_501))
    for order in (first, second):
        await listener.event(OrderAccepted, order, "an order to buy is accepted")
    listener.call("cancel_all_orders", INSTRUMENT)
    for order in (first, second):
        await listener.event(OrderCanceled, order, "all orders are cancelled")


async def follows(book, price, quantity):
    """The client's own book, made of a snapshot and deltas, is what rests."""
    for _ in range(WAIT_S * 50):
        best = book.best_ask_price()
        if best is not None and (best, book.best_ask_size()) == (price, quantity):
            return check(True, "the book follows its deltas")
        await asyncio.sleep(0.02)
    check(False, "the book follows its deltas", book)


async def wait_for_prices(listener, taker):
    """Orders that wait for a price, and one that shows a part."""
    stop = listener.place("stop_limit", "SELL", 1, 1_960, trigger_price=1_970)
    profit = listener.place("limit_if_touched", "SELL", 1, 2_020, trigger_price=2_020)
    iceberg = listener.place("limit", "SELL", 1, 2_050, display_qty=0.25)
    for order in (stop, profit, iceberg):
        await listener.event(OrderAccepted, order, f"{order.type_string()} is accepted")
    high = listener.place("limit", "SELL", 0.1, 2_030)
    await listener.event(OrderAccepted, high, "an order rests above")
    check(await taker.order("market", 0.1) == ("FILLED", Decimal("0.1")), "somebody takes it")
    check(await taker.order("market", 1) == ("FILLED", Decimal(1)), "and what its price has set off")
    fill = await listener.event(OrderFilled, profit, "which is told")
    check(fill.last_px == 2_020, "at its limit")
    low = listener.place("limit", "BUY", 0.1, 1_970)
    await listener.event(OrderAccepted, low, "an order rests below")
    check(await taker.order("market", 0.1, side="SELL") == ("FILLED", Decimal("0.1")), "somebody takes it")
    check(await taker.order("market", 1) == ("FILLED", Decimal(1)), "and the stop that its price has set off")
    fill = await listener.event(OrderFilled, stop, "which is told")
    check(fill.last_px == 1_960, "at its limit")
    check(await taker.order("market", 0.6) == ("FILLED", Decimal("0.6")), "the iceberg fills beyond what it shows")
    listener.call("cancel_order", iceberg)
    await listener.event(OrderCanceled, iceberg, "the iceberg is cancelled")


async def be_refused(listener, taker):
    rich = listener.place("limit", "BUY", 4_000, 1_999)
    refusal = await listener.event(OrderRejected, rich, "too little money is rejected")
    check("insufficient balance" in refusal.reason, "in words", refusal.reason)
    resting = listener.place("limit", "SELL", 1, 2_100)
    await listener.event(OrderAccepted, resting, "an order rests")
    crossing = listener.place("limit", "BUY", 1, 2_100, post_only=True)
    refusal = await listener.event(OrderRejected, crossing, "a post-only order that would take is rejected")
    # It marks a post-only order as such by the code of futures only.
    check("immediately match" in refusal.reason, "in words", refusal.reason)
    listener.call("cancel_order", resting)
    await listener.event(OrderCanceled, resting, "the order is cancelled")
    report["refusals"].add("OrderRejected")


async def main():
    begin("NautilusTrader, Binance spot adapter", "nautilus_trader")
    report["calls"].update({"BinanceLiveDataClientFactory", "BinanceLiveExecClientFactory"})
    node, listener = make_node("alice")
    taker = Taker()
    theirs = await taker.start()
    await started(node, listener)
    check(listener.cache.instrument(INSTRUMENT).price_increment == Decimal("0.01"), "instruments are loaded")
    before = {"alice": listener.balances(), "bob": theirs}
    await hear_the_market(listener)
    await trade(listener, taker)
    await wait_for_prices(listener, taker)
    await be_refused(listener, taker)
    await asyncio.sleep(0.5)
    settled(before, {"alice": listener.balances(), "bob": await taker.balances()})
    taker.process.kill()


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
if IS_TAKER:
    loop.run_until_complete(be_the_taker())
else:
    loop.run_until_complete(main())
leave()
