"""Names of companies in rows: what tells them apart."""

from __future__ import annotations

from single_window.language.company_names import short_name
from tests.tables import each


@each(
    ("name", "short"),
    [
        ("青岛洋泽汇国际贸易有限公司（模拟）", "青岛洋泽汇"),
        ("青岛新悦进出口贸易股份有限公司", "青岛新悦"),
        ("海燕", "海燕"),
        ("有限公司", "有限公司"),
        ("ACME Ltd", "ACME Ltd"),
        ("", ""),
    ],
)
def test_a_row_shows_a_name_without_its_form(name: str, short: str) -> None:
    assert short_name(name) == short
