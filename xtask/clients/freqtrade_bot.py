"""Unmodified freqtrade: a small strategy, dry and with live orders at once, placed by its settings for ccxt only."""

import json
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import Noted, ask, balances, begin, ccxt_config, check, leave, raises, report, settled
from freqtrade.enums import CandleType, MarginMode, RunMode, TradingMode
from freqtrade.exceptions import InsufficientFundsError, InvalidOrderException
from freqtrade.resolvers import ExchangeResolver

SYMBOL = "BTCUSDT"
PAIR = "BTC/USDT"
STRATEGY = """
from freqtrade.strategy import IStrategy


class Follow(IStrategy):
    timeframe = "1m"
    minimal_roi = {"0": 0.01}
    stoploss = -0.10
    process_only_new_candles = False
    startup_candle_count = 0

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] < 50_500, "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""
# A candle has to end before freqtrade looks at it.
WAIT_S = 120


def config(dry_run):
    own = ccxt_config("alice")
    place = {"urls": own["urls"]}
    pricing = {"price_side": "other", "use_order_book": True, "order_book_top": 1}
    return {
        "dry_run": dry_run,
        "dry_run_wallet": 100_000,
        "stake_currency": "USDT",
        "stake_amount": 1_000,
        "max_open_trades": 1,
        "trading_mode": "spot",
        "entry_pricing": {**pricing, "check_depth_of_market": {"enabled": False}},
        "exit_pricing": pricing,
        "order_types": {
            "entry": "limit",
            "exit": "limit",
            "emergency_exit": "market",
            "stoploss": "limit",
            "stoploss_on_exchange": True,
        },
        "exchange": {
            "name": "binance",
            "key": own["apiKey"],
            "secret": own["secret"],
            "pair_whitelist": [PAIR],
            "ccxt_config": place,
            "ccxt_async_config": place,
        },
        "pairlists": [{"method": "StaticPairList"}],
        "internals": {"process_throttle_secs": 1},
        "bot_name": "bourse",
        "initial_state": "running",
    }


class Bot:
    """`freqtrade trade` in a process of its own."""

    def __init__(self, folder, dry_run):
        self.folder = folder
        self.database = folder / "trades.sqlite"
        (folder / "strategies").mkdir(parents=True)
        (folder / "strategies" / "follow.py").write_text(STRATEGY)
        (folder / "config.json").write_text(json.dumps(config(dry_run)))
        self.log = folder / "log"
        command = [sys.executable, "-m", "freqtrade", "trade", "--strategy", "Follow"]
        command += ["--userdir", str(folder), "--config", str(folder / "config.json")]
        command += ["--db-url", f"sqlite:///{self.database}"]
        self.process = subprocess.Popen(command, stdout=self.log.open("w"), stderr=subprocess.STDOUT)
        report["calls"].add("freqtrade trade, dry run" if dry_run else "freqtrade trade, live orders")

    def trades(self):
        if not self.database.exists():
            return []
        with sqlite3.connect(self.database) as database:
            database.row_factory = sqlite3.Row
            try:
                return [dict(row) for row in database.execute("SELECT * FROM trades")]
            except sqlite3.OperationalError:  # it is still making its tables
                return []

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def complaints(self):
        lines = self.log.read_text().splitlines()
        return [line for line in lines if " ERROR " in line or "Traceback" in line]


def until(find, bots, what):
    """Returns what is found as soon as there is something."""
    end = time.time() + WAIT_S
    while time.time() < end and all(bot.process.poll() is None for bot in bots):
        if found := find():
            check(True, what)
            return found
        time.sleep(0.2)
    for bot in bots:
        print(bot.log.read_text()[-5_000:])
        bot.process.kill()
    check(False, what)


def order(name, side, price, quantity):
    parameters = {"symbol": SYMBOL, "side": side, "type": "LIMIT", "timeInForce": "GTC"}
    return ask(name, "order", "POST", **parameters, price=price, quantity=quantity)


def refusals():
    """What is refused has the names of freqtrade, in the class that a bot trades through."""
    live = {
        **config(False),
        "runmode": RunMode.LIVE,
        "trading_mode": TradingMode.SPOT,
        "margin_mode": MarginMode.NONE,
        "candle_type_def": CandleType.SPOT,
    }
    exchange = Noted(ExchangeResolver.load_exchange(live, validate=False), "Exchange.")

    def buy(amount, rate):
        exchange.create_order(pair=PAIR, ordertype="limit", side="buy", amount=amount, rate=rate, leverage=1.0)

    def stop(price):
        exchange.create_stoploss(
            pair=PAIR, amount=0.1, stop_price=price, order_types={"stoploss": "limit"}, side="sell", leverage=1.0
        )

    raises(InsufficientFundsError, lambda: buy(150, 50_000), "more than is there")
    raises(InvalidOrderException, lambda: buy(1, 100), "a price far from the market")
    raises(InvalidOrderException, lambda: stop(60_000), "a stop that is met already")
    raises(InvalidOrderException, lambda: exchange.cancel_order("999999", PAIR), "the cancel of nothing")


def all_balances():
    return {name: balances(ask(name, "account")) for name in ("alice", "bob", "carol")}


def run(folder):
    before = all_balances()
    # Something to look at: a market with both sides, and a trade that opens the first candle.
    order("bob", "BUY", 49_990, 5)
    order("bob", "SELL", 50_000, 5)
    order("carol", "BUY", 50_000, 1)
    bots = [Bot(folder / "dry", True), Bot(folder / "live", False)]
    dry, live = bots
    until(lambda: [row for row in live.trades() if row["open_rate"] == 50_000], bots, "the live bot enters a trade")
    until(lambda: dry.trades(), bots, "the dry bot enters the same trade")
    bought = until(lambda: [row for row in ask("alice", "myTrades", symbol=SYMBOL) if row["isBuyer"]], bots, "it bought")
    check(sum(float(row["quoteQty"]) for row in bought) <= 1_000, "for its stake")
    stop = until(lambda: ask("alice", "openOrders", symbol=SYMBOL), bots, "its stop waits on the exchange")
    check([row["type"] for row in stop] == ["STOP_LOSS_LIMIT"] and stop[0]["stopPrice"] == "45000.00000000", "at its price", stop)
    ask("bob", "openOrders", "DELETE", symbol=SYMBOL)
    order("bob", "BUY", 51_000, 5)
    order("bob", "SELL", 51_010, 5)
    sold = until(
        lambda: [row for row in ask("alice", "myTrades", symbol=SYMBOL) if not row["isBuyer"]], bots, "it sells with its profit"
    )
    check({row["price"] for row in sold} == {"51000.00000000"}, "at the new price")
    for bot, name in ((live, "live"), (dry, "dry")):
        ended = until(lambda bot=bot: [row for row in bot.trades() if not row["is_open"]], bots, f"the {name} bot closes its trade")
        check((ended[0]["close_rate"], ended[0]["exit_reason"]) == (51_000, "roi"), f"of which the {name} bot knows the price")
        check(0.01 < ended[0]["close_profit"] < 0.02, f"and the {name} bot its profit")
    for bot in bots:
        # Before it is stopped: a bot that is interrupted while it writes into its own database complains of that.
        check(bot.complaints() == [], "without an error in its log", bot.complaints())
        bot.stop()
    refusals()
    for name in ("alice", "bob"):
        if ask(name, "openOrders", symbol=SYMBOL):
            ask(name, "openOrders", "DELETE", symbol=SYMBOL)
    settled(before, all_balances())


begin("freqtrade", "freqtrade")
with tempfile.TemporaryDirectory() as folder:
    run(Path(folder))
# The class that a bot trades through leaves threads behind.
leave()
