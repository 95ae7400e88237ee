"""Where the law comes from: every reference resolves, every source is used, no value is older than its acts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

import pytest

from declarations import goods, law
from declarations.confidence import Confidence
from declarations.parameters import Value, describe, load
from declarations.refund import rates
from tests.tables import each

VALUES = [value for parameter in describe() for value in parameter.values]


def test_every_value_names_its_sources_and_all_of_them_are_known() -> None:
    assert [value.id for value in VALUES if not value.ref] == []
    assert sorted({name for value in VALUES for name in value.ref} - set(law.all_sources())) == []


def test_every_act_that_a_value_names_in_words_is_among_its_references() -> None:
    assert [
        (value.id, source.act)
        for value in VALUES
        for source in law.all_sources().values()
        if source.kind == law.ACT
        and "〔" in source.act
        and law.cites(value.source, source)
        and source.id not in value.ref
    ] == []


def test_no_source_in_words_is_an_internal_name() -> None:
    named = [
        (value.id, value.source)
        for value in VALUES
        if any(law.cites(value.source, source) for source in law.all_sources().values() if source.kind == law.SECONDARY)
    ]
    assert named == [], "pages that confirm a value stand in its ref"


def test_every_source_says_what_it_is_and_where_it_is_published() -> None:
    for source in law.all_sources().values():
        assert source.kind in law.KINDS and source.about and source.where, source
        assert bool(source.act) == (source.kind == law.ACT), source


def test_every_source_is_used() -> None:
    texts = [row.source for row in rates.load_rates().all_rows()] + [row.source for row in goods.load()]
    assert [
        source.id
        for source in law.all_sources().values()
        if not law.values_of(source) and not any(law.cites(text, source) for text in texts)
    ] == []


def may_begin(value: Value) -> bool:
    """Whether a value begins no earlier than one of its acts was issued; what is open, retroactive or known by its year
    or month only may."""
    if value.since == date.min or (value.issued is not None and value.issued > value.since) or "只知年" in value.note:
        return True
    issued = [law.all_sources()[name].issued for name in value.ref if law.all_sources()[name].kind == law.ACT]
    return not issued or any(day is None or day <= value.since for day in issued)


def test_no_value_begins_before_the_act_that_it_cites() -> None:
    assert [(value.id, value.source) for value in VALUES if not may_begin(value)] == []


def not_in_force(value: Value, next_since: date | None) -> Iterator[str]:
    """Acts behind a value that were repealed before it began, or while it holds, without what took their place."""
    for source in (law.all_sources()[name] for name in value.ref):
        while source.repealed is not None:
            if source.repealed <= value.since:
                yield f"{source.act} was out of force from {source.repealed} on"
                break
            ends = value.until or (next_since - timedelta(days=1) if next_since else date.max)
            if source.repealed > ends:
                break
            if source.repealed_by not in value.ref:
                yield f"{source.act} was replaced on {source.repealed} by {source.repealed_by}"
                break
            source = law.all_sources()[source.repealed_by]


def test_the_acts_behind_a_value_are_in_force_on_its_days() -> None:
    """A value of several acts in a row (清单2016、2018、2019年版) names each until the next takes its place."""
    wrong = {
        value.id: complaints
        for parameter in describe()
        for value, following in zip_longest(parameter.values, parameter.values[1:])
        if (complaints := list(not_in_force(value, following.since if following else None)))
    }
    assert wrong == {}


def test_the_check_finds_an_act_that_was_repealed() -> None:
    cited = Value("x", date(2016, 4, 8), None, "", "", Confidence.KNOWN, ref=("gacc2016-26",))
    assert list(not_in_force(cited, None)) and not list(not_in_force(cited, date(2019, 1, 1)))
    later = Value("x", date(2019, 1, 1), None, "", "", Confidence.KNOWN, ref=("gacc2016-26", "gacc2018-194"))
    assert list(not_in_force(later, None))


def test_what_repealed_an_act_is_a_source_and_our_confidence_in_it_is_given() -> None:
    for source in law.all_sources().values():
        known = (source.repealed is not None, source.repealed_by in law.all_sources(), bool(source.repeal_confidence))
        assert len(set(known)) == 1, source
        assert source.issued is None or source.repealed is None or source.issued < source.repealed, source


def test_a_bill_of_today_does_not_rest_on_the_act_of_2016() -> None:
    day = date(2026, 6, 1)
    names = [p.name for p in describe() if p.name.startswith(("collection.", "returns.", "law.", "limits."))]
    assert [name for name in names if "gacc2016-26" in load().on(name, day).ref] == []


@each("query", ["财关税〔2018〕49号", "财关税[2018]49号", "财关税（2018）49号", "cgs2018-49"])
def test_an_act_is_found_by_its_number_whatever_its_brackets_and_by_its_id(query: str) -> None:
    source = law.find_source(query)
    assert {value.id for value in law.values_of(source)} >= {
        "limits.annual@2019-01-01",
        "limits.single_transaction@2019-01-01",
        "limits.method@2019-01-01",
    }


def test_an_unknown_act_is_answered_with_the_nearest() -> None:
    with pytest.raises(law.UnknownSource, match="did you mean 财关税〔2018〕49号"):
        law.find_source("财关税〔2018〕94号")


def test_the_acts_of_taxes_at_import_are_those_of_imports() -> None:
    """Not those of consumption tax at home, which the refund of exports rests on."""
    of_import: list[Any] = [value for value in VALUES if value.name.startswith("consumption.")]
    assert of_import and not [value.id for value in of_import if {"cs2006-33", "cs2016-103"} & set(value.ref)]
    of_refund = {name for value in VALUES if value.name.startswith("refund.consumption.") for name in value.ref}
    assert {"cs2006-33", "cs2016-103"} <= of_refund
