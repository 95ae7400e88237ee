"""An interchange as it was read: messages, functional groups, service segments, and what is wrong with them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.edifact.marks import DEFAULT, Marks
from schemas.edifact.order import START, SegmentTable, table_of
from schemas.edifact.places import Place, SyntaxFault, printable
from schemas.edifact.segments import LATIN, Segment
from schemas.findings import Finding

_TEST_INDICATOR = 11


@dataclass(slots=True)
class SegmentGroup:
    """A group of a message: its segments, the first of which begins it, and the groups within it."""

    tag: str
    segments: list[Segment] = field(default_factory=list)
    groups: list[SegmentGroup] = field(default_factory=list)
    by_tag: dict[str, list[SegmentGroup]] = field(default_factory=dict)
    """The groups within it by the segment that begins them."""

    def first(self, tag: str) -> Segment | None:
        """Return its first segment with a tag."""
        return next((segment for segment in self.segments if segment.tag == tag), None)

    def all(self, tag: str) -> list[Segment]:
        """Return its own segments with a tag."""
        return [segment for segment in self.segments if segment.tag == tag]

    def within(self, tag: str) -> list[SegmentGroup]:
        """Return the groups that begin with a tag, directly within this one."""
        return self.by_tag.get(tag, [])

    def add(self, group: SegmentGroup) -> None:
        """Put a group behind those within it."""
        self.groups.append(group)
        self.by_tag.setdefault(group.tag, []).append(group)


@dataclass(slots=True)
class EdifactMessage:
    """A message: `segments` from `UNH` to `UNT`; `rows` the row of its table for each, -1 where it stands wrong."""

    number: int
    header: Segment
    segments: list[Segment]
    rows: list[int] = field(default_factory=list)
    trailer: Segment | None = None
    refused: bool = False
    """True if anything is wrong with it that is no warning."""
    reference: str = field(init=False)
    """Its reference (0062)."""
    type: str = field(init=False)
    """Its type (0065): `DESADV`."""
    release: str = field(init=False)
    """Version and release (0052, 0054): `D96A`."""
    guide: str = field(init=False)
    """The code that an association assigned to its guide (0057): `EAN005`, `SMDG20`; empty if it names none."""

    def __post_init__(self) -> None:
        """Take reference and identifier from the header, once."""
        parts = [*self.header.components(2), "", "", "", ""]
        self.reference, self.type, self.release, self.guide = (
            self.header.get(1),
            parts[0],
            parts[1] + parts[2],
            parts[4],
        )

    @property
    def table(self) -> SegmentTable | None:
        """Its segment table; None if the message is not known here."""
        return table_of(self.type, self.release)

    @property
    def root(self) -> SegmentGroup:
        """The message as a group, with the groups of its table; without segments that stand wrong."""
        return _grouped(self)

    @property
    def groups(self) -> list[SegmentGroup]:
        """The outermost groups."""
        return self.root.groups


@dataclass(slots=True)
class FunctionalGroup:
    """A functional group (`UNG` to `UNE`): the numbers of its messages."""

    header: Segment
    messages: list[EdifactMessage] = field(default_factory=list)
    trailer: Segment | None = None

    @property
    def reference(self) -> str:
        """Its reference (0048)."""
        return self.header.get(5)


@dataclass(slots=True)
class Interchange:
    """An interchange. `lead` and `tail` stand before and behind its segments; `una` is its service string advice."""

    marks: Marks = DEFAULT
    syntax: str = ""
    """Its syntax identifier (0001): `UNOC`; empty without `UNB`."""
    version: str = "3"
    """Its syntax version (0002); 3 if it names none."""
    charset: str = LATIN
    lead: str = ""
    una: str = ""
    segments: list[Segment] = field(default_factory=list)
    tail: str = ""
    header: Segment | None = None
    trailer: Segment | None = None
    messages: list[EdifactMessage] = field(default_factory=list)
    functional_groups: list[FunctionalGroup] = field(default_factory=list)
    faults: list[SyntaxFault] = field(default_factory=list)
    starts: Sequence[int] = ()
    """Offsets at which lines begin, from the second line."""

    @property
    def findings(self) -> list[Finding]:
        """The findings about it, in the order of places; warnings among them."""
        return [fault.finding for fault in self.faults]

    @property
    def refused(self) -> bool:
        """True if anything is wrong that is no warning."""
        return any(not fault.finding.warning for fault in self.faults)

    @property
    def is_test(self) -> bool:
        """True if its sender says that it is a test (0035)."""
        return self.header is not None and self.header.get(_TEST_INDICATOR) == "1"

    @property
    def has_one_decimal_mark(self) -> bool:
        """True if numbers have the decimal mark of its service string advice and no other: without one, and in version
        4, comma and point are both decimal marks (ISO 9735:1988, 10.1)."""
        return self.una != "" and self.version != "4"

    @property
    def sender(self) -> str:
        """Its sender (0004)."""
        return self.header.get(2) if self.header else ""

    @property
    def recipient(self) -> str:
        """Its recipient (0010)."""
        return self.header.get(3) if self.header else ""

    @property
    def reference(self) -> str:
        """Its reference (0020)."""
        return self.header.get(5) if self.header else ""

    def place_of(
        self, segment: Segment, message: EdifactMessage | None = None, element: int = 0, component: int = 0
    ) -> Place:
        """Return the place of a segment, or of a value in it."""
        return place_of(segment, self.starts, message, element, component)


def place_of(
    segment: Segment, starts: Sequence[int], message: EdifactMessage | None = None, element: int = 0, component: int = 0
) -> Place:
    """Return the place of a segment; `starts`: offsets at which lines begin."""
    line = bisect_right(starts, segment.offset) + 1
    at = (segment.offset, line, printable(segment.tag), segment.number, element, component)
    if message is None:
        return Place(*at)
    return Place(*at, message.number, printable(message.type), printable(message.reference))


def _grouped(message: EdifactMessage) -> SegmentGroup:
    """Group the segments of a message by the rows of its table."""
    root, table = SegmentGroup(message.type), message.table
    open_groups: list[tuple[int, SegmentGroup]] = [(START, root)]
    for segment, row in zip(message.segments, message.rows, strict=False):
        if row == START or table is None:
            continue
        parent = table.parent(row)
        while open_groups[-1][0] != parent:
            open_groups.pop()
        if table.is_group(row):
            group = SegmentGroup(segment.tag, [segment])
            open_groups[-1][1].add(group)
            open_groups.append((row, group))
        else:
            open_groups[-1][1].segments.append(segment)
    return root
