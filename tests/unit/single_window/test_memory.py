"""Memory that messages took is given back: what large ones held, the names they used, what was refused of them."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from serving_http import Client

from schemas.parsing import parse
from single_window.intake.reading import read_body
from single_window.intake.released_memory import LARGE_BYTES, release_memory
from tests.tables import each

CEB = "http://www.chinaport.gov.cn/ceb"
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


@pytest.mark.long
def test_names_that_were_never_used_before_do_not_stay() -> None:
    names = 50_000
    before = held()
    for number in range(20):
        line = "".join(f"<name_{number}_{count}_that_nobody_used/>" for count in range(names))
        assert len(parse(f"<lines>{line}</lines>".encode())) == names
    assert held() < before + ROOM_MEGABYTES


@pytest.fixture
def traced() -> Iterator[None]:
    """Memory is counted, and Python does not search for cycles: what is free is what nobody holds."""
    gc.disable()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.enable()


@pytest.mark.long
@each(
    ("method", "path", "kind", "begin", "end", "status"),
    [
        ("POST", "/messages", "application/xml", "<a>", "</a>", 422),
        ("POST", "/messages", "application/xml", "<CEB621>", "</CEB621>", 422),
        ("POST", "/messages", "application/xml", "<ceb:Order xmlns:ceb='n'>", "</ceb:Order>", 422),
        ("POST", "/messages", "application/xml", "<ceb:CEB311Message xmlns:ceb='n'>", "</ceb:CEB311Message>", 422),
        (
            "POST",
            "/messages",
            "application/xml",
            f"<CEB311Message xmlns='{CEB}'><Payment>",
            "</Payment></CEB311Message>",
            422,
        ),
        ("POST", "/messages", "application/xml", "<a>", "", 400),
        ("POST", "/messages", "application/json", '{"data": "', '"}', 400),
        ("POST", "/no-such", "application/json", "{", "}", 404),
        ("POST", "/state", "application/json", "{", "}", 405),
        ("POST", "/sandboxes", "application/json", "{", "", 400),
        ("POST", "/sandboxes", "application/json", '{"unknown": "', '"}', 400),
        ("PUT", "/sandboxes/none/clock", "application/json", '{"mode": "real"', "}", 404),
    ],
)
def test_what_is_refused_is_free_once_it_is_answered(
    client: Client, traced: None, method: str, path: str, kind: str, begin: str, end: str, status: int
) -> None:
    size, calls = 50_000, 8
    body = begin.encode() + b" " * size + end.encode()

    def call() -> int:
        return client.call(method, f"/api/v1{path}", body, Content_Type=kind).status

    assert call() == status
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(calls):
        call()
    after, _ = tracemalloc.get_traced_memory()
    assert after - before < calls * size / 2


def test_any_size_may_be_given() -> None:
    for size in (0, LARGE_BYTES, LARGE_BYTES + 1):
        release_memory(size)
