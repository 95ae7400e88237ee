"""Dated parameters: what is in force on a day, what is refused, and which files are not believed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import cases

from declarations import parameters
from declarations.parameters import BadParameter, NoValue, UnknownParameter
from declarations.parameters.changing import SANDBOX_ONLY
from declarations.parameters.tables import SHAPES, shape_of
from tests.tables import each

LAW = parameters.load()


def test_only_a_cumulative_parameter_is_made_up_of_several_values():
    law = parameters.load()
    assert len(law.parameter("modes.pilot_area").values_begun_by(date(2019, 1, 1))) == 3
    with pytest.raises(TypeError, match="only one value is in force"):
        law.parameter("limits.annual").values_begun_by(date(2019, 1, 1))


def test_each_change_of_the_law_has_a_case_for_both_its_sides():
    result = {(case["name"], day) for param in cases("parameters") for case in param.values for day in case["values"]}
    changes = {
        (parameter.name, side.isoformat())
        for parameter in parameters.describe()
        for value in parameter.values[1:]
        for side in (value.since - timedelta(days=1), value.since)
    }
    assert not changes - result, "add them to tests/law/tables/parameters/boundaries.toml"


def test_a_value_has_a_permanent_name():
    value = LAW.on("limits.annual", date(2026, 6, 1))
    assert value.id == "limits.annual@2019-01-01"
    assert LAW.value(value.id) is value


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownParameter, match=r"did you mean limits\.annual\?"):
        LAW.on("limits.anual", date(2026, 6, 1))


@each(
    ("name", "kind"),
    [
        ("limits.annual", "text"),
        ("limits.annual", "table"),
        ("limits.method", "amount"),
        ("parcel.rates", "amount"),
    ],
)
def test_a_value_is_read_as_what_it_is(name, kind):
    with pytest.raises(TypeError, match=name):
        getattr(LAW.on(name, date(2026, 6, 1)), kind)


def test_every_table_of_the_law_has_a_shape_that_each_of_its_values_fits():
    for parameter in LAW.describe():
        for value in parameter.values if parameter.unit == "table" else ():
            assert value.table_as(shape_of(parameter.name)) is value.table_as(shape_of(parameter.name)), value.id


def test_every_shape_is_that_of_a_table():
    names = [parameter.name for parameter in LAW.describe() if parameter.unit == "table"]
    names.append(f"{SANDBOX_ONLY}x")
    assert [pattern for pattern in SHAPES if not any(fnmatchcase(name, pattern) for name in names)] == []


@each(
    ("table", "complaint"),
    [
        ('by = ["hand"]', "missing required field `most`"),
        ('by = ["hand"]\nmost = 2.5', r"Expected `int`, got `decimal` - at `\$\.most`"),
        ('by = "hand"\nmost = 2', r"Expected `array`, got `str` - at `\$\.by`"),
        ('by = ["hand"]\nmost = 2\nleast = 1', "unknown field `least`"),
    ],
)
def test_a_table_of_another_shape_is_refused_when_its_file_is_read(tmp_path, table, complaint):
    text = (Path(parameters.__file__).parent / "batches" / "opening.toml").read_text("utf-8")
    (tmp_path / "batches").mkdir(exist_ok=True)
    (tmp_path / "batches" / "opening.toml").write_text(f"{text.partition('[value.table]')[0]}[value.table]\n{table}\n")
    with pytest.raises(BadParameter, match=f"opening.toml: value 1: .*{complaint}"):
        parameters.load(tmp_path)


def test_a_table_without_a_shape_is_refused_when_its_file_is_read(tmp_path):
    text = (Path(parameters.__file__).parent / "batches" / "opening.toml").read_text("utf-8")
    (tmp_path / "shapeless.toml").write_text(text, "utf-8")
    with pytest.raises(
        BadParameter, match=r"shapeless.toml: value 1: .*tables/__init__.py has no shape of 'shapeless'"
    ):
        parameters.load(tmp_path)


def test_the_reference_lists_every_parameter_once_with_both_titles():
    listed = parameters.describe()
    assert [parameter.name for parameter in listed] == sorted({parameter.name for parameter in listed})
    assert len(listed) >= 60
    for parameter in listed:
        assert parameter.title and parameter.title_en and parameter.values
        assert all(value.source for value in parameter.values)


LAW_OF_ONE = """
title = "限值"
title_en = "A limit"
unit = "CNY"

[[value]]
since = 2016-04-08
amount = 2000
source = "财关税〔2016〕18号"
confidence = "C"
{first}
[[value]]
since = 2019-01-01
amount = 5000
source = "财关税〔2018〕49号"
confidence = "C"
{second}
"""


def law_of(folder, text):
    (folder / "limits").mkdir(parents=True, exist_ok=True)
    (folder / "limits" / "one.toml").write_text(text, encoding="utf-8")
    return parameters.load(folder)


def test_a_file_becomes_a_parameter_named_by_its_path(tmp_path):
    law = law_of(tmp_path, LAW_OF_ONE.format(first="", second='note = "只有一件"\nnote_en = "one only"'))
    value = law.on("limits.one", date(2019, 1, 1))
    assert (value.amount, value.source, value.confidence, value.note) == (
        Decimal(5000),
        "财关税〔2018〕49号",
        "C",
        "只有一件",
    )


def test_an_ended_value_leaves_a_gap_that_refuses(tmp_path):
    law = law_of(tmp_path, LAW_OF_ONE.format(first="until = 2018-06-30", second=""))
    assert law.on("limits.one", date(2018, 6, 30)).amount == 2000
    with pytest.raises(NoValue, match=r"limits\.one on 2018-07-01"):
        law.on("limits.one", date(2018, 7, 1))


def test_values_that_end_soon_and_are_not_followed_are_reported(tmp_path):
    law = law_of(tmp_path, LAW_OF_ONE.format(first="until = 2018-12-31", second="until = 2027-12-31"))
    ends = date(2027, 12, 31)
    assert [value.id for value in law.expiring(ends - timedelta(days=30), 30)] == ["limits.one@2019-01-01"]
    assert law.expiring(ends - timedelta(days=31), 30) == ()
    assert law.expiring(ends + timedelta(days=1), 30) == ()
    assert law.expiring(date(2018, 12, 1), 60) == (), "the value of 2019 follows without a gap"


GOOD = LAW_OF_ONE.format(first="", second="")
BAD = [
    ("not TOML", GOOD + "= 1", "not TOML"),
    ("no title", GOOD.replace('title = "限值"', ""), "file: title is missing"),
    ("no English title", GOOD.replace('title_en = "A limit"', ""), "file: title_en is missing"),
    ("an unknown key", 'titel = "x"\n' + GOOD, "unknown key 'titel'"),
    ("an unknown key of a value", GOOD + 'form = "x"', "value 2: unknown key 'form'"),
    ("an unknown unit", GOOD.replace('"CNY"', '"yuan"'), "unit 'yuan' is none of"),
    ("no value", 'value = []\ntitle = "a"\ntitle_en = "a"\nunit = "CNY"', r"no \[\[value\]\]"),
    ("values that are no tables", 'value = [1]\ntitle = "a"\ntitle_en = "a"\nunit = "CNY"', "value 1 is not a table"),
    ("no source", GOOD.replace('source = "财关税〔2016〕18号"', ""), "value 1: source is missing"),
    ("an empty source", GOOD.replace('"财关税〔2016〕18号"', '" "'), "value 1: source is empty"),
    ("no confidence", GOOD.replace('confidence = "C"', "", 1), "value 1: confidence is missing"),
    ("an unknown confidence", GOOD.replace('confidence = "C"', 'confidence = "A"', 1), "confidence 'A' is none of"),
    ("no first day", GOOD.replace("since = 2016-04-08", ""), "value 1: since is missing"),
    ("a day as text", GOOD.replace("2016-04-08", '"2016-04-08"'), "since must be date"),
    ("a day with a time", GOOD.replace("2016-04-08", "2016-04-08T00:00:00"), "since must be date"),
    ("values out of order", GOOD.replace("2019-01-01", "2015-01-01"), "does not follow 2016-04-08"),
    ("two values of one day", GOOD.replace("2019-01-01", "2016-04-08"), "does not follow 2016-04-08"),
    ("an end before the beginning", GOOD + "until = 2018-12-31", "lies before since"),
    ("an end in the next value", LAW_OF_ONE.format(first="until = 2019-01-01", second=""), "reaches into the value"),
    ("no amount", GOOD.replace("amount = 2000", ""), "exactly one of amount, text, table is needed, not 0"),
    ("an amount and a text", GOOD + 'text = "x"', "exactly one of amount, text, table is needed, not 2"),
    ("a text for an amount", GOOD.replace("amount = 5000", 'text = "x"'), "the unit asks for amount"),
    ("an amount for a text", GOOD.replace('"CNY"', '"text"'), "the unit asks for text"),
    ("an amount in quotes", GOOD.replace("amount = 5000", 'amount = "5000"'), "amount must be decimal"),
    ("an amount that is no number", GOOD.replace("amount = 5000", "amount = nan"), "amount NaN is no number"),
    ("a truth value as amount", GOOD.replace("amount = 5000", "amount = true"), "amount must be decimal"),
    ("a source younger than its effect", GOOD + "issued = 2019-01-02", "retroactive = true must come together"),
    ("retroactive without reason", GOOD + "retroactive = true", "retroactive = true must come together"),
]


@pytest.mark.parametrize(("text", "complaint"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_file_is_refused_by_name(tmp_path, text, complaint):
    with pytest.raises(BadParameter, match=complaint) as refused:
        law_of(tmp_path, text)
    assert "limits/one.toml" in str(refused.value)


def test_a_law_may_reach_back_if_it_says_so(tmp_path):
    law = law_of(tmp_path, GOOD + "issued = 2019-03-01\nretroactive = true")
    assert law.on("limits.one", date(2019, 1, 1)).issued == date(2019, 3, 1)


@given(st.sampled_from(parameters.describe()), st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_a_day_has_one_value_or_none(parameter, day):
    holding = [value for value in parameter.values if value.since <= day and (value.until or date.max) >= day]
    try:
        result = parameter.on(day)
    except NoValue:
        assert not holding
    else:
        assert result is holding[-1]
