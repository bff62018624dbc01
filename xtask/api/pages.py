"""Pages of users who have signed in, and a key that may withdraw, as a browser comes by them."""

import base64
import hashlib
import hmac
import struct
import threading
import time

import requests

COOKIE = "__Host-bourse_session"
TOKEN = "X-BOURSE-CSRF"
PASSWORD = "a horse beside the lake of Como"
STEP_S = 30


class Page:
    """A page of a user. It signs in when it is first asked for, and again when its session has ended."""

    def __init__(self, base, email, password=PASSWORD):
        self.base = base
        self.credentials = {"email": email, "password": password}
        self.headers = None
        self.turn = threading.Lock()

    @classmethod
    def of_new_user(cls, base, email):
        page = cls(base, email)
        page.post("/v1/register", page.credentials, {})
        return page

    def shown(self):
        """Returns the headers of its requests."""
        with self.turn:
            if self.headers is None:
                answer = self.post("/v1/login", self.credentials, {})
                session = f"{COOKIE}={answer.cookies[COOKIE]}"
                self.headers = {"Origin": self.base, "Cookie": session, TOKEN: answer.json()["csrfToken"]}
            return self.headers

    def note(self, response):
        """Forgets a session that an answer has ended or replaced."""
        if "set-cookie" in response.headers:
            self.headers = None

    def act(self, path, form):
        answer = self.post(path, form, self.shown())
        self.note(answer)
        return answer.json()

    def post(self, path, form, headers):
        answer = requests.post(self.base + path, data=form, headers={"Origin": self.base, **headers}, timeout=60)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer


def code(secret, step):
    """Returns the six digits of RFC 6238."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place:place + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def withdrawing_key(base):
    """Returns id and secret of a key that may withdraw: it belongs to a user with a second factor."""
    page = Page.of_new_user(base, "withdrawer@example.test")
    secret = page.act("/v1/totp/enrol", {})["secret"]
    first = code(secret, int(time.time()) // STEP_S)
    recovery = page.act("/v1/totp/confirm", {"password": PASSWORD, "totp": first})["recoveryCodes"]
    page.credentials["totp"] = recovery[0]
    terms = {"label": "payouts", "scopes": "withdraw", "addresses": "127.0.0.1"}
    challenge = page.act("/v1/challenge", {"action": "createKey", **terms})["challenge"]
    key = page.act("/v1/keys", {**terms, "challenge": challenge, "totp": recovery[1]})
    return key["apiKey"], key["secretKey"]
