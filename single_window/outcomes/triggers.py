"""Triggers: conditions on documents and receipts, and the forced outcome. Validated when they are created."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta, Struct

from gateways.forced import RegisterFault
from gateways.replies import ANSWER_CODES
from schemas import catalogue, receipt_texts
from single_window.language import statuses
from single_window.outcomes.laboratory_faults import LaboratoryFault
from single_window.refused import Refused

if TYPE_CHECKING:
    from single_window.store.triggers import TriggerRow

MAX_TRIGGERS = 1_000
"""Maximum number of triggers of a sandbox."""
MAX_TIMES = 1_000_000
MAX_COPIES = 100
MAX_DELAY_SECONDS = 30 * 86_400
"""Maximum delay of a receipt."""
MAX_RETRY_SECONDS = 86_400
MAX_NAME_LENGTH, MAX_PATTERN_LENGTH, MAX_WORDS_LENGTH = 60, 60, 500


class Do(StrEnum):
    """The action of a trigger."""

    REFUSE = "refuse"
    """The port refuses the document with a negative code."""
    REJECT = "reject"
    """Customs rejects the list (100)."""
    INSPECT = "inspect"
    """Customs inspects the list (500)."""
    REVIEW = "review"
    """An officer reviews the list (300)."""
    RECEIPT = "receipt"
    """Send another receipt, after the matching one or instead of it; nothing else changes."""
    DELAY = "delay"
    LOSE = "lose"
    REPEAT = "repeat"
    REORDER = "reorder"
    """The receipt is delivered after later ones."""
    CEB900 = "ceb900"
    """The message is answered as if it failed its schema."""
    HTTP = "http"
    """The call is answered with 429 or 503."""
    OFFICER = "officer"
    """The automatic officer takes longer to decide about the list."""
    DROP = "drop"
    """The connection is closed without a response."""
    CUT = "cut"
    """The connection of a push channel is closed without a confirmation."""
    LABORATORY = "laboratory"
    """The laboratory that tests a sample of a spot check fails it, or is at fault itself."""
    REGISTER = "register"
    """The register of licences is at fault with a query."""


class DelayDistribution(StrEnum):
    """The distribution of delays."""

    FIXED = "fixed"
    UNIFORM = "uniform"
    LOGNORMAL = "lognormal"
    END = "end"
    """For profiles: until the profile's end."""
    RATE = "rate"
    """For profiles: at most one in `seconds` since its start."""


TO_LISTS = frozenset({Do.REJECT, Do.INSPECT, Do.REVIEW, Do.OFFICER})
TO_RECEIPTS = frozenset({Do.RECEIPT, Do.DELAY, Do.LOSE, Do.REPEAT, Do.REORDER})
FAULTS: Mapping[Do, tuple[str, ...]] = {Do.LABORATORY: tuple(LaboratoryFault), Do.REGISTER: tuple(RegisterFault)}
"""The faults that an action of this kind names."""
NO_RETURNS = frozenset({"792", "900", *catalogue.notices()})
"""Receipts without a document's `returnStatus`, which cannot be replaced by another receipt."""
TO_CALLS = frozenset({Do.HTTP, Do.DROP})
LISTS = ("621", "603")
STATUS = {Do.REJECT: "100", Do.INSPECT: "500", Do.REVIEW: "300"}
CODE = {Do.REJECT: "1300", Do.INSPECT: "14500", Do.REVIEW: "1200"}
"""Default customs codes."""


class Term(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The profile to which a trigger belongs, and its period on the sandbox's clock."""

    profile: str
    seed: str = ""
    begins: int = 0
    ends: int = 0
    """End of the period (excluded)."""
    since: int = 0
    """Instant at which the profile was switched on."""
    part: str = ""
    """Name of the fault in the profile."""


class TriggerMatch(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Conditions on documents and receipts; omitted ones match everything."""

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
    """The action of a trigger with its parameters."""

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
    fault: Annotated[
        str,
        Meta(
            description=f"of a laboratory: {', '.join(LaboratoryFault)}; of the register of licences: "
            + ", ".join(RegisterFault)
        ),
    ] = ""
    item: Annotated[str, Meta(description="of a laboratory: the item that fails; the first unless told")] = ""


class Trigger(Struct, frozen=True):
    """A trigger of a sandbox; id 0: a step of a scenario requested by a call, which is not counted."""

    id: int
    name: str
    match: TriggerMatch
    action: Action
    times: int = 0
    left: int = 0

    @property
    def label(self) -> str:
        """The trigger's name in timelines."""
        return f"{self.id} ({self.name})" if self.id else self.name

    @property
    def spec(self) -> str:
        """Match and action as text: the key of random draws, independent of ids, so that test runs are repeatable."""
        match = msgspec.structs.replace(self.match, term=None)
        seed = self.match.term.seed if self.match.term else ""
        return seed + msgspec.json.encode((match, self.action)).decode()

    def acts_at(self, now: int) -> bool:
        """True if an instant is within its period."""
        term = self.match.term
        return term is None or term.begins <= now < term.ends


def bad_trigger(path: str, value: object, allowed: str) -> Refused:
    """The refusal of an invalid trigger; `path` is the wrong field."""
    found = str(value)[:60]
    return Refused(
        "bad-trigger", f"{path}: {found!r} is not possible; {allowed}.", path=path, found=found, allowed=allowed
    )


def of_row(row: TriggerRow) -> Trigger:
    """A stored trigger."""
    return Trigger(
        row.id,
        row.name,
        msgspec.json.decode(row.match, type=TriggerMatch),
        msgspec.json.decode(row.action, type=Action),
        row.times,
        row.left,
    )


def parse_trigger(match: Mapping[str, Any], action: Mapping[str, Any]) -> tuple[TriggerMatch, Action]:
    """Parse and check a trigger's match and action; raises `Refused`."""
    converted = _convert("match", match, TriggerMatch), _convert("do", action, Action)
    check(*converted)
    return converted


def _convert(path: str, given: Mapping[str, Any], kind: Any) -> Any:
    for name in given:
        if name not in kind.__struct_fields__:
            raise bad_trigger(f"{path}.{name}", name, "there is: " + ", ".join(kind.__struct_fields__))
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise bad_trigger(path, str(error), "each field is as described") from None


def check(match: TriggerMatch, action: Action) -> None:
    """Raise `Refused` for an invalid match or action."""
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
    if action.do in FAULTS:
        _demand("match.type", match.type, not match.type, "a sample or query is no message; `order` names it")


def _check_patterns(match: TriggerMatch) -> None:
    for name in ("order", "sender"):
        pattern = getattr(match, name)
        demand = f"a pattern has {MAX_PATTERN_LENGTH} characters at most"
        _demand(f"match.{name}", pattern, len(pattern) <= MAX_PATTERN_LENGTH, demand)


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
    _check_fault(action)
    _check_numbers(action)


def _check_fault(action: Action) -> None:
    of_laboratory, faults = action.do is Do.LABORATORY, FAULTS.get(action.do, ("",))
    _demand("do.fault", action.fault, action.fault in faults, "it is one of: " + (", ".join(faults) or "none"))
    short = len(action.item) <= MAX_PATTERN_LENGTH and action.item.isprintable()
    _demand("do.item", action.item, short and (of_laboratory or not action.item), "it is an item of a laboratory")


def _check_words(action: Action) -> None:
    known = not action.code or action.code in receipt_texts.texts()
    _demand("do.words", action.words, known or bool(action.words), f"{action.code} is no published code: give words")
    _demand(
        "do.words",
        action.words,
        len(action.words) <= MAX_WORDS_LENGTH and action.words.isprintable(),
        f"they are {MAX_WORDS_LENGTH} printable characters at most",
    )


def _check_numbers(action: Action) -> None:
    for name in ("seconds", "least", "most"):
        value = getattr(action, name)
        _demand(
            f"do.{name}", value, 0 <= value <= MAX_DELAY_SECONDS, f"from 0 to {MAX_DELAY_SECONDS} seconds (30 days)"
        )
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
    _demand("do.copies", action.copies, 2 <= action.copies <= MAX_COPIES, f"from 2 to {MAX_COPIES}")
    _demand("do.http", action.http, action.http in {429, 503}, "429 or 503")
    _demand(
        "do.retry_after",
        action.retry_after,
        0 <= action.retry_after <= MAX_RETRY_SECONDS,
        f"from 0 to {MAX_RETRY_SECONDS} seconds",
    )


@cache
def _statuses(code: str) -> tuple[str, ...]:
    """The non-negative statuses of a type of receipt."""
    kinds = {kind for kind, answer in ANSWER_CODES.items() if answer == code}
    return tuple(dict.fromkeys(status for kind, status in statuses.occurring() if kind in kinds))


def _demand(path: str, value: object, allowed: bool, demand: str) -> None:
    if not allowed:
        raise bad_trigger(path, value, demand)


def matches(match: TriggerMatch, kind: str, order_no: str, key: str, sender: str) -> bool:
    """True if a document matches; without an order number the pattern is compared with parts of its key."""
    if match.type and code_of(kind) != match.type:
        return False
    if match.sender and not fnmatchcase(sender, match.sender):
        return False
    numbers = [order_no] if order_no else key.split("|")
    return not match.order or any(fnmatchcase(number, match.order) for number in numbers)


def matches_receipt(match: TriggerMatch, code: str, status: str) -> bool:
    """True if a receipt matches."""
    wanted, _, wanted_status = match.receipt.partition(".")
    return wanted in ("", code) and wanted_status in ("", status)


@cache
def code_of(kind: str) -> str:
    """The message code of a kind of documents; for a tax bill that of its list; empty: none."""
    sought = "inventory" if kind == "tax_bill" else kind
    return next((entry.code for entry in catalogue.entries() if entry.kind == sought and not entry.receipt), "")


@cache
def _types() -> frozenset[str]:
    return frozenset(entry.code for entry in catalogue.entries() if not entry.receipt)


@cache
def _receipts() -> frozenset[str]:
    return frozenset(entry.code for entry in catalogue.entries() if entry.receipt)


def near(name: str, known: Mapping[str, object]) -> list[str]:
    """Known names similar to an unknown one, or all names."""
    return get_close_matches(name[:60], known, 3, 0.4) or list(known)
