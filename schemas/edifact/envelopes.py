"""Envelopes of an interchange: which segments belong to which message and group; references and counts at both ends."""

from __future__ import annotations

from functools import cache

from schemas.edifact.dates import is_date
from schemas.edifact.faults import Faults
from schemas.edifact.forms import SegmentForm, form_of, has_form, is_usual
from schemas.edifact.forms import faults as form_faults
from schemas.edifact.interchange import EdifactMessage, FunctionalGroup, Interchange
from schemas.edifact.segments import NUMBER, Segment
from schemas.edifact.tables import SERVICE, segments_of

_TAKERS = {
    "UNB": "_begin_interchange",
    "UNG": "_begin_group",
    "UNH": "_begin_message",
    "UNT": "_end_message",
    "UNE": "_end_group",
    "UNZ": "_end_interchange",
}


def check_envelopes(interchange: Interchange, faults: Faults) -> None:
    """Part an interchange into groups and messages, and add what is wrong with their envelopes."""
    parting = _Parting(interchange, faults)
    for segment in interchange.segments:
        if segment.tag in _TAKERS:
            parting.service(segment)
        elif parting.message is not None:
            segment.number = len(parting.message.segments) + 1
            parting.message.segments.append(segment)
        else:
            faults.at("edifact-outside", segment)
    parting.end()


@cache
def service_form(version: str, tag: str) -> SegmentForm:
    """Return the form of a service segment in a syntax version."""
    return form_of(tag, segments_of(version if version in SERVICE else "3")[tag])


class _Parting:
    """Parts segments into messages and groups, from the first to the last."""

    def __init__(self, interchange: Interchange, faults: Faults) -> None:
        self.interchange, self.faults = interchange, faults
        self._usual = is_usual(interchange.marks)
        self.message: EdifactMessage | None = None
        self.group: FunctionalGroup | None = None
        self._ungrouped = 0
        self._references: set[str] = set()

    def service(self, segment: Segment) -> None:
        """Take a segment that begins or ends something."""
        getattr(self, _TAKERS[segment.tag])(segment)

    def end(self) -> None:
        """Take the end of the bytes."""
        self._close_message(None)
        self._close_group(None)
        interchange, faults = self.interchange, self.faults
        if interchange.header is None:
            first = interchange.segments[0] if interchange.segments else Segment("")
            faults.at("edifact-missing-header", first, missing="UNB")
        if interchange.trailer is None:
            self._missing_end("UNZ", interchange.segments[-1] if interchange.segments else Segment(""))
        if not interchange.messages:
            faults.at("edifact-empty", interchange.header or Segment(""))

    def _begin_interchange(self, segment: Segment) -> None:
        self._close_message(segment)
        self._close_group(segment)
        if self.interchange.header is not None or self.interchange.messages:
            self.faults.at("edifact-second-interchange", segment)
            return
        self.interchange.header = segment
        self._check(segment)
        self._check_time(segment)

    def _check_time(self, segment: Segment) -> None:
        day, time = segment.get(4), segment.get(4, 2)
        if len(day) in (6, 8) and not is_date(day, "101" if len(day) == 6 else "102"):
            self.faults.at("edifact-date", segment, None, 4, 1, name="0017", expected="yyMMdd", found=day)
        if len(time) == 4 and not is_date(time, "401"):
            self.faults.at("edifact-date", segment, None, 4, 2, name="0019", expected="HHmm", found=time)

    def _begin_group(self, segment: Segment) -> None:
        self._close_message(segment)
        self._close_group(segment)
        if self._ungrouped:
            self.faults.at("edifact-mixed", segment)
        self._check(segment)
        self.group = FunctionalGroup(segment)
        self._references = set()
        self.interchange.functional_groups.append(self.group)

    def _begin_message(self, segment: Segment) -> None:
        self._close_message(segment)
        segment.number = 1
        message = EdifactMessage(len(self.interchange.messages) + 1, segment, [segment])
        self.interchange.messages.append(message)
        self.message = message
        self._check(segment, message)
        reference = message.reference
        if reference and reference in self._references:
            self.faults.at("edifact-same-reference", segment, message, 1, name="0062", found=reference)
        self._references.add(reference)
        if self.group is None:
            self._ungrouped += 1
            if self.interchange.functional_groups:
                self.faults.at("edifact-mixed", segment, message)
            return
        self.group.messages.append(message)
        if message.type != self.group.messages[0].type:
            self.faults.at("edifact-group-of-several", segment, message, 2, 1, name="0065", found=message.type)

    def _end_message(self, segment: Segment) -> None:
        message = self.message
        if message is None:
            self.faults.at("edifact-missing-header", segment, missing="UNH")
            return
        segment.number = len(message.segments) + 1
        message.segments.append(segment)
        message.trailer = segment
        self._check(segment, message)
        self._compare(segment, message, 1, "0074", len(message.segments))
        self._match(segment, message, 2, "0062", message.reference)
        self.message = None

    def _end_group(self, segment: Segment) -> None:
        self._close_message(segment)
        group = self.group
        if group is None:
            self.faults.at("edifact-missing-header", segment, missing="UNG")
            return
        group.trailer = segment
        self._check(segment)
        self._compare(segment, None, 1, "0060", len(group.messages))
        self._match(segment, None, 2, "0048", group.reference)
        if not group.messages:
            self.faults.at("edifact-empty", group.header)
        self.group = None

    def _end_interchange(self, segment: Segment) -> None:
        self._close_message(segment)
        self._close_group(segment)
        interchange = self.interchange
        if interchange.trailer is not None:
            self.faults.at("edifact-outside", segment)
            return
        interchange.trailer = segment
        self._check(segment)
        self._compare(segment, None, 1, "0036", len(interchange.functional_groups or interchange.messages))
        if interchange.header is not None:
            self._match(segment, None, 2, "0020", interchange.reference)

    def _close_message(self, before: Segment | None) -> None:
        if self.message is not None:
            self._missing_end("UNT", before or self.message.segments[-1], self.message)
            self.message = None

    def _close_group(self, before: Segment | None) -> None:
        if self.group is not None:
            self._missing_end("UNE", before or self.group.header)
            self.group = None

    def _missing_end(self, tag: str, at: Segment, message: EdifactMessage | None = None) -> None:
        self.faults.at("edifact-missing-trailer", at, message, missing=tag)

    def _check(self, segment: Segment, message: EdifactMessage | None = None) -> None:
        version = self.interchange.version
        form = service_form(version, segment.tag)
        if has_form(segment, form, self._usual):
            return
        for wrong in form_faults(segment, form.elements, {}, self.interchange.has_one_decimal_mark):
            warning = wrong.code == "edifact-too-long" and wrong.name == "0017" and is_date(wrong.found, "102")
            values = {"name": wrong.name, "expected": wrong.expected, "found": wrong.found}
            code = "edifact-date-of-version-4" if warning else wrong.code
            self.faults.at(code, segment, message, wrong.element, wrong.component, warning=warning, **values)

    def _compare(self, segment: Segment, message: EdifactMessage | None, element: int, name: str, counted: int) -> None:
        told = segment.get(element)
        if NUMBER.fullmatch(told) and (told.lstrip("0") or "0") != str(counted):
            self.faults.at("edifact-count", segment, message, element, name=name, expected=str(counted), found=told)

    def _match(self, segment: Segment, message: EdifactMessage | None, element: int, name: str, reference: str) -> None:
        told = segment.get(element)
        if told and told != reference:
            self.faults.at("edifact-reference", segment, message, element, name=name, expected=reference, found=told)
