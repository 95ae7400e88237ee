"""A message that its schema refuses is explained within limits of time and memory, by a process that may fail."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

import schemas
from schemas.answering import LENGTH, LENGTHS
from schemas.explainer import RESTART_ABOVE_KILOBYTES, ExplanationRequest, MessageExplanation, explain, serve
from schemas.opened import Opened
from schemas.reading import open_message
from schemas.validation import MAX_FINDINGS, MAX_LXML_FINDINGS, lxml_findings
from schemas.validation import explain as explain_here
from single_window.intake import explaining
from single_window.intake.explaining import SMALL_BYTES, Explainer
from single_window.intake.reading import read_body
from tests.databases import kept_open
from tests.tables import each

SAMPLE = (Path(schemas.__file__).parent / "samples" / "CEB311Message.xml").read_text("utf-8")
DAY = date(2026, 11, 20)
CUT = "explanation-cut-short"


def with_lines(count: int, line: str = "<ceb:OrderList/>") -> bytes:
    """A 311 with so many bad lines."""
    prefix = "ceb:" if "<ceb:OrderHead" in SAMPLE else ""
    return SAMPLE.replace(
        f"</{prefix}OrderHead>", f"</{prefix}OrderHead>" + line.replace("ceb:", prefix) * count, 1
    ).encode()


def large_message() -> Opened:
    """Much to read, little to report: above the size that is explained here, far from the limit of processor time."""
    line = f"<ceb:OrderList><ceb:itemDescribe>{'x' * (SMALL_BYTES // 10)}</ceb:itemDescribe></ceb:OrderList>"
    return open_message(with_lines(12, line))


def program(source: str) -> tuple[str, ...]:
    return (sys.executable, "-c", source)


@pytest.fixture
def explainer() -> Iterator[Explainer]:
    yield from kept_open(Explainer())


def test_the_process_reports_what_would_be_reported_here(explainer: Explainer) -> None:
    opened = open_message(with_lines(1_000))
    assert len(opened.business) < SMALL_BYTES
    large = large_message()
    assert len(large.business) > SMALL_BYTES
    assert explaining.explain(large, "2022-05", explainer)[:50] == tuple(explain_here(large))[:50]
    assert explaining.explain(large, "2022-05", explainer)[:50] == tuple(explain_here(large))[:50], "it serves again"


def test_a_dropped_transfer_is_dropped_there_too() -> None:
    start, end = SAMPLE.index("<ceb:BaseTransfer>"), SAMPLE.index("</ceb:BaseTransfer>") + len("</ceb:BaseTransfer>")
    twice = (SAMPLE[:end] + SAMPLE[start:end] + SAMPLE[end:]).replace("<ceb:goodsValue>", "<ceb:goodsValue>x").encode()
    kept, dropped = (explain(twice, ExplanationRequest("2022-05", drop)) for drop in (False, True))
    assert [finding.path for finding in dropped.findings] == [
        finding.path for finding in kept.findings if "BaseTransfer" not in finding.path
    ]
    assert len(dropped.findings) < len(kept.findings)


@pytest.mark.long
def test_what_takes_too_long_is_cut_short_and_says_so() -> None:
    # in a process of its own: pytest fails for what the end of the time interrupts in a destructor
    source = (
        "import sys; from schemas import explainer; "
        "print(explainer.explain(sys.stdin.buffer.read(), explainer.ExplanationRequest('2022-05')).cut_short)"
    )
    ran = subprocess.run(program(source), input=with_lines(600_000), capture_output=True, check=True)
    assert ran.stdout.split() == [b"True"]


def test_the_first_message_of_its_type_does_not_pay_for_reading_the_schema() -> None:
    source = (
        "import sys; from schemas import explainer, validation; explainer.CPU_SECONDS = 0.000001; "
        "cut = explainer.explain(sys.stdin.buffer.read(), explainer.ExplanationRequest('2022-05')).cut_short; "
        "print(cut, validation._schema.cache_info().currsize)"
    )
    ran = subprocess.run(program(source), input=with_lines(20_000), capture_output=True, check=True)
    assert ran.stdout.split() == [b"True", b"1"], "time ended within the message, with its schema read"


def test_where_it_is_not_explained_in_full_each_field_is_named_with_its_place() -> None:
    large = with_lines(9_000, "<ceb:OrderList><ceb:gnum>x</ceb:gnum></ceb:OrderList>")
    findings = lxml_findings(open_message(large, cap=len(large)), "2022-05")
    assert len(findings) == MAX_LXML_FINDINGS
    assert len({finding.path for finding in findings}) == MAX_LXML_FINDINGS and all(
        finding.line for finding in findings
    )
    assert findings[0].path == "/CEB311Message/Order/OrderList[1]/gnum"
    assert findings[0].code == "not-an-integer"


@each(
    ("source", "why"),
    [
        ("import os; os._exit(1)", "it dies at once"),
        ("import sys; sys.stdin.buffer.read(8); import os; os.kill(os.getpid(), 9)", "it is killed over it"),
        (
            "import sys, struct; sys.stdout.buffer.write(struct.pack('>I', 3) + b'{{{'); sys.stdout.flush(); "
            "sys.stdin.buffer.read()",
            "it talks nonsense",
        ),
        ("import threading; threading.Event().wait()", "it hangs"),
    ],
)
def test_where_the_process_fails_the_parser_s_own_findings_are_reported(source: str, why: str) -> None:
    failing = Explainer(program(source), patience=1.0)
    findings = explaining.explain(open_message(with_lines(20_000)), "2022-05", failing)
    assert findings[-1].code == CUT, why
    assert 1 < len(findings) <= MAX_LXML_FINDINGS + 1
    failing.close()


@pytest.mark.long
def test_an_idle_process_is_ended_and_started_again(explainer: Explainer) -> None:
    large = large_message()
    first = explaining.explain(large, "2022-05", explainer)
    explainer.end_idle(3_600.0)
    assert explainer.running
    explainer.end_idle(0.0)
    assert not explainer.running
    assert explaining.explain(large, "2022-05", explainer) == first


@pytest.mark.long
def test_a_process_that_died_is_started_again(explainer: Explainer) -> None:
    large = large_message()
    explaining.explain(large, "2022-05", explainer)
    explainer.close()
    assert explaining.explain(large, "2022-05", explainer) == tuple(explain_here(large))


@pytest.mark.long
def test_a_process_that_ends_after_its_answer_says_so_and_the_next_message_finds_another() -> None:
    ending = program(
        "import sys; from schemas.explainer import serve; serve(sys.stdin.buffer, sys.stdout.buffer, restart_above=0)"
    )
    large, first = large_message(), Explainer(ending)
    for _ in range(2):
        assert explaining.explain(large, "2022-05", first) == tuple(explain_here(large))
        assert not first.running


def test_the_memory_of_whoever_started_the_process_is_not_taken_for_its_own(explainer: Explainer) -> None:
    ballast = bytearray(RESTART_ABOVE_KILOBYTES * 2 * 1_024)
    explaining.explain(large_message(), "2022-05", explainer)
    assert explainer.running and len(ballast)


def test_requests_are_answered_one_after_the_other_until_there_are_no_more() -> None:
    about, body = b'["2022-05",false]', with_lines(3)
    request, out = LENGTHS.pack(len(about), len(body)) + about + body, BytesIO()
    serve(BytesIO(request * 2), out, restart_above=1 << 40)
    answer = out.getvalue()
    (length,) = LENGTH.unpack(answer[: LENGTH.size])
    assert answer == (answer[: LENGTH.size] + answer[LENGTH.size : LENGTH.size + length]) * 2


@pytest.mark.long
def test_a_message_of_a_hundred_thousand_bad_lines_is_refused_with_bounded_findings() -> None:
    reading = read_body(
        with_lines(100_000, "<ceb:OrderList><ceb:gnum>x</ceb:gnum></ceb:OrderList>"), DAY, {}, 20_000_000
    )
    assert 1 < len(reading.findings) <= MAX_FINDINGS + 1
    assert reading.findings[-1].code in {CUT, "too-many-findings"}
    assert not reading.documents and not reading.refused
    assert isinstance(explain(with_lines(3), ExplanationRequest("2022-05")), MessageExplanation)
