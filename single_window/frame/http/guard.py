"""Checks every request: allowed Host header, no cross-site form, size and text of the body; selects the sandbox."""

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
_MESSAGE_BODIES = {"message", "form"}
"""Kinds of bodies with a separate size limit (`budgets.csv`)."""
_PROBES_BLUEPRINT = "health"
"""The blueprint that load balancers and probes call, with any Host."""
_PAGES_BLUEPRINT = "console"
"""The blueprint whose pages send forms."""
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""Half of a surrogate pair in JSON; usually followed by the other half."""
MAX_DEPTH = 50
"""Maximum nesting of lists and objects in a request."""
MAX_DIGITS = 100
"""Maximum digits of a number in a request: more than any amount, and fewer than Python's conversion limit."""
_LONG_NUMBER = re.compile(rb"[\d.]{%d}" % (MAX_DIGITS + 1))
_NESTING, _TEXT = re.compile(rb"[\[{}\]]"), re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def check_host(settings: Settings) -> None:
    """Refuse an unknown Host, which a page of another site may have chosen (DNS rebinding). Probes may use any."""
    given = request.environ.get("HTTP_HOST", "")
    if code := host_refusal(given, settings, request.blueprint == _PROBES_BLUEPRINT):
        raise problem(code, found=given)


def host_refusal(given: str, settings: Settings, probes: bool = False) -> str:
    """Return the code of the problem with a Host header; empty: it is allowed. `probes`: the call is for probes."""
    name = _host_name(given)
    if name is None or (not settings.exposed and not _is_address(name)):
        return "wrong-host"
    if not settings.exposed or probes or name in settings.allowed:
        return ""
    return "" if is_loopback(settings.host) and _is_address(name) else "host-not-allowed"


def check_size() -> None:
    """Refuse requests without a message that are too large: parsing them takes a multiple of their size in memory."""
    if _takes_messages():
        return
    limit = budgets.max_bytes(budgets.current_budget())
    request.max_content_length = limit
    if (request.content_length or 0) > limit:
        too_large = "files-too-large" if limit == budgets.FILES_BYTES else "request-too-large"
        raise problem(too_large, size=request.content_length, most=limit)


def _takes_messages() -> bool:
    budget = budgets.current_budget()
    return budget is not None and budget.body in _MESSAGE_BODIES


def check_text() -> None:
    """Refuse the character NUL and halves of surrogate pairs, which not every database can store or compare. Refuse
    JSON that is nested too deeply or has too long numbers."""
    texts = [request.path, request.environ.get("QUERY_STRING", "").replace("%00", "\0")]
    if request.blueprint == _PAGES_BLUEPRINT and request.method not in _SAFE:
        texts += [text for pair in request.form.items(multi=True) for text in pair]
    if any("\0" in text for text in texts) or (_is_parsed_json() and b"\\u0000" in request.get_data()):
        raise problem("nul")
    if _is_parsed_json() and _is_too_deep(request.get_data()):
        raise problem("json-broken", reason=f"more than {MAX_DEPTH} lists and objects inside each other")
    if _is_parsed_json() and _has_long_number(request.get_data()):
        raise problem("json-broken", reason=f"a number of more than {MAX_DIGITS} digits")
    if _is_parsed_json() and _HALF.search(request.get_data()) and _holds_half(request.get_json(silent=True)):
        raise problem("half-character")


def _is_too_deep(body: bytes) -> bool:
    """True if JSON is nested more deeply than `MAX_DEPTH`; Python's parser fails not far above it."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return False
    depth = maximum = 0
    for sign in _NESTING.findall(_TEXT.sub(b"", body)):
        depth += 1 if sign in b"[{" else -1
        maximum = max(maximum, depth)
    return maximum > MAX_DEPTH


def _has_long_number(body: bytes) -> bool:
    return bool(_LONG_NUMBER.search(body)) and bool(_LONG_NUMBER.search(_TEXT.sub(b"", body)))


def _holds_half(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _is_parsed_json() -> bool:
    """True if the body is parsed as JSON, unlike a message, whose content type does not matter."""
    return request.is_json and not _takes_messages()


def check_origin(settings: Settings) -> None:
    """Refuse changes requested by a page of another site; it may only read. Origins that the operator allows may call
    the API."""
    origin = request.headers.get("Origin")
    if request.method in _SAFE or (origin in settings.origins and request.path.startswith(f"{PREFIX}/")):
        return
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise problem("cross-site", found=origin or "Sec-Fetch-Site: cross-site")
    if origin is not None and _netloc(origin) != request.environ.get("HTTP_HOST", "").lower():
        raise problem("cross-site", found=origin)


def sandbox_name() -> str:
    """Return the sandbox in the header, else that of the key, else `main`."""
    return sandbox_of(request.environ.get("HTTP_X_SANDBOX", ""), g.get("api_key"))


def sandbox_of(header: str, key: ApiKey | None) -> str:
    """Return the sandbox that a call with this X-Sandbox header and key is about."""
    # WSGI decodes headers as Latin-1, but clients send UTF-8
    named = header.strip().encode("latin-1", "replace").decode("utf-8", "replace")
    return named or (key.home if key is not None else DEFAULT_SANDBOX)


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _host_name(host: str) -> str | None:
    """Return the name in a Host header; None if it is invalid. A request of HTTP/1.0 may lack the header."""
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
    """True for a loopback address; unlike a name, it cannot be resolved to another address."""
    return name in LOOPBACK or is_loopback(name)
