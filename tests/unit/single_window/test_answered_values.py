"""What a declarant names in an answer stands beside his documents; words that name nothing do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from single_window.cases.declarations.answered_values import contradicts, with_answer
from single_window.cases.declarations.parts import ComparedValue, Evidence
from single_window.language.words import Words
from single_window.store.questions import Question
from tests.tables import each

ROWS = (
    ComparedValue("ebc_code", Words("电商企业", "merchant"), ("1", "2"), True),
    ComparedValue("freight", Words("运费", "freight"), ("10.00", "10.00"), False),
    ComparedValue("gross_weight", Words("毛重（千克）", "gross weight (kg)"), ("0.9", ""), False),
    ComparedValue("price 1", Words("总价与币制 1", "price and currency 1"), ("1.00 142", "1.00 142"), False),
)
EVIDENCE = Evidence((("inventory", Words("清单", "list")), ("order", Words("订单", "order"))), ROWS, (), ())


def asked(*answers: str) -> list[Question]:
    """Questions about a list, newest first, each with an answer or without."""
    made: Any = [Question(*[None] * len(Question._fields))._replace(answer=text) for text in answers]  # type: ignore[call-arg]
    return list(made)


def named(*answers: str) -> dict[str, str]:
    rows = with_answer(EVIDENCE, asked(*answers)).rows
    return {row.name: row.texts[2] for row in rows if row.answered}


@each(
    ("answer", "expected"),
    [
        ("运费：12.00", {"freight": "12.00"}),
        ("说明如下：\n运费: 12.00；\n- 毛重：0.95", {"freight": "12.00", "gross_weight": "0.95"}),
        ("Freight: 12.00", {"freight": "12.00"}),
        ("grossWeight: 0.95\ngross weight (kg): 0.96", {"gross_weight": "0.96"}),
        ("总价与币制1：2.00", {"price 1": "2.00"}),
        ("price 1: 2.00", {"price 1": "2.00"}),
        ("price 2: 2.00", {}),
        ("price: 2.00", {"price 1": "2.00"}),
        ("总价：2.00 CNY", {"price 1": "2.00 CNY"}),
        ("总价1：2.00", {"price 1": "2.00"}),
        ("附发票", {}),
        ("运费", {}),
        ("运费：", {}),
        ("实际运费：12.00", {}),
        ("电商企业：" + "x" * 500, {"ebc_code": "x" * 100}),
    ],
    ids=str,
)
def test_a_line_that_begins_with_a_name_names_its_value(answer: str, expected: dict[str, str]) -> None:
    assert named(answer) == expected


@each(
    ("value", "texts", "expected"),
    [
        ("12.00", ("10.00", "10.00"), True),
        ("10", ("10.00", "10.00"), False),
        ("10.00元", ("10.00", ""), False),
        ("1,000.00", ("1000.00",), False),
        ("约十元", ("10.00",), True),
        ("2.00", ("1.00 142", "1.00 142"), True),
        ("青岛示例支付", ("3702960003 青岛示例支付有限公司",), False),
        ("北京示例支付", ("3702960003 青岛示例支付有限公司",), True),
        ("12.00", ("", ""), False),
        ("", ("10.00",), False),
    ],
    ids=str,
)
def test_an_answer_may_contradict_the_documents(value: str, texts: tuple[str, ...], expected: bool) -> None:
    assert contradicts(value, texts) == expected


def test_a_value_that_contradicts_the_documents_differs() -> None:
    differing = {row.name for row in with_answer(EVIDENCE, asked("运费：12.00\n总价与币制1：1.00")).rows if row.differs}
    assert differing == {"ebc_code", "freight"}


def test_the_newest_answer_counts() -> None:
    assert named("", "运费：12.00", "运费：13.00") == {"freight": "12.00"}


def test_an_answer_that_names_nothing_has_no_column() -> None:
    assert with_answer(EVIDENCE, asked("附发票")) is EVIDENCE
    assert with_answer(EVIDENCE, ()) is EVIDENCE


def test_what_is_named_stands_in_sight_after_what_differs() -> None:
    shown = with_answer(EVIDENCE, asked("毛重：0.9"))
    assert [name for name, _ in shown.columns] == ["inventory", "order", "answer"]
    assert [row.name for row in shown.in_sight] == ["ebc_code", "gross_weight"]
    assert [row.name for row in shown.agreeing] == ["freight", "price 1"]
    assert all(len(row.texts) == 3 for row in shown.rows)


@each(
    ("questioned", "expected"),
    [((), {}), ((2,), {"price 2": "2.00"}), ((1, 2), {})],
    ids=["none", "one of them", "both"],
)
def test_of_several_lines_the_questioned_one_need_not_be_named(
    questioned: tuple[int, ...], expected: dict[str, str]
) -> None:
    one = ROWS[-1]
    lines = [replace(one, name=f"price {number}", questioned=number in questioned) for number in (1, 2)]
    rows = with_answer(replace(EVIDENCE, rows=tuple(lines)), asked("price: 2.00")).rows
    assert {row.name: row.texts[2] for row in rows if row.answered} == expected
