"""Origins and offices of a risk profile: typed by codes, by names, or by both; shown with names beside the codes."""

from __future__ import annotations

from single_window.cases.profiles.rule_words import NAMED, OFFERED, fields_of, typed_codes
from tests.tables import each

TYPED = (
    ("116 133", "116 133"),
    ("116, 133", "116 133"),
    ("Japan, germany", "116 304"),
    ("日本、德国", "116 304"),
    ("116 Japan, 304 Germany", "116 304"),
    ("116 日本，133", "116 133"),
    ("116 Atlantis", "116 Atlantis"),
    ("Atlantis", "Atlantis"),
    ("", ""),
)


@each(("typed", "codes"), TYPED)
def test_names_and_codes_come_to_codes_and_what_is_neither_stays(typed: str, codes: str) -> None:
    assert typed_codes("origins", typed) == codes


@each("language", ["zh", "en"])
def test_what_a_form_shows_is_read_again_as_the_same_codes(language: str) -> None:
    rule = {"origins": ["116", "133"], "offices": ["4240", "4258"]}
    shown = fields_of(rule, language)
    assert "116 " in shown["origins"] and shown["origins"] != "116 133", "names stand beside codes"
    assert {name: typed_codes(name, shown[name]).split() for name in rule} == rule


@each("language", ["zh", "en"])
def test_every_offered_name_is_read_as_its_code(language: str) -> None:
    for name in OFFERED:
        for row in NAMED[name]:
            shown = fields_of({name: [row.code]}, language)[name]
            assert typed_codes(name, shown) == row.code, shown
