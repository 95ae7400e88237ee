"""Which goods codes can be of the tariff of a day: its headings and subheadings, not its national digits."""

from __future__ import annotations

from datetime import date

from declarations.goods.tariff import is_in_tariff
from tests.tables import each

IN_2015, IN_2019, IN_2026 = date(2015, 6, 1), date(2019, 6, 1), date(2026, 11, 30)


@each(
    ("gcode", "day", "known"),
    [
        ("3304990099", IN_2026, True),
        ("3304770000", IN_2026, False),  # no such subheading
        ("6109109999", IN_2026, True),  # what follows the subheading is national
        ("6109119999", IN_2026, False),
        ("8525801301", IN_2019, True),  # cameras, until HS 2022 divided them anew
        ("8525801301", IN_2026, False),
        ("8525891300", IN_2026, True),
        ("8525891300", IN_2019, True),  # a code of today on an earlier day, as the goods register has them
        ("8525991300", IN_2019, False),  # of no edition
        ("8525891300", IN_2015, True),  # how HS 2012 was divided is not known here: the heading is
        ("8524110000", IN_2026, True),
        ("8524110000", IN_2019, False),  # the whole heading is new
        ("8107200000", IN_2019, True),
        ("8107200000", IN_2026, False),  # the heading is gone
        ("3304000000", IN_2026, True),  # shortened to its heading
        ("3304990000", IN_2026, True),
        ("0501000010", IN_2026, True),  # a heading without subheadings
        ("9801000001", IN_2026, True),  # national chapter
        ("7701000000", IN_2026, False),
        ("8525801301", None, True),
        ("8525891300", None, True),
        ("3304770000", None, False),
    ],
)
def test_a_code_is_of_the_tariff_of_a_day(gcode: str, day: date | None, known: bool) -> None:
    assert is_in_tariff(gcode, day) is known
