"""What every client session starts from: the sandbox's own description of itself."""

import json
import sys

SANDBOX = json.load(open(sys.argv[1]))
REST, WS = SANDBOX["rest"], SANDBOX["ws"]
ACCOUNTS = {account["name"]: account for account in SANDBOX["accounts"]}


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


def check(holds, what):
    """Says what holds, and ends the session when it does not."""
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        sys.exit(1)


def raises(kind, call, what):
    """Holds when the call raises this very kind of error."""
    try:
        call()
    except Exception as error:  # every other kind is a failure, and is shown
        check(type(error) is kind, f"{what}: {type(error).__name__}: {error}")
        return
    check(False, f"{what}: no error")
