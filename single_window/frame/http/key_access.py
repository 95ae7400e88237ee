"""Limits calls with a key to the key's rights, sandboxes and mailboxes. Those of others answer as if they did not
exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from flask import g, request
from sqlalchemy import Connection

from single_window.accounts import rights
from single_window.accounts.api_keys import ApiKey, BadKey, Unfit
from single_window.frame.http import guard
from single_window.frame.http.ports import PREFIX, ports
from single_window.frame.http.problems import Problem, problem
from single_window.observe.metrics import meters
from single_window.store import participants
from single_window.store.engine import reading

log = structlog.get_logger(__name__)
HEADER = "X-Api-Key"
SCHEME = "bearer"
ACT = "act_as_officer"
"""The right of a key that acts as an officer, and reads what all officers do."""
WRONG = {"WWW-Authenticate": 'Bearer realm="single window", error="invalid_token"'}
_OF_SANDBOX = f"{PREFIX}/sandboxes/<name>"
"""Prefix of paths that contain the sandbox, instead of the header."""
_CODES = {Unfit.UNKNOWN: "key-wrong", Unfit.EXPIRED: "key-expired", Unfit.REVOKED: "key-revoked"}


def presented_key() -> str | None:
    """Return the key in one of two headers of the current call; None: there is none. Raises `Problem` if it has two
    different credentials."""
    return token_in(request.headers.get(HEADER), request.headers.get("Authorization", ""))


def token_in(key_header: str | None, sent: str) -> str | None:
    """Return the key in X-Api-Key or in the Authorization that was sent; None: there is none. Raises `Problem` for two
    different credentials."""
    scheme, _, token = sent.strip().partition(" ")
    bearer = token.strip() if scheme.lower() == SCHEME else None
    if key_header is not None and sent and bearer != key_header.strip():
        raise problem("credentials-twice")
    return key_header.strip() if key_header is not None else bearer


def verify_key(token: str, challenge: Mapping[str, str] = WRONG) -> ApiKey:
    """Verify the key of the current call, and count the call; raises `Problem` (401 with this `challenge`, 429)."""
    at = ports()
    try:
        key = at.window.keyring.verify(token)
    except BadKey as bad:
        _note(bad.id, str(bad.why))
        raise problem(_CODES[bad.why], headers=challenge) from None
    if at.call_limit is not None:
        g.standing = standing = at.call_limit.count(key.id)
        if not standing.within:
            meters.count("calls_refused", 1, "rate")
            headers = {"Retry-After": str(standing.seconds)}
            raise problem("too-many-calls", most=standing.most, seconds=standing.seconds, headers=headers)
    return key


def check(key: ApiKey, endpoint: str) -> None:
    """Refuse a call without the right (403), or for a sandbox or mailbox of others (404, whether it exists or not)."""
    wanted = rights.wanted_of(endpoint)
    if "enter" not in wanted:
        demand(key, wanted)
    sandbox = _sandbox(key)
    if not ports().window.keyring.reaches(key, sandbox):
        _note(key.id, "sandbox")
        raise unknown_sandbox(key, sandbox)
    named = (request.view_args or {}).get("mailbox")
    for mailbox in (*request.args.getlist("mailbox"), *([] if named is None else [str(named)])):
        demand_mailbox(key, mailbox)


def demand(key: ApiKey, wanted: Sequence[str]) -> None:
    """Raise `Problem` (403) if the key has none of the wanted rights."""
    if not set(wanted) & set(key.rights):
        _note(key.id, "right")
        missing = [rights.book().rights[name] for name in wanted if rights.book().rights[name].key]
        raise problem(
            "key-lacks-right",
            id=key.id,
            right_zh="或".join(right.zh for right in missing) or "（无）",
            right_en=" or ".join(right.en for right in missing) or "(no key may)",
            names=", ".join(right.name for right in missing) or "-",
        )


def demand_mailbox(key: ApiKey, mailbox: str) -> None:
    """Raise `Problem` (404) for a mailbox that is not the key's."""
    if not key.owns(mailbox):
        _note(key.id, "mailbox")
        raise problem("no-such-mailbox", mailbox=mailbox, path="mailbox", found=mailbox)


def demand_sender(sender: str) -> None:
    """Raise `Problem` (403) for a message with a DXP id that is not the key's."""
    key = current_key()
    if key is not None and not key.owns(sender):
        _note(key.id, "sender")
        raise problem("other-sender", id=key.id, found=sender, path="/DxpMsg/TransInfo/SenderId")


def demand_company(sandbox: str, code: str) -> None:
    """Raise `Problem` (403) if the caller acts for a company whose mailbox is not the key's."""
    key = current_key()
    if key is None or key.owns_all:
        return
    with reading(ports().window.engine) as connection:
        mailbox = participants.mailbox_of(connection, sandbox, code)
    if not mailbox or not key.owns(mailbox):
        _note(key.id, "company")
        raise problem("other-company", id=key.id, found=code, path="by")


def demand_mailbox_of(sandbox: str, company: str) -> None:
    """Raise `Problem` (404) for a company (by code or DXP id) whose mailbox is not the key's, or that is unknown."""
    key = current_key()
    if key is None or key.owns(company):
        return
    with reading(ports().window.engine) as connection:
        mailbox = participants.mailbox_of(connection, sandbox, company)
    if not mailbox or not key.owns(mailbox):
        demand_mailbox(key, company)


def companies(connection: Connection, sandbox: str) -> frozenset[str] | None:
    """Return the codes of the companies whose cases the caller may read: those with its key's mailboxes; None:
    all, as for officers and keys that act as one."""
    key = current_key()
    if key is None or key.owns_all or ACT in key.rights:
        return None
    return participants.codes_of(connection, sandbox, key.mailboxes)


def senders() -> tuple[str, ...] | None:
    """Return the DXP ids whose messages the caller may read; None: all."""
    key = current_key()
    return None if key is None or key.owns_all else tuple(key.mailboxes)


def current_key() -> ApiKey | None:
    """Return the key of the current call; None if it has none."""
    key: ApiKey | None = g.get("api_key")
    return key


def unknown_sandbox(key: ApiKey, name: str) -> Problem:
    """Return the problem for a sandbox that the key may not use."""
    return problem("unknown-sandbox", name=name, known=key.home, path=guard.SANDBOX_HEADER, found=name)


def _sandbox(key: ApiKey) -> str:
    """Return the sandbox of the current call."""
    rule = request.url_rule
    named = (request.view_args or {}).get("name") if rule is not None and rule.rule.startswith(_OF_SANDBOX) else None
    return str(named) if named is not None else guard.sandbox_name()


def _note(id: str, cause: str) -> None:
    meters.count("calls_refused", 1, cause)
    log.warning("key.refused", key=id, cause=cause, path=request.path[:200], method=request.method)
