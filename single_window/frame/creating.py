"""Decides that a new subject is made: the same rights, four eyes, reasons and log as for decisions about a subject that
exists. A request with a key of the client is decided once, however often it is sent.
"""

from __future__ import annotations

from declarations.reasons import clean_typed_text
from single_window.accounts.people import Person
from single_window.context import Context
from single_window.frame.decision_kinds import Creation, DecisionKind, Requested
from single_window.language.refusal import Refusal, demand_plain_words
from single_window.store import creation_keys
from single_window.store.decisions import StoredDecision, find_decision
from single_window.store.engine import reading
from single_window.work import filing

KEY_USED = "key_used"


def creation_of(kind: DecisionKind, action: str) -> Creation:
    """The act of this name that makes a subject of a kind; raises `Refusal` if there is none."""
    for creation in kind.creations:
        if creation.action == action:
            return creation
    known = ", ".join(creation.action for creation in kind.creations)
    raise Refusal("no_creation", noun=kind.noun, action=action[:40], known=known or "-")


def check_values(creation: Creation, requested: Requested) -> None:
    """Raise `Refusal` for a value that the act does not take, or that is missing or empty."""
    names = ", ".join(creation.takes)
    for name in requested.values:
        if name not in creation.takes:
            raise Refusal("unknown_value", action=creation.action, value=name[:40], known=names)
    for name, meaning in creation.takes.items():
        if not requested.values.get(name):
            raise Refusal("creation_lacks", action=creation.action, value=name, meaning=meaning)


def create(
    context: Context, sandbox: str, subject: str, creation: Creation, requested: Requested, who: Person, key: str = ""
) -> int:
    """File a person's decision to make a subject, and return its id; `filing.wait` waits for the outcome.

    `key`, chosen by the client: the same person's same request with it returns the first decision; another request with
    it is refused. Raises `Refusal` or `rights.Lacking`; then nothing is filed."""
    reason = clean_typed_text(requested.reason)
    demand_plain_words(reason)
    if creation.reasoned and not reason:
        raise Refusal("reason_needed", action=creation.action)
    values = creation.values(context, sandbox, requested.values)
    wanted = (creation.action, who.name, reason, filing.kept_values(values))
    if key and (first := _first(context, sandbox, subject, key)):
        return _same(first, wanted, key)
    try:
        return filing.file(
            context, sandbox, subject, filing.NEW, creation.action, by=who, reason=reason, values=values, key=key
        )
    except creation_keys.KeyTaken:
        first = _first(context, sandbox, subject, key)
        if first is None:
            raise
        return _same(first, wanted, key)


def _first(context: Context, sandbox: str, subject: str, key: str) -> StoredDecision | None:
    """The decision that was filed first with a key."""
    with reading(context.engine) as connection:
        number = creation_keys.decision_with(connection, sandbox, subject, key)
        return find_decision(connection, sandbox, number) if number else None


def _same(first: StoredDecision, wanted: tuple[object, ...], key: str) -> int:
    """The id of the first decision, which asked for the same; else raises `Refusal`."""
    if (first.action, first.by, first.reason, dict(first.details)) != wanted:
        raise Refusal(KEY_USED, key=key, id=first.id)
    return first.id
