"""What a newly arrived document does against the stored one of the same business key: pure, one decision a document.

Answers follow receipts-and-codes 5.3; where a type has no code of its own for a case, the nearest one answers
(`_CODES`). A reason carries the values of this module only; `rules.named` adds those of the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from declarations.lifecycle import LIFECYCLE_OF, lifecycles
from declarations.reasons import Reason
from declarations.rules.rule import is_time

Action = Literal["insert", "replace", "delete", "refuse", "repeat", "declare_staged"]
ADD, MODIFY, DELETE = "1", "2", "3"
STAGE, DECLARE = "1", "2"
_NONE: Mapping[str, str] = {}  # a plain one: reasons are kept as JSON, which knows no read-only view


class Stored(NamedTuple):
    """The stored document of the same business key; `state` is one of its kind's lifecycle."""

    app_time: str
    guid: str
    content_hash: str
    state: str


class DeclaredState(NamedTuple):
    """The declaration concerned: for a list its own, else that of the list which names the document."""

    state: str
    pre_no: str = ""
    invt_no: str = ""


class Decision(NamedTuple):
    """What to do. `insert`: a new life begins (an ended document of the same key gives its key up); `replace`:
    new content, staged or amended; `repeat`: the same document again, answered with the reason or, for a
    participant with `replay`, with the first receipts; `refuse`: the reason answers, nothing changes."""

    action: Action
    reason: Reason | None = None


class _Codes(NamedTuple):
    """Who answers which case of a kind."""

    missing: str
    exists: str
    used: str
    old: str
    no_operation: str


class _Numbers(NamedTuple):
    """Who answers a change of a list whose numbers are not those assigned."""

    neither: str
    no_invt_no: str
    other_invt_no: str
    other_pre_no: str


_CODES = {
    "order": _Codes("-301009", "-301010", "-301011", "-301014", "-301012"),
    "payment": _Codes("-401006", "-401007", "-401008", "-401012", "-401010"),
    # no code says "old message" or "no operation": the waybill exists (012), its appType is wrong (014)
    "waybill": _Codes("-504014", "-504015", "-504016", "-504012", "-504014"),
    "waybill_status": _Codes("-505014", "-505012", "-505012", "-505016", "-505014"),
    "inventory": _Codes("-621042", "-621041", "-621043", "-621055", "-621043"),
    "cancellation": _Codes("-623004", "-623009", "-623013", "-623009", "-623013"),
    "refund": _Codes("-625016", "-625033", "-625022", "-625022", "-625022"),
    # no code for a missing target or a state that forbids: the check fails (001) with our own detail
    "intake": _Codes("-800001/15031", "-800003", "-800001/15032", "-800005", "-800001/15032"),
    # of each block of the export the processing range: 001 exists, 002 old, 003 no target, 004 the state forbids it
    "export_order": _Codes("-304003", "-304001", "-304004", "-304002", "-304004"),
    "collection": _Codes("-404003", "-404001", "-404004", "-404002", "-404004"),
    "export_waybill": _Codes("-504003", "-504001", "-504004", "-504002", "-504004"),
    "export_inventory": _Codes("-604003", "-604001", "-604004", "-604002", "-604004"),
    "export_cancellation": _Codes("-608003", "-608001", "-608004", "-608002", "-608004"),
    "arrival_note": _Codes("-804003", "-804001", "-804004", "-804002", "-804004"),
    "departure_note": _Codes("-508003", "-508001", "-508004", "-508002", "-508004"),
    "consolidation": _Codes("-904003", "-904001", "-904004", "-904002", "-904004"),
    "summary_request": _Codes("-704003", "-704001", "-704004", "-704002", "-704004"),
    # no block is published for these two, new in 2022
    "export_refund": _Codes("-213004", "-213002", "-213005", "-213003", "-213005"),
    "tally": _Codes("-215004", "-215002", "-215005", "-215003", "-215005"),
    "stock_filing": _Codes("-990002", "-990003", "-990002", "-990005", "-990002"),
    # our own messages: 002 no target, 003 exists, 004 the state forbids it, 005 old
    "vat_invoice": _Codes("-991002", "-991003", "-991004", "-991005", "-991004"),
    "refund_claim": _Codes("-992002", "-992003", "-992004", "-992005", "-992004"),
    "reconciliation": _Codes("-993002", "-993003", "-993004", "-993005", "-993004"),
    "repayment": _Codes("-994002", "-994003", "-994004", "-994005", "-994004"),
    "forex_report": _Codes("-995002", "-995003", "-995004", "-995005", "-995004"),
    "registration": _Codes("-996002", "-996003", "-996004", "-996005", "-996004"),
    "goods_filing": _Codes("-997002", "-997003", "-997004", "-997005", "-997004"),
}
_LISTS = {"inventory": _Numbers("-621053", "-621057", "-621999", "-621042"),
          "export_inventory": _Numbers("-604003", "-604003", "-604003", "-604003")}
"""Kinds that declare: each is its own declaration, and a change of it names the numbers assigned to it."""
_ENDED = {kind: frozenset(name for name, state in lifecycles()[life].states.items() if state.ended)
          for kind, life in LIFECYCLE_OF.items()}
_STEPS = {kind: {(source, step.action) for step in lifecycles()[life].transitions for source in step.sources}
          for kind, life in LIFECYCLE_OF.items()}
_GONE = frozenset({"deleted", "expired"})
_INSERT, _REPLACE = Decision("insert"), Decision("replace")
_DELETE, _DECLARE_STAGED = Decision("delete"), Decision("declare_staged")


def is_old(app_time: str, stored_app_time: str | None) -> bool:
    """Whether a document is not newer than the stored one (None: there is none). The port says so before it looks into
    the document: an old one is answered as old, whatever else is wrong with it. What is no time has no age."""
    return stored_app_time is not None and app_time <= stored_app_time and is_time(app_time)


def decide(kind: str, app_type: str, app_status: str, app_time: str, guid: str, content_hash: str,
           stored: Stored | None, declared: DeclaredState | None = None,
           numbers: tuple[str, str] = ("", "")) -> Decision:
    """What the document does; `numbers` are the preNo and invtNo that it names."""
    if stored is None:
        return _INSERT if app_type == ADD else _refuse(kind, _CODES[kind].missing, app_type, None)
    if guid == stored.guid and app_time == stored.app_time and content_hash == stored.content_hash:
        return Decision("repeat", Reason(_CODES[kind].old, _NONE))
    if app_time <= stored.app_time:
        return _refuse(kind, _CODES[kind].old, app_type, stored)
    if app_type == ADD:
        return _added(kind, app_status, stored, declared)
    return _changed(kind, app_type, app_status, stored, declared, numbers)


def faults(kind: str, app_type: str, app_status: str, app_time: str, guid: str, content_hash: str,
           stored: Stored | None, declared: DeclaredState | None = None,
           numbers: tuple[str, str] = ("", "")) -> tuple[Reason, ...]:
    """All that stands against a document, of which the port answers the first: as it is, then as if it were newer than
    the stored one, then as if it also named the numbers assigned to its list. Takes what `decide` takes."""
    found: dict[str, Reason] = {}
    newer = stored._replace(app_time="") if stored is not None else None
    assigned = (declared.pre_no, declared.invt_no) if declared is not None else numbers
    for against, named in ((stored, numbers), (newer, numbers), (newer, assigned)):
        decision = decide(kind, app_type, app_status, app_time, guid, content_hash, against, declared, named)
        if decision.action == "repeat" and decision.reason is not None:
            return (decision.reason,)
        if decision.action == "refuse" and decision.reason is not None:
            found.setdefault(decision.reason.rule, decision.reason)
    return tuple(found.values())


def _added(kind: str, app_status: str, stored: Stored, declared: DeclaredState | None) -> Decision:
    if stored.state in _ENDED[kind]:
        return _INSERT
    if stored.state == "staged":
        return _DECLARE_STAGED if app_status == DECLARE else _REPLACE
    used = kind not in _LISTS and _binds(declared)
    return _refuse(kind, _CODES[kind].used if used else _CODES[kind].exists, ADD, stored)


def _changed(kind: str, app_type: str, app_status: str, stored: Stored, declared: DeclaredState | None,
             numbers: tuple[str, str]) -> Decision:
    codes = _CODES[kind]
    if stored.state in _GONE:
        return _refuse(kind, codes.missing, app_type, stored)
    if kind in _LISTS:
        wrong = _wrong_number(_LISTS[kind], declared, numbers)
        if wrong:
            return _refuse(kind, wrong, app_type, stored)
    elif _binds(declared) and kind != "waybill_status":
        return _refuse(kind, codes.used, app_type, stored)
    if app_type == DELETE:
        return _DELETE if (stored.state, "delete") in _STEPS[kind] else _refuse(kind, codes.used, app_type, stored)
    if stored.state == "staged":
        return _DECLARE_STAGED if app_status == DECLARE else _REPLACE
    if app_status == STAGE:
        return _refuse(kind, codes.no_operation, app_type, stored)
    return _REPLACE if (stored.state, "amend") in _STEPS[kind] else _refuse(kind, codes.used, app_type, stored)


def _binds(declared: DeclaredState | None) -> bool:
    """Whether the list that names a document keeps it: from its declaration to its end."""
    return declared is not None and declared.state != "staged" and declared.state not in _ENDED["inventory"]


def _wrong_number(codes: _Numbers, declared: DeclaredState | None, numbers: tuple[str, str]) -> str:
    """The code for preNo or invtNo missing or other than those assigned; empty when they are right."""
    if declared is None:
        return ""
    pre_no, invt_no = numbers
    if declared.pre_no and not pre_no and not invt_no:
        return codes.neither
    if declared.invt_no and not invt_no:
        return codes.no_invt_no
    if invt_no and invt_no != declared.invt_no:
        return codes.other_invt_no
    return codes.other_pre_no if pre_no and declared.pre_no and pre_no != declared.pre_no else ""


def _refuse(kind: str, rule: str, app_type: str, stored: Stored | None) -> Decision:
    values = {"found": app_type}
    if stored is not None:
        state = lifecycles()[LIFECYCLE_OF[kind]].states[stored.state]
        values |= {"state": state.name, "state_zh": state.zh, "state_en": state.en}
    return Decision("refuse", Reason(rule, values))
