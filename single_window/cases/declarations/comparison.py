"""The documents of one trade side by side, differing values first, for imports and exports.

The differences are findings of customs' comparison; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from declarations.money import SCALE, amount_text, decimal_of, round_to_fen, scaled_of
from declarations.parameters import Parameters
from declarations.reasons import Reason
from schemas import codes
from single_window.cases.declarations.parts import ComparedValue, Evidence
from single_window.language import phrases
from single_window.language.words import Words

MAX_LINES = 50
"""Maximum number of goods lines shown on a page; the findings cover all lines."""
_WHOLE = frozenset({"pack_no"})
_MEASURED = ("qty", "price")
YUAN = "142"
"""The currency of lines that have none: those of imports."""


class Field(NamedTuple):
    """A compared value: its name, its element in each document (a second element after a space is appended, such as a
    currency or company name), and the rules that compare it."""

    name: str
    elements: tuple[str, ...]
    rules: tuple[str, ...] = ()


class Layout(NamedTuple):
    """The comparison of the documents of a flow.

    `kinds` are the columns: the list, its order, then the others. `lines_rules` are the rules that compare goods lines.
    `same(name, line of the list, line of the order)` returns whether one value of two lines agrees.
    """

    kinds: tuple[str, ...]
    fields: tuple[Field, ...]
    lines_rules: frozenset[str]
    same: Callable[[str, Any, Any], bool]


LINE = ("item", "qty", "price")
"""The compared values of a goods line."""


def compare_facts(
    layout: Layout,
    facts: Mapping[str, Any],
    wanted: Iterable[str],
    against: Sequence[Reason],
    law: Parameters,
    **more: Any,
) -> Evidence:
    """Compare the documents in `facts` (by kind). `wanted` are the required kinds, `against` customs' findings, `more`
    further fields of `Evidence`."""
    present = [kind for kind in layout.kinds if kind in facts]
    rules = {reason.rule for reason in against}
    rows = sorted(
        [*_compare_heads(layout, facts, rules), *_compare_lines(layout, facts, rules)], key=lambda row: not row.differs
    )
    return Evidence(
        tuple((kind, phrases.phrase("role", kind)) for kind in present),
        tuple(
            ComparedValue(
                row.name,
                row.words,
                tuple(text for kind, text in zip(layout.kinds, row.texts, strict=True) if kind in facts),
                row.differs,
                row.measures,
            )
            for row in rows
        ),
        tuple(phrases.because(reason, law) for reason in against),
        tuple((kind, phrases.phrase("role", kind)) for kind in wanted if kind not in facts),
        **more,
    )


def _compare_heads(layout: Layout, facts: Mapping[str, Any], rules: Set[str]) -> Iterator[ComparedValue]:
    for field in layout.fields:
        texts = tuple(
            _text_of(facts.get(kind), element) for kind, element in zip(layout.kinds, field.elements, strict=True)
        )
        if any(texts):
            # a rule may compare two values, one of which agrees
            differs = not rules.isdisjoint(field.rules) and len(set(filter(None, texts))) > 1
            yield ComparedValue(field.name, phrases.phrase("compared", field.name), texts, differs)


def _compare_lines(layout: Layout, facts: Mapping[str, Any], rules: Set[str]) -> Iterator[ComparedValue]:
    of_both = (facts[kind].lines if kind in facts else () for kind in layout.kinds[:2])
    listed, ordered = ({line.gnum: line for line in lines} for lines in of_both)
    numbers = sorted(listed.keys() | ordered.keys())
    against = not layout.lines_rules.isdisjoint(rules)
    alone = ("",) * (len(layout.kinds) - 2)
    for number in numbers[:MAX_LINES]:
        pair = listed.get(number), ordered.get(number)
        for name in LINE:
            phrase = phrases.phrase("compared", name)
            differs = against and (name == LINE[0] if None in pair else not layout.same(name, *pair))
            yield ComparedValue(
                f"{name} {number}",
                Words(f"{phrase.zh} {number}", f"{phrase.en} {number}"),
                (*(_goods_text(line, name) for line in pair), *alone),
                differs,
                tuple(_measure_text(line, name) for line in pair) if name in _MEASURED else (),
            )


def _text_of(facts: Any, element: str) -> str:
    """Return a value of a document as text, with its second element (see `Field`)."""
    if facts is None or not element:
        return ""
    if element == "#lines":
        return str(len(facts.lines))
    if element == "#value":
        return _sum_texts(facts)
    name, _, second = element.partition(" ")
    content = getattr(facts, name)
    text = content if isinstance(content, str) else str(content) if name in _WHOLE else amount_text(content)
    return f"{text} {getattr(facts, second)}".strip() if second and text else text


def _sum_texts(listed: Any) -> str:
    """Return the total value of a list's goods, by currency."""
    sums: dict[str, int] = {}
    for line in listed.lines:
        sums[line.currency] = sums.get(line.currency, 0) + line.total_price
    return " + ".join(f"{amount_text(amount)} {currency}" for currency, amount in sums.items())


def _goods_text(line: Any, name: str) -> str:
    if line is None:
        return ""
    if name == "item":
        goods_name = getattr(line, "item_name", "") or getattr(line, "gname", "")
        return " ".join(filter(None, (line.item_no, getattr(line, "gcode", ""), goods_name)))
    if name == "qty":
        return f"{amount_text(line.qty)} {line.unit}"
    return f"{amount_text(line.total_price)} {getattr(line, 'currency', YUAN)}"


def _measure_text(line: Any, name: str) -> Words:
    """Return the unit of a quantity; of a price its currency, and what that makes for one of several units."""
    if line is None:
        return Words("", "")
    unit, currency = _named(codes.units, line.unit), _named(codes.currencies, getattr(line, "currency", YUAN))
    if name == "qty":
        return unit
    if not unit.zh or not currency.zh or line.qty in (0, SCALE):
        return currency
    each = amount_text(scaled_of(round_to_fen(decimal_of(line.total_price) * SCALE / line.qty)))
    return Words(f"{currency.zh}（每{unit.zh}{each}）", f"{currency.en} ({each} a {unit.en})")


def _named(table: codes.CodeTable, code: str) -> Words:
    value = table.get(code)
    return Words(value.zh, value.en or value.zh) if value else Words("", "")
