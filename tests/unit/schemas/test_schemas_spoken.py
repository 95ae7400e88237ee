"""What an element says is what its schema makes of it: defaults of empty elements, white space collapsed."""

from __future__ import annotations

from golden import sample_text
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogue import names
from schemas.elements import collapse
from schemas.reading import open_message, read
from tests.tables import each


def changed_head(
    code: str, changes: dict[str, str], edition: str = "2022-05"
) -> tuple[dict[str, str | None], list[str]]:
    """The head of a sample with some elements changed, and the codes of its findings."""
    text = sample_text(f"CEB{code}Message")
    for name, value in changes.items():
        before, start, rest = text.partition(f"<ceb:{name}>")
        assert start, name
        text = f"{before}{start}{value}{rest[rest.index('<') :]}"
    message = read(open_message(text.encode()), edition)
    head = message.blocks[0].head if message.blocks else ()
    return dict(zip(names(code, edition)[0], head, strict=False)), [finding.code for finding in message.findings]


@each(
    ("code", "name", "edition", "default"),
    [
        ("303", "appStatus", "2022-05", "1"),
        ("303", "appStatus", "2018", "2"),
        ("303", "freight", "2022-05", "0"),
        ("303", "freight", "2018", "0"),
        ("403", "appStatus", "2022-05", "1"),
        ("403", "appStatus", "2018", "2"),
        ("505", "appStatus", "2022-05", "2"),
        ("505", "appStatus", "2018", "2"),
        ("507", "appStatus", "2022-05", "1"),
        ("507", "appStatus", "2018", "1"),
        ("701", "appStatus", "2022-05", "2"),
        ("701", "appStatus", "2018", "2"),
        ("603", "fFlag", "2022-05", "3"),
        ("603", "iFlag", "2022-05", "3"),
        ("311", "currency", "2022-05", "142"),
    ],
)
def test_an_empty_element_says_its_default(code: str, name: str, edition: str, default: str) -> None:
    head, findings = changed_head(code, {name: ""}, edition)
    assert findings == [] and head[name] == default


def test_without_a_default_an_empty_element_of_fixed_length_is_refused() -> None:
    assert changed_head("603", {"appStatus": ""})[1] == ["empty"]
    assert changed_head("603", {"fFlag": ""}, "2018")[1] == ["empty"]


@each(
    ("edition", "text", "expected"),
    [
        ("2022-05", " 5 ", "5"),
        ("2022-05", "\n5\t", "5"),
        ("2022-05", " ", "empty"),
        ("2022-05", "55", "wrong-length"),
        ("2018", " ", " "),
        ("2018", " 5 ", "wrong-length"),
    ],
)
def test_white_space_counts_in_2018_only(edition: str, text: str, expected: str) -> None:
    head, findings = changed_head("603", {"trafMode": text}, edition)
    assert (findings or [head["trafMode"]]) == [expected]


def test_the_flags_of_freight_and_insurance_are_free_in_2018() -> None:
    assert changed_head("603", {"fFlag": "1", "iFlag": "2"}, "2018")[1] == []
    assert changed_head("603", {"fFlag": "1", "iFlag": "2"})[1] == ["not-fixed", "not-fixed"]
    assert changed_head("603", {"fFlag": "12"}, "2018")[1] == ["wrong-length"]


@each("code", ["213", "215"])
def test_a_message_that_an_edition_does_not_know_is_refused_in_plain_words(code: str) -> None:
    body = sample_text(f"CEB{code}Message").encode()
    message = read(open_message(body), "2018")
    (finding,) = message.findings
    assert finding.code == "not-in-edition" and (finding.expected, finding.found) == ("2022-05", "2018")
    assert f"CEB{code}Message" in finding.zh and "2018" in finding.en and "2022-05" in finding.remedy_zh
    assert message.blocks == () and message.transfer.dxp_id
    assert read(open_message(body)).findings == ()


@given(st.text("ab \t\n\r\u00a0\u3000", max_size=12))
def test_collapsing_twice_is_collapsing_once(text: str) -> None:
    once = collapse(text)
    assert collapse(once) == once and once.strip(" \t\r\n") == once
    assert [part for part in once if part not in " "] == [part for part in text if part not in " \t\n\r"]
