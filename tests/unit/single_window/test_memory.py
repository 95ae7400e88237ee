"""Memory that a large message took is given back; small ones are not worth the call."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from single_window.intake.reading import read_body
from single_window.intake.released_memory import LARGE_BYTES, release_memory

LINES = b"<ceb:OrderList/>"
ROOM_MEGABYTES = 60


def held() -> int:
    """Megabytes that this process holds."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


@pytest.mark.long
def test_what_a_large_message_took_is_given_back() -> None:
    large = (
        b'<ceb:CEB311Message xmlns:ceb="http://www.chinaport.gov.cn/ceb" guid="G" version="1.0">'
        + LINES * 500_000
        + b"</ceb:CEB311Message>"
    )
    read_body(large, date(2026, 11, 20), {}, 20_000_000)
    before = held()
    for _ in range(3):
        read_body(large, date(2026, 11, 20), {}, 20_000_000)
    assert held() < before + ROOM_MEGABYTES


def test_any_size_may_be_given() -> None:
    for size in (0, LARGE_BYTES, LARGE_BYTES + 1):
        release_memory(size)
