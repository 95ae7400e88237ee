"""What nobody can read: bodies for HTTP that must be refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulators.draws import Draws

SHARE = 100
"""One in so many messages is poison."""
_SHAPES = (
    b"",
    b"order %d",
    b"<a>%d",
    b"<a/><a/>%d",
    b"\xff\xfe<\x00a\x00/\x00>\x00%d",
    b'{"number": %d}',
    b'{"data": "no base64: %d"}',
    b"\x1f\x8b\x08\x00%d",
    b'<?xml version="1.0"?><unknown number="%d"/>',
    b'<!DOCTYPE a [<!ENTITY b "%d">]><a>&b;</a>',
    b"<a>" * 3_000 + b"%d",
    b'<CEB311Message xmlns="http://www.chinaport.gov.cn/ceb" guid="CUT-%d" version="1.0"><Order><OrderHead>',
)


def bodies(seed: int, count: int) -> Iterator[bytes]:
    """So many bodies that no window may take."""
    draws = Draws(seed, "poison over HTTP")
    for number in range(count):
        shape = draws.one_of(_SHAPES)
        yield shape.replace(b"%d", str(number).encode())


class Dropper:
    """Mixes poison into what is wanted: one in `SHARE`, however many times it is asked, and the first one early."""

    def __init__(self, seed: int, count: int) -> None:
        self._drops = bodies(seed, count)
        self._seen = SHARE // 2

    def mixed(self, wanted: Iterable[bytes]) -> Iterator[bytes]:
        """What is wanted, with a drop now and then as long as there are any."""
        for body in wanted:
            yield body
            self._seen += 1
            if self._seen % SHARE == 0 and (drop := next(self._drops, None)) is not None:
                yield drop
