"""A trigger: which documents and receipts it matches, and what it forces. Checked when it is made, never later."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta, Struct

from gateways.replies import ANSWERS
from schemas import catalogue, receipt_texts
from single_window.language import statuses
from single_window.refused import Refused

if TYPE_CHECKING:
    from single_window.store.triggers import TriggerRow

MOST_TRIGGERS = 1_000
"""Triggers of a sandbox."""
MOST_TIMES = 1_000_000
MOST_COPIES = 100
LONGEST_DELAY = 30 * 86_400
"""Seconds for which a receipt is held back at most."""
LONGEST_RETRY = 86_400
LONGEST_NAME, LONGEST_PATTERN, LONGEST_WORDS = 60, 60, 500


class Do(StrEnum):
    """The kind of act of a trigger."""

    REFUSE = "refuse"
    """The port refuses the document with a negative code."""
    REJECT = "reject"
    """Customs rejects the list (100)."""
    INSPECT = "inspect"
    """Customs inspects the list (500)."""
    REVIEW = "review"
    """An officer reviews the list (300)."""
    RECEIPT = "receipt"
    """Another receipt, beside the one that matches or in its place; nothing else changes."""
    DELAY = "delay"
    LOSE = "lose"
    REPEAT = "repeat"
    REORDER = "reorder"
    """The receipt comes behind those that follow it."""
    CEB900 = "ceb900"
    """The message is answered as if its schema refused it."""
    HTTP = "http"
    """The call is answered 429 or 503."""
    OFFICER = "officer"
    """The automatic officer takes longer to decide about the list."""
    DROP = "drop"
    """The connection ends without an answer."""
    CUT = "cut"
    """The connection of a channel, over which receipts go out, ends without a confirmation."""


class DelayDistribution(StrEnum):
    """The distribution of delays."""

    FIXED = "fixed"
    UNIFORM = "uniform"
    LOGNORMAL = "lognormal"
    END = "end"
    """Of a profile: until its end."""
    RATE = "rate"
    """Of a profile: since it began never more than one in `seconds`."""


TO_LISTS = frozenset({Do.REJECT, Do.INSPECT, Do.REVIEW, Do.OFFICER})
TO_RECEIPTS = frozenset({Do.RECEIPT, Do.DELAY, Do.LOSE, Do.REPEAT, Do.REORDER})
NO_RETURNS = frozenset({"816", "818", "792", "900", "RefundNotice"})
"""Receipts without a `returnStatus` of a document: no other receipt can be made of one."""
TO_CALLS = frozenset({Do.HTTP, Do.DROP})
LISTS = ("621", "603")
STATUS = {Do.REJECT: "100", Do.INSPECT: "500", Do.REVIEW: "300"}
CODE = {Do.REJECT: "1300", Do.INSPECT: "14500", Do.REVIEW: "1200"}
"""The customs code where the trigger names none."""


class Term(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The part of a profile of faults that a trigger has: name, seed, and its time by the sandbox's clock."""

    profile: str
    seed: str = ""
    begins: int = 0
    ends: int = 0
    """The first instant at which it acts no more."""
    since: int = 0
    """When the profile was switched on."""
    part: str = ""
    """What the profile calls it."""


class TriggerMatch(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The documents, and those of their receipts, that a trigger concerns. What is left out matches everything."""

    type: Annotated[str, Meta(description="code of the document's message: 621")] = ""
    receipt: Annotated[str, Meta(description="code of the receipt, and its status behind a dot: 622, 622.800")] = ""
    order: Annotated[
        str, Meta(description="pattern of the order number: * and ? stand for any characters, [ab] for one of some")
    ] = ""
    sender: Annotated[str, Meta(description="pattern of the sender's DXP id")] = ""
    share: Annotated[
        float,
        Meta(
            description="of a hundred that match, how many: which ones, a draw says that is keyed by seed, trigger and "
            "business key"
        ),
    ] = 100
    term: Term | None = None


class Action(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The act of a trigger, and its values."""

    do: Do
    code: Annotated[str, Meta(description="the port's negative code, or the code that customs says: 1332")] = ""
    words: Annotated[
        str, Meta(description="instead of the published words; with a code of customs they stand inside its frame")
    ] = ""
    status: Annotated[str, Meta(description="`returnStatus` of another receipt")] = ""
    place: Annotated[
        str,
        Meta(
            description="of another receipt: after (by default) or instead; of a dropped connection: before (by "
            "default) or after the message is kept, or partway through the answer; of a cut one: before (by default) "
            "or after the receiver has the receipts"
        ),
    ] = ""
    spread: DelayDistribution = DelayDistribution.FIXED
    seconds: Annotated[float, Meta(description="of the sandbox's clock; of a lognormal spread the median")] = 0
    least: Annotated[float, Meta(description="the shortest, of a uniform spread")] = 0
    most: Annotated[float, Meta(description="the longest, of a uniform or lognormal spread")] = 0
    sigma: Annotated[float, Meta(description="how widely a lognormal spread scatters")] = 0.5
    copies: Annotated[int, Meta(description="how often a receipt comes in all")] = 2
    http: Annotated[int, Meta(description="429 or 503")] = 503
    retry_after: Annotated[int, Meta(description="seconds that Retry-After says")] = 1


class Trigger(Struct, frozen=True):
    """A trigger of a sandbox; id 0: a step of the scenario that a call named, which is never counted."""

    id: int
    name: str
    match: TriggerMatch
    action: Action
    times: int = 0
    left: int = 0

    @property
    def label(self) -> str:
        """The name of it in timelines."""
        return f"{self.id} ({self.name})" if self.id else self.name

    @property
    def spec(self) -> str:
        """The match and the action as a value: two runs of a test draw alike, whatever ids it has in each."""
        match = msgspec.structs.replace(self.match, term=None)
        seed = self.match.term.seed if self.match.term else ""
        return seed + msgspec.json.encode((match, self.action)).decode()

    def acts_at(self, now: int) -> bool:
        """True if its time has come, and is not over."""
        term = self.match.term
        return term is None or term.begins <= now < term.ends


def bad_trigger(path: str, value: object, allowed: str) -> Refused:
    """The refusal of a trigger that cannot be; `path` names the field that is wrong."""
    found = str(value)[:60]
    return Refused(
        "bad-trigger", f"{path}: {found!r} is not possible; {allowed}.", path=path, found=found, allowed=allowed
    )


def too_many_triggers() -> Refused:
    """The refusal of a trigger beyond those that a sandbox may have."""
    text = f"A sandbox has {MOST_TRIGGERS} triggers at most; remove some first."
    return Refused("too-many-triggers", text, most=MOST_TRIGGERS)


def of_row(row: TriggerRow) -> Trigger:
    """A trigger as it was kept."""
    return Trigger(
        row.id,
        row.name,
        msgspec.json.decode(row.match, type=TriggerMatch),
        msgspec.json.decode(row.action, type=Action),
        row.times,
        row.left,
    )


def parsed(match: Mapping[str, Any], action: Mapping[str, Any]) -> tuple[TriggerMatch, Action]:
    """A trigger's match and action, checked; raises `Refused`."""
    converted = _converted("match", match, TriggerMatch), _converted("do", action, Action)
    check(*converted)
    return converted


def _converted(path: str, given: Mapping[str, Any], kind: Any) -> Any:
    for name in given:
        if name not in kind.__struct_fields__:
            raise bad_trigger(f"{path}.{name}", name, "there is: " + ", ".join(kind.__struct_fields__))
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise bad_trigger(path, str(error), "each field is as described") from None


def check(match: TriggerMatch, action: Action) -> None:
    """Raise `Refused` for what cannot be matched or done."""
    _check_match(match, action)
    _check_action(action)


def _check_match(match: TriggerMatch, action: Action) -> None:
    _demand(
        "match.type",
        match.type,
        not match.type or match.type in _types(),
        "it is the code of a message that participants send, such as 621",
    )
    if match.receipt:
        _check_receipt(match.receipt, action)
    _check_patterns(match)
    _demand(
        "match",
        match.order or match.type,
        action.do is not Do.CUT or not (match.order or match.type),
        "of channels, only the owner can be told, as `sender`",
    )
    _demand("match.share", match.share, 0 < match.share <= 100, "above 0 and 100 at most, of a hundred")
    _demand(
        "do.spread",
        action.spread,
        match.term is not None or action.spread not in {DelayDistribution.END, DelayDistribution.RATE},
        "only faults of a profile have an end",
    )
    if action.do in TO_LISTS:
        _demand("match.type", match.type, match.type in ("", *LISTS), "lists are 621 and 603")


def _check_patterns(match: TriggerMatch) -> None:
    for name in ("order", "sender"):
        pattern = getattr(match, name)
        demand = f"a pattern has {LONGEST_PATTERN} characters at most"
        _demand(f"match.{name}", pattern, len(pattern) <= LONGEST_PATTERN, demand)


def _check_receipt(receipt: str, action: Action) -> None:
    code, _, status = receipt.partition(".")
    for allowed, demand in (
        (
            code in _receipts() and len(status) <= 10,
            "it is the code of a receipt, with its status behind a dot or without, such as 622.800",
        ),
        (
            not status or status.startswith("-") or code in NO_RETURNS or status in _statuses(code),
            f"a receipt {code} never has this status: {', '.join(_statuses(code)) or 'none is known'}",
        ),
        (action.do in TO_RECEIPTS, f"only {', '.join(sorted(TO_RECEIPTS))} look at receipts"),
        (action.do is not Do.RECEIPT or code not in NO_RETURNS, "no other receipt can be made of this one"),
    ):
        _demand("match.receipt", receipt, allowed, demand)


def _check_action(action: Action) -> None:
    do = action.do
    negative = action.code.startswith("-") and action.code[1:].isdigit() and len(action.code) <= 10
    if do is Do.REFUSE:
        _demand("do.code", action.code, negative, "it is a negative code, such as -621001")
    elif action.code:
        _demand("do.code", action.code, action.code.isdigit() and len(action.code) <= 6, "it is a code of digits")
    _check_words(action)
    if do is Do.RECEIPT:
        _demand(
            "do.status",
            action.status,
            action.status.removeprefix("-").isdigit() and len(action.status) <= 10,
            "it is a return status, such as 100 or -621001",
        )
    places = {
        Do.RECEIPT: ("", "after", "instead"),
        Do.DROP: ("", "before", "after", "partway"),
        Do.CUT: ("", "before", "after"),
    }.get(do, ("",))
    _demand("do.place", action.place, action.place in places, "it is one of: " + ", ".join(places[1:] or ("none",)))
    _check_numbers(action)


def _check_words(action: Action) -> None:
    known = not action.code or action.code in receipt_texts.texts()
    _demand("do.words", action.words, known or bool(action.words), f"{action.code} is no published code: give words")
    _demand(
        "do.words",
        action.words,
        len(action.words) <= LONGEST_WORDS and action.words.isprintable(),
        f"they are {LONGEST_WORDS} printable characters at most",
    )


def _check_numbers(action: Action) -> None:
    for name in ("seconds", "least", "most"):
        value = getattr(action, name)
        _demand(f"do.{name}", value, 0 <= value <= LONGEST_DELAY, f"from 0 to {LONGEST_DELAY} seconds (30 days)")
    if action.do in {Do.DELAY, Do.OFFICER} and action.spread is DelayDistribution.FIXED:
        _demand("do.seconds", action.seconds, action.seconds > 0, "a delay has seconds above 0")
    if action.spread is DelayDistribution.UNIFORM:
        _demand("do.most", action.most, action.least <= action.most, "it is no less than `least`")
        _demand("do.most", action.most, action.most > 0, "a delay has seconds above 0")
    if action.spread is DelayDistribution.RATE:
        _demand("do.seconds", action.seconds, action.seconds > 0, "a rate has seconds above 0")
    if action.spread is DelayDistribution.LOGNORMAL:
        _demand("do.seconds", action.seconds, action.seconds > 0, "a lognormal spread has a median above 0")
    _demand("do.sigma", action.sigma, 0 < action.sigma <= 5, "above 0 and 5 at most")
    _demand("do.copies", action.copies, 2 <= action.copies <= MOST_COPIES, f"from 2 to {MOST_COPIES}")
    _demand("do.http", action.http, action.http in {429, 503}, "429 or 503")
    _demand(
        "do.retry_after",
        action.retry_after,
        0 <= action.retry_after <= LONGEST_RETRY,
        f"from 0 to {LONGEST_RETRY} seconds",
    )


@cache
def _statuses(code: str) -> tuple[str, ...]:
    """The statuses that receipts of a type may have, but for the negative ones."""
    kinds = {kind for kind, answer in ANSWERS.items() if answer == code}
    return tuple(dict.fromkeys(status for kind, status in statuses.occurring() if kind in kinds))


def _demand(path: str, value: object, allowed: bool, demand: str) -> None:
    if not allowed:
        raise bad_trigger(path, value, demand)


def matches(match: TriggerMatch, kind: str, order_no: str, key: str, sender: str) -> bool:
    """True if a document is one of those; one that has no order number is known by a part of its key."""
    if match.type and code_of(kind) != match.type:
        return False
    if match.sender and not fnmatchcase(sender, match.sender):
        return False
    numbers = [order_no] if order_no else key.split("|")
    return not match.order or any(fnmatchcase(number, match.order) for number in numbers)


def matches_receipt(match: TriggerMatch, code: str, status: str) -> bool:
    """True if a receipt is one of those."""
    wanted, _, wanted_status = match.receipt.partition(".")
    return wanted in ("", code) and wanted_status in ("", status)


@cache
def code_of(kind: str) -> str:
    """The code of the message that brings documents of a kind; a tax bill belongs to its list. Empty: none does."""
    sought = "inventory" if kind == "tax_bill" else kind
    return next((entry.code for entry in catalogue.entries() if entry.kind == sought and not entry.receipt), "")


@cache
def _types() -> frozenset[str]:
    return frozenset(entry.code for entry in catalogue.entries() if not entry.receipt)


@cache
def _receipts() -> frozenset[str]:
    return frozenset(entry.code for entry in catalogue.entries() if entry.receipt)


def near(name: str, known: Mapping[str, object]) -> list[str]:
    """The names that look like one that there is not, or all."""
    return get_close_matches(name[:60], known, 3, 0.4) or list(known)
