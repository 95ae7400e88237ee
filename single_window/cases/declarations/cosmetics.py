"""Cosmetics whose net content cannot be read: of each such line an officer decides whether it is high-end, beside the
tax of the list either way. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from declarations.money import amount_text
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.tax.consumption import HIGH_END, NO_CONTENT, OTHER
from gateways.customs.review import CONCLUDES
from single_window.cases.declarations.revaluing import COSMETICS, listed_goods
from single_window.frame.decision_kinds import Requested
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.subjects import reasons_of

CHOICES = (HIGH_END, OTHER)


class CosmeticChoice(NamedTuple):
    """What may be decided of a line, and the tax of the whole list then, the other lines being high-end."""

    name: str
    words: Words
    tax: str


class CosmeticLine(NamedTuple):
    """A line of cosmetics without a readable net content."""

    gnum: str
    name: str
    model: str
    choices: Sequence[CosmeticChoice]


def waiting_lines(reasons: Sequence[Reason]) -> tuple[str, ...]:
    """Return the numbers of the lines of which an officer must decide."""
    return tuple(reason.values["gnum"] for reason in reasons if reason.rule == NO_CONTENT)


def are_needed(action: str, reasons: Sequence[Reason]) -> bool:
    """True if an act of a list that waits for these reasons must decide of cosmetics."""
    return action in CONCLUDES and bool(waiting_lines(reasons))


def form_of(connection: Connection, sandbox: str, declaration_id: int) -> tuple[CosmeticLine, ...]:
    """The lines of a list to decide of, with the taxes beside each other; empty where nothing can be assessed."""
    return form_of_lines(
        connection, sandbox, declaration_id, waiting_lines(reasons_of(connection, sandbox, declaration_id))
    )


def form_of_lines(
    connection: Connection, sandbox: str, declaration_id: int, waiting: Sequence[str]
) -> tuple[CosmeticLine, ...]:
    """These lines of a list, with the taxes beside each other; empty where nothing can be assessed."""
    if not waiting:
        return ()
    try:
        listed = listed_goods(connection, sandbox, declaration_id)
        taxes = {
            (gnum, name): listed._replace(cosmetics={int(gnum): name == HIGH_END}).assess().total
            for gnum in waiting
            for name in CHOICES
        }
    except (Refusal, NoValue):
        return ()
    named = {str(line.gnum): line for line in listed.facts.lines}
    return tuple(
        CosmeticLine(
            gnum,
            named[gnum].gname,
            named[gnum].gmodel,
            [CosmeticChoice(name, _words(name), amount_text(taxes[gnum, name])) for name in CHOICES],
        )
        for gnum in waiting
        if gnum in named
    )


def values_of(requested: Requested, lines: Collection[str]) -> Mapping[str, str]:
    """What a decision says of each of these lines; raises `Refusal` where it says nothing of one, or nonsense."""
    given = requested.values.get(COSMETICS)
    said = given if isinstance(given, Mapping) else {}
    undecided = [gnum for gnum in lines if said.get(gnum) not in CHOICES]
    if undecided:
        raise Refusal("cosmetics_undecided", lines=", ".join(undecided), known=", ".join(CHOICES))
    return {gnum: str(said[gnum]) for gnum in lines}


def sum_up(values: Mapping[str, Any]) -> str:
    """What the values of a decision say of each line, as the declarant reads it and the log keeps it."""
    chosen, words = values.get(COSMETICS, {}), phrases.phrase("label", "cosmetic_of_line")
    lines = sorted(chosen, key=lambda gnum: (len(gnum), gnum))
    return "，".join(words.filled(line=gnum, what=_words(chosen[gnum])).zh for gnum in lines)


def _words(name: str) -> Words:
    return phrases.phrase("cosmetic", name)
