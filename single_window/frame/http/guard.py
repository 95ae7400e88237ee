"""Checks every request: a Host that is ours, no page of another site behind it, a sandbox that can be named."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from flask import g, request

from single_window.accounts.api_keys import ApiKey
from single_window.frame.http import budgets
from single_window.frame.http.ports import PREFIX
from single_window.frame.http.problems import problem
from single_window.settings import Settings, is_loopback

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SANDBOX_HEADER = "X-Sandbox"
DEFAULT_SANDBOX = "main"
_TAKE_MESSAGES = {"message", "form"}
"""Bodies that are read to a cap of their own (`budgets.csv`)."""
_WATCHED = "health"
"""What load balancers and probes request, by an address that they choose."""
_FORMS = "console"
"""Whose pages send forms."""
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""Half of a surrogate pair, as JSON may write it; most have their other half beside them."""
DEEPEST = 50
"""Lists and objects inside each other that a request may have."""
LONGEST_NUMBER = 100
"""Digits that a number of a request may have: more than any amount, and far fewer than Python refuses to convert."""
_LONG_NUMBER = re.compile(rb"[\d.]{%d}" % (LONGEST_NUMBER + 1))
_NESTING, _TEXT = re.compile(rb"[\[{}\]]"), re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def check_host(settings: Settings) -> None:
    """Refuse a Host that is none of ours: a page elsewhere may have chosen it. Probes of the process may use
    any."""
    name = _host_name(request.environ.get("HTTP_HOST", ""))
    given = request.environ.get("HTTP_HOST", "")
    local = is_loopback(settings.host)
    if name is None or (not settings.exposed and not _is_address(name)):
        raise problem("wrong-host", found=given)
    if (
        settings.exposed
        and request.blueprint != _WATCHED
        and name not in settings.allowed
        and not (local and _is_address(name))
    ):
        raise problem("host-not-allowed", found=given)


def check_size() -> None:
    """Refuse requests, other than messages, that are larger than any of ours: reading them takes many times as much."""
    if _takes_messages():
        return
    most = budgets.REQUEST_BYTES
    request.max_content_length = most
    if (request.content_length or 0) > most:
        raise problem("request-too-large", size=request.content_length, most=most)


def _takes_messages() -> bool:
    budget = budgets.current()
    return budget is not None and budget.body in _TAKE_MESSAGES


def check_text() -> None:
    """Refuse the character NUL and halves of surrogate pairs: no text of ours holds them, and what does can be kept or
    compared by no database, or not by every."""
    texts = [request.path, *(text for pair in request.args.items(multi=True) for text in pair)]
    if request.blueprint == _FORMS and request.method not in _SAFE:
        texts += [text for pair in request.form.items(multi=True) for text in pair]
    if any("\0" in text for text in texts) or (_is_parsed_json() and b"\\u0000" in request.get_data()):
        raise problem("nul")
    if _is_parsed_json() and _is_too_deep(request.get_data()):
        raise problem("json-broken", reason=f"more than {DEEPEST} lists and objects inside each other")
    if _is_parsed_json() and _has_long_number(request.get_data()):
        raise problem("json-broken", reason=f"a number of more than {LONGEST_NUMBER} digits")
    if _is_parsed_json() and _HALF.search(request.get_data()) and _holds_half(request.get_json(silent=True)):
        raise problem("half-character")


def _is_too_deep(body: bytes) -> bool:
    """True if JSON is nested deeper than any request of ours; Python's reader cannot follow much more."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return False
    depth = deepest = 0
    for sign in _NESTING.findall(_TEXT.sub(b"", body)):
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest > DEEPEST


def _has_long_number(body: bytes) -> bool:
    return bool(_LONG_NUMBER.search(body)) and bool(_LONG_NUMBER.search(_TEXT.sub(b"", body)))


def _holds_half(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _is_parsed_json() -> bool:
    """True if the body is JSON that we read: a message may call itself what it likes, and is read to its cap only."""
    return request.is_json and not _takes_messages()


def check_origin(settings: Settings) -> None:
    """Refuse what a page of another site makes a browser send: it may read, but not act. An origin that the operator
    names may call the API."""
    origin = request.headers.get("Origin")
    if request.method in _SAFE or (origin in settings.origins and request.path.startswith(f"{PREFIX}/")):
        return
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise problem("cross-site", found=origin or "Sec-Fetch-Site: cross-site")
    if origin is not None and _netloc(origin) != request.environ.get("HTTP_HOST", "").lower():
        raise problem("cross-site", found=origin)


def sandbox_name() -> str:
    """The sandbox that the request names; without a name that of its key, else `main`."""
    sent = request.environ.get("HTTP_X_SANDBOX", "").strip()
    # a server passes the bytes of a header as Latin-1; people write UTF-8
    named = sent.encode("latin-1", "replace").decode("utf-8", "replace")
    key: ApiKey | None = g.get("api_key")
    return named or (key.home if key is not None else DEFAULT_SANDBOX)


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _host_name(host: str) -> str | None:
    """The name in a Host header; None when it is none. A request of HTTP/1.0 may lack it."""
    if not host:
        return "localhost"
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    if parts.path or parts.query or parts.fragment or parts.username is not None or not parts.hostname:
        return None
    return parts.hostname.lower()


def _is_address(name: str) -> bool:
    """An address that is written out cannot be a name that somebody else resolves."""
    return name in LOOPBACK or is_loopback(name)
