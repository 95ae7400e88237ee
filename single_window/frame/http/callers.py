"""Authentication of HTTP callers: a program by its key, an account by name and password (HTTP Basic), or the operator
by a secret of the data folder.
A window that is bound to the loopback interface only, and does not require keys, treats a caller without credentials as
its operator."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g, request

from single_window.accounts import folder_secrets, keeping, rights, rows, signing_in
from single_window.accounts.people import KEY_PREFIX, OPERATOR, RESERVED, STRANGER, Person, participant
from single_window.frame.http import guard, key_access
from single_window.frame.http.forwarded import forwarding_header
from single_window.frame.http.ports import PREFIX, ports
from single_window.frame.http.problems import Problem, problem
from single_window.observe.metrics import meters
from single_window.settings import Settings, is_loopback
from single_window.store.engine import reading
from single_window.store.subjects import PARKED

CHALLENGE = {"WWW-Authenticate": 'Basic realm="single window", charset="UTF-8", Bearer realm="single window"'}
PERSON = "single_window.person"
"""WSGI environment key of the person for calls within this process. It cannot be forged by a header, whose key would
begin with HTTP_."""
ACT, SEND = "act_as_officer", "send_messages"
_OPERATOR_ONLY = frozenset({PARKED})
"""Subjects about which only the operator decides, not officers."""


def check_call() -> None:
    """Identify the caller before every API call, and check the right to it. Raises `Problem` (401, 403, 404, 429), or
    `Lacking` for an account."""
    endpoint = request.endpoint
    if endpoint is None or not request.path.startswith(f"{PREFIX}/") or request.method == "OPTIONS":
        return
    token = key_access.presented_key()
    if token is not None:
        g.api_key = key = key_access.verify_key(token)
        key_access.check(key, endpoint)
        g.caller = key.person
        return
    if rights.is_open(endpoint) and "Authorization" not in request.headers:
        return
    g.caller = owner() or _with_account() or _without_account()
    rights.demand_call(g.caller, endpoint)


def officer(subject: str) -> Person:
    """Return the caller as the person who decides about a kind of subject; raises `Problem` (401, 403) or `Lacking`.

    A caller without credentials may decide only if the sandbox has the option `open_desks`. The rights to the act and
    the customs office are checked when the decision is stored.
    """
    key = key_access.current_key()
    if key is not None:
        key_access.demand(key, (ACT,))
    elif caller() == OPERATOR and subject not in _OPERATOR_ONLY and owner() is None:
        sandbox = guard.sandbox_name()
        if not ports().window.sandbox(sandbox).options.open_desks:
            raise problem("desks-closed", sandbox=sandbox, headers=CHALLENGE)
    rights.demand_subject(caller(), subject)
    return caller()


def owner() -> Person | None:
    """Return the person of a call by the owner of the data folder: a command in this process, or one on this machine
    with the folder's secret. None: another caller. Raises `Problem` (401) for a wrong secret."""
    if "owner" not in g:
        person: Person | None = request.environ.get(PERSON)
        g.owner = person or _with_secret()
    result: Person | None = g.owner
    return result


def demand_owner() -> None:
    """Raise `Problem` (403) unless the caller owns the data folder."""
    if owner() is None:
        raise problem("owner-only")


def in_this_process() -> bool:
    """True if the call comes from a command in this process."""
    return PERSON in request.environ


def caller() -> Person:
    """Return the caller identified by `check_call`; a stranger for calls that are open to all."""
    who: Person = g.get("caller", STRANGER)
    return who


def participant_named(name: str, subject: str) -> Person:
    """Return the named company as a person, or the account whose credentials were sent instead. Raises `Problem` if the
    name is that of an account or a program, or the company's mailbox belongs to another key."""
    if caller().has_account:
        rights.demand_subject(caller(), subject)
        return caller()
    if key := key_access.current_key():
        key_access.demand(key, (SEND,))
    plain = name.strip().casefold()
    with reading(ports().window.engine) as connection:
        is_reserved = plain in RESERVED or plain.startswith(KEY_PREFIX) or rows.find(connection, plain) is not None
    if is_reserved:
        raise problem("name-of-account", name=name, path="by", found=name)
    key_access.demand_company(guard.sandbox_name(), name.strip())
    return participant(name)


def is_local() -> bool:
    """True if the request comes from this machine, and the window is only for this machine and requires no key."""
    return serves_local(ports().window.settings) and not _is_forwarded()


def serves_local(settings: Settings) -> bool:
    """True if the window is only for this machine and requires no key."""
    return not (settings.exposed or settings.require_keys)


def no_credentials(challenge: Mapping[str, str]) -> Problem:
    """Return the problem for a call that has neither key nor account, and needs one: the header by which it comes
    through a proxy, if that is why."""
    header = forwarding_header(request.environ)
    if header and serves_local(ports().window.settings):
        return problem("credentials-of-proxy", header=header, found=header, headers=challenge)
    return problem("credentials-missing", headers=challenge)


def client_address(settings: Settings) -> str:
    """Return the client's address, by which failed sign-ins are counted; empty behind a proxy, which hides it."""
    return request.remote_addr or "" if settings.connections_per_address else ""


def locked_problem(refused: signing_in.Locked) -> Problem:
    """Return the problem for too many failed sign-ins."""
    return problem("sign-in-locked", seconds=refused.seconds, headers={"Retry-After": str(refused.seconds)})


def _is_forwarded() -> bool:
    return bool(forwarding_header(request.environ))


def _with_secret() -> Person | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != folder_secrets.SCHEME:
        return None
    window = ports().window
    here = is_loopback(request.remote_addr or "") and not _is_forwarded()
    if not here or not folder_secrets.is_owner(window.settings.data, secret.strip()):
        meters.count("calls_refused", 1, "no credentials")
        raise problem("secret-wrong", headers=CHALLENGE)
    name = request.headers.get(folder_secrets.ACCOUNT, "")
    try:
        return keeping.find(window.engine, name).person if name else OPERATOR
    except keeping.NoSuchAccount:
        raise problem("account-unknown", name=name, headers=CHALLENGE) from None


def _with_account() -> Person | None:
    given = request.authorization
    if given is None and "Authorization" not in request.headers:
        return None
    if given is None or given.type != "basic" or given.username is None:
        raise problem("credentials-wrong", headers=CHALLENGE)
    window = ports().window
    try:
        return signing_in.verify(
            window.engine, given.username, given.password or "", client_address(window.settings)
        ).person
    except signing_in.Locked as refused:
        raise locked_problem(refused) from None
    except signing_in.NotSignedIn:
        raise problem("credentials-wrong", headers=CHALLENGE) from None


def _without_account() -> Person:
    if not is_local():
        meters.count("calls_refused", 1, "no credentials")
        raise no_credentials(CHALLENGE)
    return OPERATOR
