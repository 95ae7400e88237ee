"""Measures how fast EDIFACT interchanges are read and checked, beside parting the same bytes at their terminators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from schemas.edifact.reading import read_interchange
from schemas.edifact.warehouse import stock_lines
from simulators.bench.measures import BenchMeasure, BenchResult
from simulators.entry import monotonic
from simulators.errors import SimulatorError
from simulators.machine import processor_use
from single_window.cases.overseas.edifact_lines import EdifactTerms
from single_window.cases.overseas.edifact_notices import read_notices

Result = TypeVar("Result")
WAREHOUSE = "KRICN-WH01"
MESSAGES_IN_ONE = 100
"""Messages of the larger interchanges."""
_PREPARED = 2_000
"""Messages that are made before the clock runs, at a time."""
_LINES = 2


def edifact(folder: Path, count: int) -> BenchResult:
    """Read and check so many interchanges of one receipt of goods each, none like another; then take their stock lines,
    read the same messages in interchanges of a hundred, and read each into a notice of stock abroad. Floor:
    `bytes.split` at the terminators."""
    _read(_interchanges(range(1), 1))
    clock = _Clock()
    for first in range(0, count, _PREPARED):
        numbers = range(first, min(first + _PREPARED, count))
        alone, together = list(_interchanges(numbers, 1)), list(_interchanges(numbers, MESSAGES_IN_ONE))
        clock.octets += sum(map(len, alone))
        clock.time("floor", _split, alone)
        clock.time("alone", _read, alone)
        clock.time("together", _read, together)
        read = [read_interchange(body) for body in together]
        lines = sum(len(clock.time("lines", stock_lines, one)) for one in read)
        if lines != _LINES * len(numbers):
            raise SimulatorError(f"{lines} stock lines were read, {_LINES * len(numbers)} were sent")
        booked = clock.time("notices", _notice_lines, alone, WAREHOUSE, "KOR", "Asia/Seoul")
        if booked != lines:
            raise SimulatorError(f"{booked} lines of notices were made of {lines} stock lines")
    more: dict[str, object] = {
        "floor": round(count / clock.seconds["floor"], 1),
        "in_hundreds_per_second": round(count / clock.seconds["together"], 1),
        "into_notices_per_second": round(count / clock.seconds["notices"], 1),
        "stock_lines_per_second": round(_LINES * count / clock.seconds["lines"], 1),
        "bytes_a_message": round(clock.octets / count),
    }
    seconds = clock.seconds["alone"]
    return BenchResult(round(count / seconds, 1), count, round(seconds, 3), 1.0, round(clock.processor, 2), 0, more)


class _Clock:
    """Seconds by what was done; processor time of reading interchanges of one message."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.processor, self.octets = 0.0, 0

    def time(self, name: str, work: Callable[..., Result], *arguments: object) -> Result:
        """Do something and add the time that it took."""
        before, began = processor_use(), monotonic()
        result = work(*arguments)
        self.seconds[name] += monotonic() - began
        self.processor += processor_use().since(before).own if name == "alone" else 0
        return result


def _read(bodies: Iterable[bytes]) -> None:
    """Read interchanges and keep none; raises `SimulatorError` for one that is refused."""
    for body in bodies:
        interchange = read_interchange(body)
        if interchange.refused:
            raise SimulatorError(interchange.findings[0].en)


def _split(bodies: Iterable[bytes]) -> None:
    for body in bodies:
        body.split(b"'")


def _interchanges(numbers: Sequence[int], size: int) -> Iterator[bytes]:
    for first in range(0, len(numbers), size):
        chosen = numbers[first : first + size]
        reference = f"R{chosen[0]}"
        head = f"UNB+UNOC:3+{WAREHOUSE}:ZZ+QD-PORT:ZZ+261120:0900+{reference}'"
        yield (head + "".join(map(_message, chosen)) + f"UNZ+{len(chosen)}+{reference}'").encode("ascii")


def _message(number: int) -> str:
    day, minute = 1 + number % 28, number % 60
    lines = "".join(
        f"LIN+{line}++952114{(number * _LINES + line) % 10_000_000:07}:EN'PIA+1+SKU-{number}-{line}:SA'"
        f"QTY+194:{number % 997 + line}:PCE'"
        for line in range(1, _LINES + 1)
    )
    return (
        f"UNH+{number + 1}+RECADV:D:96A:UN:EAN005'BGM+632+GR{number:08}+9'DTM+137:202611{day:02}:102'"
        f"DTM+50:202611{day:02}08{minute:02}?+09:303'RFF+AAK:DN{number:08}'NAD+WH+{WAREHOUSE}::92'"
        f"NAD+SF+QD-SELLER::92++QINGDAO SELLER+ROAD {number}+QINGDAO++266000+CN'CPS+1'{lines}"
        f"CNT+2:{_LINES}'UNT+16+{number + 1}'"
    )


def _notice_lines(interchanges: Iterable[bytes], warehouse: str, country: str, zone: str) -> int:
    """Read interchanges of a warehouse abroad into notices of stock, and return the number of their lines."""
    terms = EdifactTerms(
        ebc_code="3702961003",
        warehouse_code=warehouse,
        country=country,
        zone=zone,
        as_of=0,
        units={"PCE": "011"},
        skus={},
        countries={},
    )
    return sum(len(notice.lines) for body in interchanges for notice in read_notices(body, terms).notices)


EDIFACT_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "edifact",
        "messages/s",
        5_000,
        20_000,
        "EDIFACT messages of 16 segments read and checked, each in an interchange of its own",
        edifact,
        traffic="",
    ),
)
