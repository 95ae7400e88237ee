"""Issues, rotates and revokes API keys, for the owner of the data folder and administrators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import structlog
from sqlalchemy import Connection, Engine

from single_window.accounts import api_keys, key_rows, rights
from single_window.accounts.api_keys import ALL_MAILBOXES, ApiKey
from single_window.clock import system_now
from single_window.refused import Refused
from single_window.store import epochs, sandboxes
from single_window.store.engine import reading, writing

log = structlog.get_logger(__name__)
MAX_VALID = 2
"""Maximum valid keys of a holder: the one in use and its replacement."""
MAX_OF_SANDBOX = 1_000
"""Maximum stored keys of a sandbox; keys that ended long ago are deleted first."""
MAX_MAILBOXES = 50
ENDED_KEPT_MS = 90 * 24 * 60 * 60 * 1_000
"""Minimum milliseconds for which an ended key is still listed."""
OVERLAP_SECONDS = 24 * 60 * 60
"""Default seconds for which the old key stays valid after a rotation."""
MAX_SECONDS = 10 * 366 * 24 * 60 * 60
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_MAILBOX = re.compile(r"[!-:<-~]{1,30}")
_ID = re.compile(r"[0-9a-f]{12}")


class BadKeyRequest(Refused):
    """The key cannot be issued; the message gives the reason."""

    problem = "bad-key-request"

    def __init__(self, text: str) -> None:
        super().__init__(self.problem, text, reason=text)


class TooManyKeys(BadKeyRequest):
    """The holder or the sandbox has the maximum number of keys."""

    problem = "too-many-keys"


class NoSuchKey(Refused):
    """The sandbox has no key with this public id."""

    def __init__(self, id: str, home: str) -> None:
        text = f"There is no key {id!r} in the sandbox {home!r}. See: single-window key list"
        super().__init__("no-such-key", text, sandbox=home, id=id)


class Issued(NamedTuple):
    """A new key with its text, which is shown once."""

    key: ApiKey
    token: str


def issue(
    engine: Engine,
    home: str,
    mailboxes: Sequence[str],
    wanted: Sequence[str],
    *,
    owner: str = "",
    seconds: int = 0,
    by: str = "operator",
) -> Issued:
    """Issue a key of a sandbox for these mailboxes, valid for `seconds` (0: until it is revoked).

    `owner`: the holder's name; default: his first mailbox. Raises `BadKeyRequest`,
    `UnknownSandbox`.
    """
    chosen, granted = tuple(dict.fromkeys(mailboxes)), tuple(dict.fromkeys(wanted))
    name = owner or next((box for box in chosen if box != ALL_MAILBOXES), "all")
    _check(name, chosen, granted, seconds)
    with writing(engine) as connection:
        epochs.lock(connection, epochs.API_KEYS)
        now = system_now()
        issued = _with_token(
            ApiKey(
                id="",
                home=home,
                owner=name,
                mailboxes=chosen,
                rights=granted,
                made_at=now,
                made_by=by,
                expires_at=now + seconds * 1_000 if seconds else 0,
            )
        )
        sandboxes.find(connection, home)
        _need_room(connection, home, name, now)
        key_rows.add(connection, issued.key, api_keys.digest(issued.token))
    log.info("key.issued", key=issued.key.id, sandbox=home, owner=name, rights=granted, mailboxes=len(chosen), by=by)
    return issued


def rotate(engine: Engine, home: str, id: str, overlap: int = OVERLAP_SECONDS, by: str = "operator") -> Issued:
    """Issue a replacement of a key with the same lifetime; the old key stays valid for `overlap` seconds. Raises
    `NoSuchKey`, `BadKeyRequest`."""
    if not 0 <= overlap <= MAX_SECONDS:
        raise BadKeyRequest(f"Both keys are alive for 0 to {MAX_SECONDS} seconds.")
    with writing(engine) as connection:
        epochs.lock(connection, epochs.API_KEYS)
        now, old = system_now(), _known_key(connection, home, id)
        if (why := old.unfit(now)) is not None:
            raise BadKeyRequest(f"The key {id} is {why}; issue another one.")
        lasting = old.expires_at - old.made_at if old.expires_at else 0
        issued = _with_token(
            old._replace(made_at=now, made_by=by, expires_at=now + lasting if lasting else 0, used_at=0)
        )
        _need_room(connection, home, old.owner, now)
        key_rows.add(connection, issued.key, api_keys.digest(issued.token))
        until = now + overlap * 1_000
        key_rows.end(connection, id, expires_at=min(old.expires_at, until) if old.expires_at else until)
    log.info("key.rotated", key=issued.key.id, before=id, sandbox=home, owner=old.owner, overlap=overlap, by=by)
    return issued


def revoke(engine: Engine, home: str, id: str, by: str = "operator") -> ApiKey:
    """Revoke a key; idempotent. Raises `NoSuchKey`."""
    with writing(engine) as connection:
        epochs.lock(connection, epochs.API_KEYS)
        api_key = _known_key(connection, home, id)
        if api_key.revoked_at:
            return api_key
        now = system_now()
        key_rows.end(connection, id, revoked_at=now)
    log.info("key.revoked", key=id, sandbox=home, owner=api_key.owner, by=by)
    return api_key._replace(revoked_at=now)


def keys_of(engine: Engine, home: str, after: str = "", limit: int = MAX_OF_SANDBOX) -> list[ApiKey]:
    """Keys of a sandbox; raises `UnknownSandbox`."""
    with reading(engine) as connection:
        sandboxes.find(connection, home)
        return key_rows.keys_of(connection, home, after, limit)


def _with_token(wanted: ApiKey) -> Issued:
    id, token = api_keys.new_token()
    return Issued(wanted._replace(id=id), token)


def _need_room(connection: Connection, home: str, owner: str, now: int) -> None:
    living = key_rows.alive(connection, home, owner, now)
    if len(living) >= MAX_VALID:
        raise TooManyKeys(
            f"{owner} has {len(living)} keys that are alive ({', '.join(api_key.id for api_key in living)}), and "
            f"at most {MAX_VALID}: revoke one of them, or name another owner."
        )
    if key_rows.count(connection, home) >= MAX_OF_SANDBOX:
        key_rows.forget_ended(connection, home, now - ENDED_KEPT_MS)
    if key_rows.count(connection, home) >= MAX_OF_SANDBOX:
        raise TooManyKeys(f"The sandbox {home} has {MAX_OF_SANDBOX} keys, and no more are kept.")


def _known_key(connection: Connection, home: str, id: str) -> ApiKey:
    kept = key_rows.find(connection, id) if _ID.fullmatch(id) else None
    if kept is None or kept.key.home != home:
        raise NoSuchKey(id, home)
    return kept.key


def _check(owner: str, mailboxes: Sequence[str], wanted: Sequence[str], seconds: int) -> None:
    known = rights.of_keys()
    if not _OWNER.fullmatch(owner):
        raise BadKeyRequest(
            "An owner's name has 1 to 40 letters, figures, '.', '_' and '-', and begins with a letter "
            f"or a figure: not {owner!r}."
        )
    if strange := [box for box in mailboxes if not _MAILBOX.fullmatch(box)]:
        raise BadKeyRequest(f"{strange[0]!r} is no DXP id: 1 to 30 visible ASCII characters without a semicolon.")
    if len(mailboxes) > MAX_MAILBOXES:
        raise BadKeyRequest(f"A key has at most {MAX_MAILBOXES} mailboxes, or {ALL_MAILBOXES} for all of its sandbox.")
    if not wanted or (strange := [name for name in wanted if name not in known]):
        raise BadKeyRequest(
            f"A key has one or more of these rights: {', '.join(known)}{f'; not {strange[0]!r}' if wanted else ''}."
        )
    if not mailboxes and (needed := [name for name in wanted if known[name].mailbox]):
        raise BadKeyRequest(
            f"The right {needed[0]} is about mailboxes: name some, or {ALL_MAILBOXES} for all of the sandbox."
        )
    if not 0 <= seconds <= MAX_SECONDS:
        raise BadKeyRequest(f"A key lasts at most {MAX_SECONDS // 86_400} days.")
