"""CCXT's own live suite, as installed: over REST, synchronous and asynchronous, and over sockets, public and private.

What it leaves out stands in `ccxt_suite_skips.py` with the reason, and nothing else may be left out.
Alice is the account the suite is given; bob and carol trade meanwhile, since the suite waits for news.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading

from ccxt_suite_skips import EXPECTED, LEFT_OUT
from common import REST, ask, balances, begin, ccxt_config, check, report, settled

PATIENCE_S = 90
# The sandbox pays to it at once.
KNOWN = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
TRADERS = ("alice", "bob", "carol")
# Prices of the two markets the suite chooses by itself.
MARKETS = {"BTCUSDT": 50_000, "ETHUSDT": 2_000}
TURN_S = 0.1


def place(name, symbol, side, kind, quantity, price=None):
    order = {"symbol": symbol, "side": side, "type": kind, "quantity": quantity}
    if kind == "LIMIT":
        order.update(price=price, timeInForce="GTC")
    return ask(name, "order", "POST", **order)


def prepare():
    """Gives every market two sides and trades, and alice a past: orders that filled, ended and rest."""
    for symbol, price in MARKETS.items():
        for step in range(1, 6):
            place("bob", symbol, "BUY", "LIMIT", "1", price - step)
            place("bob", symbol, "SELL", "LIMIT", "1", price + step)
        for side in ("BUY", "SELL") * 60:
            place("carol", symbol, side, "MARKET", "0.01")
        # An order that takes several prices at once: the suite looks at the order of such trades.
        place("carol", symbol, "BUY", "MARKET", "2.5")
        place("carol", symbol, "SELL", "MARKET", "2.5")
        for side in ("BUY", "SELL"):
            place("bob", symbol, side, "LIMIT", "20", price + (1 if side == "SELL" else -1))
    for symbol, price in (("LTCUSDT", "100"), ("ETHBTC", "0.04")):
        place("bob", symbol, "SELL", "LIMIT", "1", price)
        place("carol", symbol, "BUY", "MARKET", "1")
    ended = place("alice", "BTCUSDT", "BUY", "LIMIT", "0.01", 45_000)
    ask("alice", "order", "DELETE", symbol="BTCUSDT", orderId=ended["orderId"])
    place("alice", "BTCUSDT", "BUY", "MARKET", "0.02")
    place("alice", "BTCUSDT", "BUY", "LIMIT", "0.01", 45_000)


def withdraw():
    """Alice has a withdrawal that waits; before her balances are looked at, since it is in no trade."""
    ask("alice", "capital/withdraw/apply", "POST", root="sapi/v1", coin="BTC", network="BTC", address=KNOWN, amount="0.1")


class Traffic(threading.Thread):
    """Carol takes in both markets, and alice places, fills and cancels, until told to stop."""

    def __init__(self):
        super().__init__()
        self.ended = threading.Event()
        self.failure = None

    def run(self):
        try:
            while not self.ended.wait(TURN_S):
                self.turn()
        except Exception as error:
            self.failure = error

    def turn(self):
        for symbol in MARKETS:
            for side in ("BUY", "SELL"):
                place("carol", symbol, side, "MARKET", "0.01")
        for symbol, price in MARKETS.items():
            order = place("alice", symbol, "BUY", "LIMIT", "0.01", round(price * 0.9))
            ask("alice", "order", "DELETE", symbol=symbol, orderId=order["orderId"])
            place("alice", symbol, "SELL", "MARKET", "0.01")

    def stop(self):
        self.ended.set()
        self.join()
        check(self.failure is None, "the market traded all the while", repr(self.failure))


def suite(mode, folder):
    """Runs the suite once in a process of its own, and returns what it says of each method."""
    settings = {"mode": mode, "folder": folder, "config": ccxt_config("alice")}
    told = os.path.join(folder, f"{mode}.json")
    script = os.path.join(os.path.dirname(__file__), "ccxt_suite_run.py")
    command = [sys.executable, script, json.dumps(settings), told]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_S)
    lines = [line for line in done.stdout.splitlines() if "[TEST_FAILURE]" in line or "[TEST_WARNING]" in line]
    if done.returncode or lines or "SHOW" in os.environ:
        print(done.stdout)
    check(os.path.exists(told), f"{mode}: the suite comes to its end", done.stdout[-2_000:])
    check(not lines, f"{mode}: the suite reports no failure and no warning", lines)
    check(done.returncode == 0, f"{mode}: the suite ends well", done.returncode)
    with open(told) as file:
        return json.load(file)


def judge(mode, told):
    """Holds when everything the suite has was run and passed, or is in the list of what is left out."""
    check(not told["errors"], f"{mode}: no method fails, nor does any call that the suite forgives", told["errors"])
    ran, known = set(told["ran"]), set(told["known"])
    check(known - ran == set(LEFT_OUT[mode]), f"{mode}: what did not run is what is listed", known - ran ^ set(LEFT_OUT[mode]))
    check(len(ran) == EXPECTED[mode], f"{mode}: {EXPECTED[mode]} methods ran", len(ran))
    silent = sorted(name for name, least in told["least"].items() if told["answers"].get(name, 0) < least)
    check(not silent, f"{mode}: each of them was answered", silent)
    print(f"        {mode}: {', '.join(sorted(ran))}")
    for name, reason in sorted(LEFT_OUT[mode].items()):
        print(f"        {mode} leaves out {name}: {reason}")
    report["calls"].update(f"{mode}: {name}" for name in ran)


def left_out():
    """Returns a text for each reason, with everything that is left out for it."""
    by_reason = {}
    for mode, reasons in LEFT_OUT.items():
        for name, reason in reasons.items():
            by_reason.setdefault(reason, {}).setdefault(name, []).append(mode)
    rest = ["sync", "async"]

    def named(name, modes):
        return name if modes == rest or modes == ["sockets"] else f"{name} ({', '.join(modes)})"

    return sorted(f"{', '.join(named(*row) for row in rows.items())} ({reason})" for reason, rows in by_reason.items())


begin("ccxt's own live suite, Python", "ccxt")
report["left_out"] = left_out()
withdraw()
before = {name: balances(ask(name, "account")) for name in TRADERS}
prepare()
with tempfile.TemporaryDirectory() as folder:
    judge("sync", suite("sync", folder))
    judge("async", suite("async", folder))
    traffic = Traffic()
    traffic.start()
    told = suite("sockets", folder)
    traffic.stop()
    judge("sockets", told)
for name in TRADERS:
    for symbol in {order["symbol"] for order in ask(name, "openOrders")}:
        ask(name, "openOrders", "DELETE", symbol=symbol)
settled(before, {name: balances(ask(name, "account")) for name in TRADERS})
