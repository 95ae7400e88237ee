"""Who acts over HTTP: an account by its name and password (HTTP Basic), the operator, or a participant.

A window that hears its own machine only takes whoever calls without credentials for its operator: he owns the machine.
Any other window does so for nobody.
"""

from __future__ import annotations

from flask import g, request

from single_window.accounts import rights, rows, signing_in
from single_window.accounts.people import OPERATOR, RESERVED, STRANGER, Person, participant
from single_window.api.ports import ports
from single_window.api.problems import Problem, problem
from single_window.settings import Settings
from single_window.store.engine import reading

CHALLENGE = {"WWW-Authenticate": 'Basic realm="single window", charset="UTF-8"'}
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
"""Headers that a proxy adds: whoever comes through one is not on this machine."""


def officer(subject: str) -> Person:
    """Who decides about this kind of subject; raises a `Problem` (401, 429), or `Lacking` where he may never do so.

    Which act, and at which office, is asked about where it is filed.
    """
    person = _with_account() or _without_account()
    rights.demand_subject(person, subject)
    return person


def check_call() -> None:
    """Refuse the current call where whoever makes it has no right to it; raises as `officer` does."""
    endpoint = str(request.endpoint)
    if not rights.is_open(endpoint):
        g.caller = _with_account() or _without_account()
        rights.demand_call(g.caller, endpoint)


def caller() -> Person:
    """Who makes the current call, which `check_call` let through; a stranger where it is open to everybody."""
    found: Person = g.get("caller", STRANGER)
    return found


def participant_named(name: str, subject: str) -> Person:
    """A company that acts for itself, or the account whose credentials came instead; nobody may call himself by the
    name of an account."""
    if person := _with_account():
        rights.demand_subject(person, subject)
        return person
    with reading(ports().window.engine) as connection:
        taken = name.strip().casefold() in RESERVED or rows.find(connection, name.strip().casefold()) is not None
    if taken:
        raise problem("name-of-account", name=name, path="by", found=name)
    return participant(name)


def is_local() -> bool:
    """Whether the request comes from this machine to a window that only this machine should reach."""
    return not ports().window.settings.exposed and not any(request.headers.get(name) for name in _FORWARDED)


def client_address(settings: Settings) -> str:
    """The client's address, whose failed sign-ins are counted; empty behind a proxy, from which all come."""
    return request.remote_addr or "" if settings.connections_per_address else ""


def locked(refused: signing_in.Locked) -> Problem:
    """The problem of too many sign-ins that failed."""
    return problem("sign-in-locked", seconds=refused.seconds, headers={"Retry-After": str(refused.seconds)})


def _with_account() -> Person | None:
    given = request.authorization
    if given is None and "Authorization" not in request.headers:
        return None
    if given is None or given.type != "basic" or given.username is None:
        raise problem("credentials-wrong", headers=CHALLENGE)
    window = ports().window
    try:
        return signing_in.verify(window.engine, given.username, given.password or "",
                                 client_address(window.settings)).person
    except signing_in.Locked as refused:
        raise locked(refused) from None
    except signing_in.NotSignedIn:
        raise problem("credentials-wrong", headers=CHALLENGE) from None


def _without_account() -> Person:
    if not is_local():
        raise problem("credentials-missing", headers=CHALLENGE)
    return OPERATOR
