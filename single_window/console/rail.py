"""The lists of the rail: those of the reader's own desks stand, all others are folded. Whoever has not signed in has
no desks to choose by: for him all stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flask import g

from gateways.circumstances import Options
from gateways.topics.topic import always
from single_window.accounts import rights
from single_window.frame.desks import desks_of
from single_window.frame.http.ports import ports
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import label, say

FEW_DESKS = 6
"""Whoever has more desks than these finds his cases by them: of the lists, only that of declarations stands."""
ALWAYS = "declarations"
_KEYS = {"batches": "b", "refunds": "e", "shipments": "t"}
"""The letters after `g` that lead to a list."""
_ALSO: Mapping[str, Sequence[str]] = {
    "declarations": ("console.declaration", "console.order"),
    "batches": ("console.open_batch", "console.batch"),
    "summaries": ("console.summary",),
    "spot_check_plans": (),
    "spot_check_failures": (),
    "credit_dishonest": (),
    "refunds": ("console.refund",),
    "shipments": ("console.shipment",),
    "tax_bills": ("console.guarantees", "console.guarantee"),
}
"""The lists with the pages that count as theirs, in the order of the rail; other kinds of cases follow."""
_LAST: Mapping[str, Sequence[str]] = {
    "payment_requests": ("console.payment_request",),
    "calls": ("console.call",),
}
_DESKS: Mapping[str, Sequence[str]] = {
    "batches": ("batches", "review"),
    "summaries": ("review",),
    "payment_requests": ("review",),
    "spot_check_plans": ("spot_checks",),
    "spot_check_failures": ("spot_checks", "inspection"),
    "credit_dishonest": ("credit",),
    "shipments": ("port", "korea"),
    "tax_bills": ("review",),
}
"""The desks at which a list is at hand; others have the name of their desk."""


_OPTED: Mapping[str, Callable[[Options], bool]] = {
    "shipments": lambda options: options.port != "off" or options.korea != "off",
    "calls": lambda options: ports().window.settings.call_log > 0,
}
"""Lists that only some sandboxes or windows have."""


class KindOfList(NamedTuple):
    """A kind of cases: its page, the pages that count as its own, and in sandboxes of which options it is listed."""

    page: str
    also: Sequence[str]
    opted: Callable[[Options], bool]


class RailList(NamedTuple):
    """A list in the rail: its page, its name there, the letter after `g`, and the pages that count as its own."""

    page: str
    name: str
    key: str
    also: Sequence[str]
    is_own: bool


def lookups(kinds: Sequence[KindOfList]) -> Sequence[RailList]:
    """Return the lists that the reader may open, and to which the sandbox has opted in."""
    options = g.get("options", Options())
    listed = [(kind.page, kind.also) for kind in kinds if kind.opted(options)]
    person = current_person()
    desks = [desk for desk in (desks_of(person) if person.has_account else ()) if not desk.watched]
    taken = {say(desk.words).casefold() for desk in desks}
    own = {desk.name for desk in desks} if len(desks) <= FEW_DESKS else set()
    return [
        RailList(
            page,
            label("all_of").format(name=name) if (name := label(page)).casefold() in taken else name,
            _KEYS.get(page, ""),
            also,
            page == ALWAYS or not person.has_account or not own.isdisjoint(_DESKS.get(page, (page,))),
        )
        for page, also in (*_ALSO.items(), *listed, *_LAST.items())
        if rights.may_reach(person, f"console.{page}") and _OPTED.get(page, always)(options)
    ]
