"""Signs what schemathesis makes up, or lets a page that has signed in ask it, and gives some of it values that mean something.

`SANDBOX` names the dev.json of the exchange that is asked.
"""

import itertools
import json
import os
import time
import zlib

import schemathesis

from counting import count
from orders import make_order
from pages import Page, withdrawing_key
from schema import is_well_formed, without_rows
from signing import KEY_HEADER, PLACE, Signer

with open(os.environ["SANDBOX"], encoding="utf-8") as file:
    DESCRIPTION = json.load(file)
BASE = DESCRIPTION["rest"]
TRADER, READER = DESCRIPTION["accounts"][:2]
NUMBERS = itertools.count()

KEY = Signer(TRADER["api_key"], TRADER["api_secret"])
WITHDRAW = "/sapi/v1/capital/withdraw/apply"
KEYS = {WITHDRAW: Signer(*withdrawing_key(BASE))}

PAGE = Page(BASE, READER["email"], READER["password"])
# Whoever signs out, or changes the password, takes nobody's session but their own.
PAGES = {
    operation: Page.of_new_user(BASE, f"ending-{number}@example.test")
    for number, operation in enumerate([("DELETE", "/v1/session"), ("DELETE", "/v1/sessions"), ("POST", "/v1/password/change")])
}

# Well-formed values rarely name anything: every second one is replaced by one that does.
MEANINGFUL = {
    "symbol": "BTCUSDT",
    "symbols": '["BTCUSDT"]',
    "asset": "BTC",
    "quantity": "0.01",
    "price": "20000.00",
    "workingQuantity": "0.01",
    "workingPrice": "20000.00",
    "pendingQuantity": "0.01",
}

# Codes that say that a request is not well-formed. What the document allows must not get them.
MALFORMED = {
    -1100,
    -1101,
    -1103,
    -1104,
    -1105,
    -1108,
    -1111,
    -1115,
    -1116,
    -1117,
    -1118,
    -1119,
    -1120,
    -1122,
    -1131,
    -1134,
    -1139,
    -1145,
    -1194,
}


def ways_in(case):
    """Returns the sets of things to show, any of which is enough."""
    return [set(way) for way in case.operation.definition.raw.get("security") or []]


def page_of(case):
    return PAGES.get((case.method, case.path), PAGE)


def is_of_page(case, ways):
    """Where both may ask, every third well-formed request comes from a page: a session needs no `timestamp`."""
    if not any("session" in way for way in ways):
        return False
    if not any("key" in way for way in ways):
        return True
    return is_well_formed(case) and zlib.crc32(repr(case.query).encode()) % 3 == 0


@schemathesis.hook
def before_load_schema(context, raw_schema):
    raw_schema.update(without_rows(raw_schema))


@schemathesis.auth()
class Shown:
    """Shows who asks: a signature by a key, or the session of a page."""

    def get(self, case, context):
        return KEYS.get(case.path, KEY)

    def set(self, case, signer, context):
        ways = ways_in(case)
        if is_of_page(case, ways):
            case.headers.update(page_of(case).shown())
            return
        wanted = set().union(*ways)
        if "key" in wanted:
            case.headers[KEY_HEADER] = signer.key
        if "signature" in wanted:
            place = case.body if "requestBody" in case.operation.definition.raw else case.query
            if isinstance(place, dict):
                place["signature"] = PLACE
            case._auth = signer


def date(parameters):
    moment = parameters.get("timestamp")
    if str(moment).isascii() and str(moment).isdigit() and int(moment) <= 2**63 // 1000:
        parameters["timestamp"] = int(time.time() * 1000)


def show_password(case):
    """Shows the password that is right: who is wrong five times has to wait. A new one is the old one."""
    page = page_of(case)
    for name in ("password", "newPassword"):
        if isinstance(case.body.get(name), str) and 8 <= len(case.body[name]):
            case.body[name] = page.credentials["password"]


@schemathesis.hook
def before_call(context, case, kwargs):
    query = case.query or {}
    form = case.body if isinstance(case.body, dict) else {}
    date(query)
    date(form)
    if form and any("session" in way for way in ways_in(case)):
        show_password(case)
    if not is_well_formed(case):
        return
    if query.get("recvWindow") is not None:
        query["recvWindow"] = "60000"
    if case.method == "POST":
        make_order(case.path, query)
    if case.path == "/v1/login" and form:
        # After five failures in a row an address has to wait: each attempt is of another one.
        form["email"] = f"somebody-{next(NUMBERS)}@example.test"
    for parameters in (query, form):
        for name, value in MEANINGFUL.items():
            sent = parameters.get(name)
            if isinstance(sent, str) and len(sent) % 2 == 0:
                parameters[name] = value


@schemathesis.hook
def after_call(context, case, response):
    if any("session" in way for way in ways_in(case)):
        page_of(case).note(response)


@schemathesis.check
def who_asks_is_let_in(context, response, case):
    """Counts those who were; whoever started the run looks at the counts."""
    count(case, response)


@schemathesis.check
def refusals_are_not_about_form(context, response, case):
    """A schema-valid request may be refused for what it asks, not for how it is written."""
    if not is_well_formed(case) or response.status_code != 400:
        return
    code = response.json()["code"]
    assert code not in MALFORMED, f"well-formed by the document, but refused: {response.text}"


@schemathesis.check
def codes_are_described(context, response, case):
    """Every error has a code, and every code is one of its route."""
    if response.status_code < 400 or response.status_code in (405, 503):
        return
    code = response.json()["code"]
    described = case.operation.definition.raw["x-codes"]
    assert code in described, f"{code} is not among {described}: {response.text}"
