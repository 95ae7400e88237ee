"""The caller over HTTP: a program by its key, an account by its name and password (HTTP Basic), or the operator, who
may prove with a secret of the data folder that it is his.

A window that is bound to the loopback interface only takes a caller without credentials for its operator, who owns
the machine. One that requires keys, and any other window, does not."""

from __future__ import annotations

from flask import g, request

from single_window.accounts import folder_secrets, keeping, rights, rows, signing_in
from single_window.accounts.people import KEY_PREFIX, OPERATOR, RESERVED, STRANGER, Person, participant
from single_window.frame.http import guard, key_access
from single_window.frame.http.ports import PREFIX, ports
from single_window.frame.http.problems import Problem, problem
from single_window.observe.metrics import meters
from single_window.settings import Settings, is_loopback
from single_window.store.engine import reading
from single_window.store.subjects import PARKED

CHALLENGE = {"WWW-Authenticate": 'Basic realm="single window", charset="UTF-8", Bearer realm="single window"'}
PERSON = "single_window.person"
"""Who makes a call, in the WSGI environment of one that is made in this process; a header would begin with HTTP_."""
ACT, SEND = "act_as_officer", "send_messages"
_OF_THE_MACHINE = frozenset({PARKED})
"""Subjects of the operator's own: no officer decides about them."""
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via")
"""Headers that a proxy adds: a caller through one is not on this machine."""


def check_call() -> None:
    """Before every call of the API: identify the caller, and refuse calls without the right. Raises `Problem`
    (401, 403, 404, 429), or `Lacking` for an account."""
    endpoint = request.endpoint
    if endpoint is None or not request.path.startswith(f"{PREFIX}/") or request.method == "OPTIONS":
        return
    token = key_access.presented()
    if token is not None:
        g.api_key = key = key_access.verified(token)
        key_access.check(key, endpoint)
        g.caller = key.person
        return
    if rights.is_open(endpoint) and "Authorization" not in request.headers:
        return
    g.caller = owner() or _with_account() or _without_account()
    rights.demand_call(g.caller, endpoint)


def officer(subject: str) -> Person:
    """The person who decides about this kind of subject; raises a `Problem` (401, 403), or `Lacking` where never
    allowed.

    A caller without credentials decides about no case, but where the sandbox has opened its desks. Which act, and at
    which office, is checked where it is filed.
    """
    key = key_access.current()
    if key is not None:
        key_access.demand(key, (ACT,))
    elif caller() == OPERATOR and subject not in _OF_THE_MACHINE and owner() is None:
        sandbox = guard.sandbox_name()
        if not ports().window.sandbox(sandbox).options.open_desks:
            raise problem("desks-closed", sandbox=sandbox, headers=CHALLENGE)
    rights.demand_subject(caller(), subject)
    return caller()


def owner() -> Person | None:
    """The person that a call is made as by whoever owns the data folder: a command on it in this process, which HTTP
    cannot pretend to be, or one on this machine with the folder's secret. None: somebody else. Raises `Problem` (401)
    for a secret that is wrong."""
    if "owner" not in g:
        person: Person | None = request.environ.get(PERSON)
        g.owner = person or _with_secret()
    found: Person | None = g.owner
    return found


def demand_owner() -> None:
    """Refuse whoever does not own the data folder; raises a `Problem` (403)."""
    if owner() is None:
        raise problem("owner-only")


def in_this_process() -> bool:
    """True if a call is made in this process, for which it is all there is to do."""
    return PERSON in request.environ


def caller() -> Person:
    """The caller of the current call, which `check_call` let through; anonymous where it is open to all."""
    who: Person = g.get("caller", STRANGER)
    return who


def participant_named(name: str, subject: str) -> Person:
    """A company that acts for itself, or the account whose credentials came instead. The name must not be that
    of an account or of a program, nor the company one whose mailbox belongs to another key."""
    if caller().has_account:
        rights.demand_subject(caller(), subject)
        return caller()
    if key := key_access.current():
        key_access.demand(key, (SEND,))
    plain = name.strip().casefold()
    with reading(ports().window.engine) as connection:
        taken = plain in RESERVED or plain.startswith(KEY_PREFIX) or rows.find(connection, plain) is not None
    if taken:
        raise problem("name-of-account", name=name, path="by", found=name)
    key_access.demand_company(guard.sandbox_name(), name.strip())
    return participant(name)


def is_local() -> bool:
    """True if the request comes from this machine to a window that only this machine should reach, and that it may use
    without a key."""
    settings = ports().window.settings
    return not (settings.exposed or settings.require_keys or _is_forwarded())


def client_address(settings: Settings) -> str:
    """The client's address, whose failed sign-ins are counted; empty behind a proxy, from which all come."""
    return request.remote_addr or "" if settings.connections_per_address else ""


def locked(refused: signing_in.Locked) -> Problem:
    """The problem of too many sign-ins that failed."""
    return problem("sign-in-locked", seconds=refused.seconds, headers={"Retry-After": str(refused.seconds)})


def _is_forwarded() -> bool:
    return any(name in request.headers for name in _FORWARDED)


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
        raise locked(refused) from None
    except signing_in.NotSignedIn:
        raise problem("credentials-wrong", headers=CHALLENGE) from None


def _without_account() -> Person:
    if not is_local():
        meters.count("calls_refused", 1, "no credentials")
        raise problem("credentials-missing", headers=CHALLENGE)
    return OPERATOR
