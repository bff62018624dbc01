"""Signs what schemathesis makes up of the requests of operators, as their tooling does.

`SANDBOX` names the dev.json of the exchange that is asked.
"""

import base64
import hashlib
import itertools
import json
import os
import time

import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from counting import count
from schema import is_well_formed, without_rows

LABEL = "bourse.operator.v1"
HEADERS = ("x-bourse-key", "x-bourse-timestamp", "x-bourse-nonce", "x-bourse-signature")
NONCES = itertools.count()
# Two strings of octets, the one in the other: what stands before the 32 bytes of an Ed25519 key (RFC 8410).
SEED_HEAD = bytes.fromhex("04220420")

with open(os.environ["SANDBOX"], encoding="utf-8") as file:
    OPERATOR = json.load(file)["operators"][0]


def private_key(path):
    """Reads a key file: PKCS#8 of version 2, whose public half this version of the library does not expect."""
    with open(path, encoding="ascii") as file:
        lines = [line.strip() for line in file if not line.startswith("-")]
    _, _, rest = base64.b64decode("".join(lines)).partition(SEED_HEAD)
    return Ed25519PrivateKey.from_private_bytes(rest[:32])


PRIVATE = private_key(OPERATOR["key"])
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


class Signer(requests.auth.AuthBase):
    """Signs a request whole, as it is sent."""

    def __call__(self, request):
        address, _, query = request.url.partition("?")
        _, _, rest = address.partition("://")
        host, _, path = rest.partition("/")
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        moment, nonce = str(int(time.time() * 1000)), f"{os.getpid()}n{next(NONCES)}"
        lines = [LABEL, request.method, host, "/" + path, query, hashlib.sha256(body).hexdigest(), moment, nonce]
        signature = PRIVATE.sign("".join(line + "\n" for line in lines).encode())
        shown = (PUBLIC, moment, nonce, base64.b64encode(signature).decode())
        request.headers.update(zip(HEADERS, shown))
        return request


def is_signed(case):
    return "signature" in case.operation.definition.raw["x-access"]


@schemathesis.hook
def before_load_schema(context, raw_schema):
    raw_schema.update(without_rows(raw_schema))


@schemathesis.auth()
class Signed:
    def get(self, case, context):
        return Signer()

    def set(self, case, signer, context):
        # What lacks one of the headers stays without it: then it is to be refused.
        if is_signed(case) and (is_well_formed(case) or has_all(case.headers)):
            case._auth = signer


def has_all(headers):
    names = {name.lower() for name in headers or {}}
    return names.issuperset(HEADERS)


@schemathesis.check
def who_asks_is_let_in(context, response, case):
    """Counts those who were; whoever started the run looks at the counts."""
    if is_signed(case):
        count(case, response)
