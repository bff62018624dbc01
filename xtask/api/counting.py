"""Counts, operation by operation, which well-formed requests got past the check of who asks.

What is turned away there says nothing about what is behind it, and neither does what is turned away before: a foreign
method, a broken header. `LET_IN` names the file that the counts go to; whoever started the run reads it.
"""

import atexit
import collections
import json
import os
import threading

from schema import is_well_formed

# The refusals of whoever asks; others with the same codes are of what they show beside their session.
SHUT_OUT = {
    "API-key format invalid.",
    "Invalid Api-Key ID.",
    "Invalid API-key, IP, or permissions for action.",
    "Signature for this request is not valid.",
    "There is no session: sign in first.",
    "Pages of other origins may not ask this.",
    "Header 'X-BOURSE-CSRF' must hold the csrfToken of GET /v1/session.",
}

# What the listener of operators says to whoever is no operator, or signs wrongly.
OPERATORS_SHUT_OUT = range(-7017, -7010)

LET_IN = collections.Counter()
ASKED = collections.Counter()
TURN = threading.Lock()


def is_shut_out(response):
    if response.status_code not in (400, 401, 403):
        return False
    told = response.json()
    return told["msg"] in SHUT_OUT or told["code"] in OPERATORS_SHUT_OUT


def count(case, response):
    method = case.operation.method.upper()
    if not is_well_formed(case) or response.request.method != method or 500 <= response.status_code:
        return
    operation = f"{method} {case.operation.path}"
    with TURN:
        ASKED[operation] += 1
        LET_IN[operation] += not is_shut_out(response)


@atexit.register
def write():
    counts = {operation: [ASKED[operation], LET_IN[operation]] for operation in sorted(ASKED)}
    with open(os.environ["LET_IN"], "w", encoding="utf-8") as file:
        json.dump(counts, file, indent=1)
