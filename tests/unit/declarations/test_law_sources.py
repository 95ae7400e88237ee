"""Where the law comes from: references resolve, sources are used, and an act is cited only while it is in force."""

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


def not_in_force(value: Value, last: date) -> Iterator[str]:
    """The acts behind a value that are not in force on each of its days. A value that is as old as anyone knows, or
    retroactive, may begin before its acts."""
    early = value.since == date.min or (value.issued is not None and value.issued > value.since)
    for source in (law.all_sources()[name] for name in value.ref):
        if source.first_day is not None and source.first_day > value.since and not early:
            yield f"{source.id} is in force only from {source.first_day} on"
        if source.repealed is not None and source.repealed <= last:
            yield f"{source.id} was replaced on {source.repealed} by {source.repealed_by}"


def last_day(value: Value, following: Value | None) -> date:
    """The last day on which a value applies."""
    return value.until or (following.since - timedelta(days=1) if following else date.max)


def test_the_sources_of_a_value_are_in_force_on_every_day_on_which_it_applies() -> None:
    wrong = {
        value.id: complaints
        for parameter in describe()
        for value, following in zip_longest(parameter.values, parameter.values[1:])
        if (complaints := list(not_in_force(value, last_day(value, following))))
    }
    assert wrong == {}


def test_the_acts_that_rows_of_goods_and_rates_name_are_in_force_on_every_day_of_them() -> None:
    rows = [(row.source, row.since, row.until) for row in rates.load_rates().all_rows()]
    rows += [(row.source, row.listed_since, row.listed_until) for row in goods.load()]
    acts = [source for source in law.all_sources().values() if source.kind == law.ACT]
    wrong = {
        (text, since, source.id)
        for text, since, until in rows
        for source in acts
        if law.cites(text, source)
        and (
            (source.repealed is not None and source.repealed <= (until or date.max))
            or (source.first_day is not None and source.first_day > since)
        )
    }
    assert wrong == set()


def test_the_check_finds_an_act_that_is_not_in_force() -> None:
    cited = Value("x", date(2016, 4, 8), None, "", "", Confidence.KNOWN, ref=("gacc2016-26",))
    assert list(not_in_force(cited, date.max)) and not list(not_in_force(cited, date(2018, 12, 31)))
    later = Value("x", date(2019, 1, 1), None, "", "", Confidence.KNOWN, ref=("gacc2016-26", "gacc2018-194"))
    assert list(not_in_force(later, date.max))
    early = Value("x", date(2015, 1, 1), date(2015, 12, 31), "", "", Confidence.KNOWN, ref=("sta2015-2",))
    assert list(not_in_force(early, date(2015, 12, 31)))


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
