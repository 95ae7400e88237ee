"""Messages of an interchange by their tables: order of segments, form of elements, codes of the guide, dates."""

from __future__ import annotations

import re
from functools import lru_cache

from schemas.edifact.faults import Faults
from schemas.edifact.forms import NO_CODES, SegmentForm, date_faults, form_of, has_form, is_usual
from schemas.edifact.forms import faults as form_faults
from schemas.edifact.interchange import EdifactMessage, Interchange
from schemas.edifact.order import START, SegmentTable, walk
from schemas.edifact.segments import Segment
from schemas.edifact.tables import GuideRule, guide_rules, messages, narrowed, segments_of

MAX_SEGMENT_LENGTH = 10_000
_LONGEST_GUIDE = 6
"""Characters of a guide's code (0057)."""
_TAG = re.compile(r"[A-Z]{3}", re.ASCII)
_WARNED = frozenset(("edifact-date-without-format", "edifact-format-without-date"))


class _Forms:
    """The forms of a message's segments in a release and guide; each is made when it is first needed."""

    def __init__(self, release: str, rules: tuple[GuideRule, ...]) -> None:
        self._elements = {**segments_of("3"), **segments_of(release)}
        self._rules = rules
        self._forms: dict[str, SegmentForm | None] = {}

    def of(self, tag: str) -> SegmentForm | None:
        """Return the form of a segment; None for one without a table."""
        if tag not in self._forms:
            elements = self._elements.get(tag)
            rules = [rule for rule in self._rules if rule.segment == tag]
            codes = {(rule.element, rule.component): rule.codes for rule in rules if rule.codes}
            self._forms[tag] = form_of(tag, narrowed(elements, rules), codes or NO_CODES) if elements else None
        return self._forms[tag]


@lru_cache(maxsize=256)
def _forms_of(message: str, release: str, guide: str) -> _Forms:
    return _forms(release, tuple(rule for rule in guide_rules() if rule.applies(message, guide)))


@lru_cache(maxsize=64)
def _forms(release: str, rules: tuple[GuideRule, ...]) -> _Forms:
    """The same for all guides that ask for the same, because patterns are costly."""
    return _Forms(release, rules)


def check_messages(interchange: Interchange, faults: Faults) -> None:
    """Add what is wrong with the segments of each message."""
    for message in interchange.messages:
        table = message.table
        body = message.segments[1:-1] if message.trailer is not None else message.segments[1:]
        if table is None:
            message.rows = [START] * len(message.segments)
            _unknown(message, faults)
            continue
        _check_order(message, body, table, faults)
        _check_forms(message, body, table, interchange.has_one_decimal_mark, faults)


def _unknown(message: EdifactMessage, faults: Faults) -> None:
    releases = sorted(release for kind, release in messages() if kind == message.type)
    known = " ".join(releases) if releases else " ".join(sorted({kind for kind, _ in messages()}))
    element = {"element": 2, "component": 2 if releases else 1}
    found = message.release if releases else message.type
    faults.at("edifact-unknown-message", message.header, message, **element, name="S009", expected=known, found=found)


def _check_order(message: EdifactMessage, body: list[Segment], table: SegmentTable, faults: Faults) -> None:
    rows, wrong = walk(table, [segment.tag for segment in body])
    message.rows = [START, *rows, START]
    for fault in wrong:
        if faults.enough:
            return
        at = message.segments[min(fault.at + 1, len(message.segments) - 1)]
        if fault.code == "edifact-unknown-segment" and not _is_tag(at):
            faults.at("edifact-tag", at, message, found=at.raw[:20])
        elif fault.code == "edifact-missing-segment":
            faults.at(fault.code, at, message, missing=fault.tag)
        else:
            faults.at(fault.code, at, message, most=fault.most, type=message.type)


def _is_tag(segment: Segment) -> bool:
    return _TAG.fullmatch(segment.tag) is not None and segment.raw[3:4] in ("", segment.marks.element)


def _check_forms(
    message: EdifactMessage, body: list[Segment], table: SegmentTable, strict: bool, faults: Faults
) -> None:
    forms = _forms_of(message.type, message.release, message.guide[:_LONGEST_GUIDE])
    usual, tags = is_usual(message.header.marks), table.tags
    for segment in body:
        if segment.tag not in tags:
            continue
        form = forms.of(segment.tag)
        if form is None:
            continue
        if len(segment.raw) > MAX_SEGMENT_LENGTH:
            faults.at("edifact-segment-too-long", segment, message, most=MAX_SEGMENT_LENGTH)
        elif has_form(segment, form, usual):
            if form.dates:
                _add_dates(segment, message, form, faults)
        elif not _is_tag(segment):
            faults.at("edifact-tag", segment, message, found=segment.raw[:20])
        elif not faults.enough:
            for wrong in form_faults(segment, form.elements, form.codes, strict):
                values = {"name": wrong.name, "expected": wrong.expected, "found": wrong.found}
                faults.at(wrong.code, segment, message, wrong.element, wrong.component, **values)
            _add_dates(segment, message, form, faults)


def _add_dates(segment: Segment, message: EdifactMessage, form: SegmentForm, faults: Faults) -> None:
    for wrong in date_faults(segment, form):
        values = {"name": wrong.name, "expected": wrong.expected, "found": wrong.found}
        warning = wrong.code in _WARNED
        faults.at(wrong.code, segment, message, wrong.element, wrong.component, warning=warning, **values)
