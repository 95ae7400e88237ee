"""The export schemas of 2018 and of 2022-05 differ in what the table of differences says, and in nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from composing import table

from schemas.catalogue import by_code, entries, layout
from schemas.elements import ElementField
from tests.tables import each

TABLE = table("differences.toml")
EXPORT = [entry.code for entry in entries() if entry.flow == "export" and entry.code not in TABLE["new_messages"]]


def fields(code: str, edition: str) -> dict[tuple[str, str], ElementField]:
    return {
        (part, field.name): field
        for part, fields in zip(("head", "line"), layout(code, edition), strict=True)
        for field in fields
    }


def expected(code: str, new: ElementField) -> ElementField:
    """What the table makes of a field of 2022-05 in the edition of 2018."""
    old = new._replace(collapsed=False)
    assert new.collapsed is (new.name in TABLE["collapsed"].get(code, ()))
    if code in TABLE["least_one"] and new.required and new.type.startswith("C.."):
        old = old._replace(type=f"C1{new.type[1:]}")
    for row in TABLE["element"]:
        if new.name == row["name"] and code in row["messages"]:
            assert new.type == row["in_2022_05"]
            old = old._replace(type=row["in_2018"])
    for row in TABLE["rule"]:
        if new.name == row["name"] and code in row["messages"]:
            assert (getattr(new, row["rule"]) or "") == row["in_2022_05"]
            old = old._replace(**{row["rule"]: row["in_2018"] or None})
    return old


@each("code", EXPORT)
def test_an_export_message_of_2018_is_what_the_table_makes_of_it(code: str) -> None:
    old, new = fields(code, "2018"), fields(code, "2022-05")
    added = set(TABLE["new_elements"].get(code, ()))
    assert {name for _, name in new.keys() - old.keys()} == added and not old.keys() - new.keys()
    assert old == {place: expected(code, field) for place, field in new.items() if place[1] not in added}


def elements_named() -> Iterator[tuple[str, str]]:
    for difference in (*TABLE["element"], *TABLE["rule"]):
        yield from ((code, difference["name"]) for code in difference["messages"])
    for part in (TABLE["collapsed"], TABLE["new_elements"]):
        yield from ((code, name) for code, names in part.items() for name in names)


@each(("code", "name"), list(elements_named()))
def test_the_table_speaks_of_elements_that_exist(code: str, name: str) -> None:
    assert any(name == field.name for part in layout(code) for field in part)


@each("code", TABLE["new_messages"])
def test_what_is_new_in_2022_has_no_schema_of_2018(code: str) -> None:
    assert by_code(code).editions == ("2022-05",)
    with pytest.raises(LookupError, match="only in 2022-05"):
        layout(code, "2018")
