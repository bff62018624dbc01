"""What every Python session starts from: the sandbox, what has to hold, and the report of it.

A session is called with the path of the sandbox's `dev.json` and the path of the report to write.
The exchange itself is asked with nothing but the standard library, so that no client vouches for itself.
"""

import atexit
import hashlib
import hmac
import importlib.metadata
import json
import os
import sys
import threading
import time
import traceback
import urllib.parse
import urllib.request
from decimal import ROUND_CEILING, Decimal

SANDBOX = json.load(open(sys.argv[1]))
REST, WS = SANDBOX["rest"], SANDBOX["ws"]
ACCOUNTS = {account["name"]: account for account in SANDBOX["accounts"]}
SYMBOLS = ("BTCUSDT", "ETHUSDT", "LTCUSDT", "ETHBTC")
PAGE = 1_000
WAIT_S = 15

# What the sandbox charges makers and takers, rounded up to the smallest unit of what they receive.
FEE_RATE = Decimal("0.001")
UNIT = Decimal("0.00000001")

report = {"client": "", "version": "", "orders": set(), "calls": set(), "refusals": set(), "checks": 0, "failure": None}


def begin(client, package):
    """Says which client this session is about; its version is what is really installed."""
    report.update(client=client, version=importlib.metadata.version(package))


def check(holds, what, detail=None):
    """Says what holds, and ends the session when it does not."""
    print(("ok      " if holds else "FAILED  ") + what + ("" if holds or detail is None else f": {detail}"), flush=True)
    if not holds:
        report["failure"] = report["failure"] or what
        leave(1)
    report["checks"] += 1


def refused(error, kind, what, code=None):
    """Holds when the error is of this very kind, and has this code where one is asked for."""
    found = getattr(error, "error_code", getattr(error, "code", None))
    holds = type(error) is kind and (code is None or found == code)
    check(holds, f"{what} raises {kind.__name__}", f"{type(error).__name__}: {error}")
    report["refusals"].add(kind.__name__ + ("" if code is None else f" {code}"))


def raises(kind, call, what, code=None):
    """Holds when the call raises this very kind of error."""
    try:
        call()
    except Exception as error:  # every other kind is a failure, and is shown
        return refused(error, kind, what, code)
    check(False, f"{what} raises {kind.__name__}", "no error")


async def raises_async(kind, awaitable, what, code=None):
    """The same for something to be awaited."""
    try:
        await awaitable
    except Exception as error:  # every other kind is a failure, and is shown
        return refused(error, kind, what, code)
    check(False, f"{what} raises {kind.__name__}", "no error")


class Noted:
    """A client as it is, but for a note of every call that is made on it."""

    def __init__(self, client, prefix=""):
        vars(self).update(client=client, prefix=prefix)

    def __getattr__(self, name):
        value = getattr(self.client, name)
        if callable(value):
            report["calls"].add(self.prefix + name)
        return value


class Told:
    """Everything that was told, from whatever thread, and a wait for what is still to come."""

    def __init__(self):
        self.rows = []
        self.news = threading.Condition()

    def tell(self, row):
        with self.news:
            self.rows.append(row)
            self.news.notify_all()

    def find(self, holds):
        return next((row for row in self.rows if holds(row)), None)

    def until(self, holds, what):
        """Returns the first row that holds, once there is one."""
        with self.news:
            self.news.wait_for(lambda: self.find(holds) is not None, WAIT_S)
            found = self.find(holds)
        check(found is not None, what, f"only {self.rows[-5:]}")
        return found


def balances(account):
    """Returns what is free and locked of each asset, of an account as the exchange writes it."""
    return {row["asset"]: (Decimal(row["free"]), Decimal(row["locked"])) for row in account["balances"]}


def settled(before, after):
    """Holds when nothing is locked and each balance is what the account's trades make of it, to the last digit."""
    fees = {}
    for name, start in before.items():
        due = {asset: free + locked for asset, (free, locked) in start.items()}
        for symbol in SYMBOLS:
            report["orders"].update(map(kind, ask(name, "allOrders", symbol=symbol, limit=PAGE)))
            for trade in trades(name, symbol):
                settle(due, trade, symbol, fees)
        found = after[name]
        check(all(locked == 0 for _, locked in found.values()), f"nothing of {name} is locked", found)
        owned = {asset: free for asset, (free, _) in found.items()}
        check(owned == due, f"balances of {name} are what its trades make of them", f"{owned} and not {due}")
    for asset in fees:
        sums = [sum(sum(amount) for amount in (all_[name][asset] for name in before)) for all_ in (before, after)]
        check(sums[0] - sums[1] == fees[asset], f"all that is gone of {asset} are fees")


def settle(due, trade, symbol, fees):
    base, quote = symbol[:3], symbol[3:]
    paid, got = (quote, base) if trade["isBuyer"] else (base, quote)
    amount = {base: Decimal(trade["qty"]), quote: Decimal(trade["price"]) * Decimal(trade["qty"])}
    fee = (amount[got] * FEE_RATE).quantize(UNIT, ROUND_CEILING)
    told = (trade["commissionAsset"], Decimal(trade["commission"]), Decimal(trade["quoteQty"]))
    if told != (got, fee, amount[quote]):
        check(False, "a trade's fee is what the sandbox charges", trade)
    due[paid] -= amount[paid]
    due[got] += amount[got] - fee
    fees[got] = fees.get(got, 0) + fee


def trades(name, symbol):
    found, first = [], 0
    while page := ask(name, "myTrades", symbol=symbol, fromId=first, limit=PAGE):
        found += page
        first = page[-1]["id"] + 1
    return found


def kind(order):
    """Returns what kind of order this is, in the words of the table."""
    words = [order["type"]]
    if order["type"] == "MARKET" and Decimal(order["origQuoteOrderQty"]):
        words.append("by quote")
    if order["timeInForce"] != "GTC" and "LIMIT" in order["type"]:
        words.append(order["timeInForce"])
    if Decimal(order["icebergQty"]):
        words.append("iceberg")
    if order.get("trailingDelta"):
        words.append("trailing")
    if order.get("pegPriceType"):
        words.append("pegged")
    if order["orderListId"] != -1:
        words.append("in a list")
    return " ".join(words)


def ask(name, path, method="GET", root="api/v3", **parameters):
    """Returns what the exchange answers to a signed request of an account."""
    account = ACCOUNTS[name]
    query = urllib.parse.urlencode({**parameters, "timestamp": int(time.time() * 1_000)})
    signature = hmac.new(account["api_secret"].encode(), query.encode(), hashlib.sha256).hexdigest()
    address = f"{REST}/{root}/{path}?{query}&signature={signature}"
    request = urllib.request.Request(address, headers={"X-MBX-APIKEY": account["api_key"]}, method=method)
    return json.load(urllib.request.urlopen(request))


def ccxt_config(name=None):
    """The configuration of an unmodified ccxt.binance: nothing but its URLs, and an account's key."""
    api = {
        "public": f"{REST}/api/v3",
        "private": f"{REST}/api/v3",
        "v1": f"{REST}/api/v1",
        "sapi": f"{REST}/sapi/v1",
        "sapiV2": f"{REST}/sapi/v2",
        "sapiV3": f"{REST}/sapi/v3",
        "fapiPublic": f"{REST}/fapi/v1",
        "dapiPublic": f"{REST}/dapi/v1",
        "ws": {
            "spot": f"{WS}/stream-spot/ws",
            "margin": f"{WS}/stream-spot/ws",
            "ws-api": {"spot": f"{WS}/ws-api/v3"},
        },
    }
    config = {"urls": {"api": api}}
    if name:
        config["apiKey"] = ACCOUNTS[name]["api_key"]
        config["secret"] = ACCOUNTS[name]["api_secret"]
    return config


def ends_by(kind_, error, trace):
    report["failure"] = report["failure"] or f"{kind_.__name__}: {error}"
    traceback.print_exception(kind_, error, trace)


def write_report():
    told = {name: sorted(value) if isinstance(value, set) else value for name, value in report.items()}
    with open(sys.argv[2], "w") as file:
        json.dump(told, file)


def leave(status=0):
    """Ends the process where it stands, with whatever the client still has running."""
    write_report()
    sys.stdout.flush()
    os._exit(status)


sys.excepthook = ends_by
atexit.register(write_report)
