"""One run of CCXT's own suite in a process of its own, called with settings as JSON and where to write what was seen.

The files of the suite are imported as they are installed; what is set is what its own settings files are for.
Only two things of it are overridden: URLs are set once it has looked at the shipped ones, and what happens is noted,
since the suite forgives some failures and leaves out what it does not find without a word.
"""

import ast
import asyncio
import importlib.util
import inspect
import json
import math
import os
import sys
import time
import types

import ccxt.pro
from ccxt_suite_skips import LEFT_OUT, PARTS, TYPES

settings = json.loads(sys.argv[1])
MODE, FOLDER, CONFIG = (settings[name] for name in ("mode", "folder", "config"))
REASONS = LEFT_OUT[MODE]
SUITE = os.path.join(os.path.dirname(ccxt.__file__), "test")
FLAGS = {"sync": ["--sync", "--fundedTests"], "async": ["--fundedTests"], "sockets": ["--ws"]}
OUT = sys.argv[2]
sys.argv = [sys.argv[0], "--private", "--info", *FLAGS[MODE], "binance"]
sys.path.insert(0, SUITE)

import tests_helpers  # noqa: E402

# What the suite has a file for and no call of.
UNCALLED = ("fetchL2OrderBook", "fetchTradingFee")
# Looks at the client only.
OFFLINE = ("features", "afterConstruct")
WATCH_ANSWERS = 3

# `answers` counts by method as called, `least` says how many a method that ran must have had.
noted = {"ran": [], "known": set(), "errors": [], "answers": {}, "least": {}}


def write_settings():
    """Writes the two files in which the suite looks for its settings."""
    tests_helpers.ROOT_DIR = FOLDER + "/"
    keys = {"apiKey": CONFIG["apiKey"], "secret": CONFIG["secret"], "has": {name: False for name in TYPES}}
    # The suite looks for empty answers only where it is told to skip that, its condition being the wrong way round.
    looks = {name: {"emptyResponse": "look for it"} for name in ccxt.pro.binance().has}
    skips = {name: {**looks.get(name, {}), **PARTS.get(name, {})} for name in [*looks, *PARTS]}
    skips.update(REASONS)
    for name, told in {"keys": keys, "skip-tests": {"skipMethods": skips}}.items():
        with open(os.path.join(FOLDER, f"{name}.json"), "w") as file:
            json.dump({"binance": told}, file)


def note_answers(exchange):
    """Notes for every call of a unified method whether it was answered, whoever catches the error."""
    for name in [*exchange.has, "loadMarkets"]:
        method = getattr(exchange, snake(name), None)
        if callable(method):
            setattr(exchange, snake(name), noting(name, method))


def noting(name, method):
    def answered():
        noted["answers"][name] = noted["answers"].get(name, 0) + 1

    def failed(error):
        # The client's own word on a call that the suite makes to hear it; nothing is sent.
        if name == "watchBidsAsks" and isinstance(error, ccxt.ArgumentsRequired):
            return
        noted["errors"].append(f"{name}: {type(error).__name__}: {error}")

    def call(*arguments, **more):
        try:
            answer = method(*arguments, **more)
        except Exception as error:
            failed(error)
            raise
        answered()
        return answer

    async def call_async(*arguments, **more):
        try:
            answer = await method(*arguments, **more)
        except Exception as error:
            failed(error)
            raise
        answered()
        return answer

    return call_async if inspect.iscoroutinefunction(method) else call


def point(exchange):
    """Sets the URLs, those of markets that the sandbox does not have too: nothing is sent anywhere else."""
    here = {"https": CONFIG["urls"]["api"]["public"], "wss": CONFIG["urls"]["api"]["ws"]["spot"]}

    def nowhere(urls):
        if isinstance(urls, dict):
            return {name: nowhere(url) for name, url in urls.items()}
        return here[urls.split(":")[0]] + "/elsewhere"

    exchange.urls["api"] = exchange.deep_extend(nowhere(exchange.urls["api"]), CONFIG["urls"]["api"])
    note_answers(exchange)


def offered(suite, tests, is_public):
    """Notes what the suite calls and what it has files for, and adds what it has files for and does not call."""
    if is_public and not suite.ws_tests:
        symbol = tests["fetchTicker"][0]
        tests.update({name: [symbol] for name in UNCALLED})
    noted["known"].update(tests, suite.test_files)


def note_run(method):
    noted["ran"].append(method)
    least = 0 if method in OFFLINE else WATCH_ANSWERS if method.startswith("watch") else 1
    noted["least"][method] = least


def note_failure(method, error):
    noted["errors"].append(f"the test of {method}: {type(error).__name__}: {error}")


def snake(method):
    return tests_helpers.convert_to_snake_case(method)


def run_sync():
    import tests_sync

    def call(files, method, *rest):
        tests_helpers.call_method_sync(files, method, *rest)
        note_run(method)

    class Suite(tests_sync.testMainClass):
        def load_exchange(self, exchange):
            point(exchange)
            return super().load_exchange(exchange)

        def run_tests(self, exchange, tests, is_public_test):
            offered(self, tests, is_public_test)
            return super().run_tests(exchange, tests, is_public_test)

        def test_method(self, method_name, *rest):
            try:
                return super().test_method(method_name, *rest)
            except Exception as error:
                note_failure(method_name, error)
                raise

    tests_sync.call_method_sync = call
    mend_create_order()
    Suite().init("binance", None, None)


async def run_async():
    import tests_async

    async def call(files, method, *rest):
        await tests_helpers.call_method(files, method, *rest)
        note_run(method)

    class Suite(tests_async.testMainClass):
        async def load_exchange(self, exchange):
            point(exchange)
            return await super().load_exchange(exchange)

        async def run_tests(self, exchange, tests, is_public_test):
            offered(self, tests, is_public_test)
            return await super().run_tests(exchange, tests, is_public_test)

        async def test_method(self, method_name, *rest):
            try:
                return await super().test_method(method_name, *rest)
            except Exception as error:
                note_failure(method_name, error)
                raise

    tests_async.call_method = call
    await Suite().init("binance", None, None)


def mend_create_order():
    """Loads the suite's own test of orders with what its translation from JavaScript left out.

    It joins text and numbers with `+`, indexes the client for its members, rounds up where the client of this language
    cannot, and imports neither `time` nor `math` nor `Error`; unmended it ends with a TypeError of its own before its
    first order. What it demands is untouched.
    """
    name = "ccxt.test.exchange.sync.test_create_order"
    path = importlib.util.find_spec(name).origin
    with open(path) as file:
        tree = Mended().visit(ast.parse(file.read()))
    module = types.ModuleType(name)
    vars(module).update(time=time, math=math, Error=Exception, joined=joined, __file__=path)
    exec(compile(ast.fix_missing_locations(tree), path, "exec"), vars(module))
    sys.modules[name] = module
    ccxt.Exchange.__getitem__ = lambda exchange, name: getattr(exchange, name)


# What the client knows in JavaScript only, and the nearest that it knows here.
ROUND_UP, ROUND = 2, 1


class Mended(ast.NodeTransformer):
    def visit_BinOp(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, ast.Add):
            return node
        return ast.Call(ast.Name("joined", ast.Load()), [node.left, node.right], [])

    def visit_Call(self, node):
        self.generic_visit(node)
        if getattr(node.func, "attr", None) == "decimal_to_precision" and node.args[1].value == ROUND_UP:
            node.args[1] = ast.Constant(ROUND)
        return node


def joined(left, right):
    return f"{left}{right}" if str in (type(left), type(right)) else left + right


write_settings()
try:
    run_sync() if MODE == "sync" else asyncio.run(run_async())
finally:
    noted["known"] = sorted(noted["known"])
    with open(OUT, "w") as file:
        json.dump(noted, file)
