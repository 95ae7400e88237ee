"""Explains a message that its schema refuses: all findings with place, expected value and remedy, in both languages.

lxml validates first; xmlschema is only used to explain. Faults that xmlschema does not find are reported with lxml's
texts. Importing xmlschema takes longer than reading a thousand documents, so callers import this module on demand.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

import xmlschema
from lxml import etree

from schemas import arrangement, catalogue, content, schema_pool, wording
from schemas.findings import Finding
from schemas.message_types import EDITION
from schemas.opened import Opened
from schemas.place import ElementPlace
from schemas.wording import finding

MAX_FINDINGS = 1000
"""Maximum number of findings reported for one message."""
MAX_LXML_FINDINGS = 100
"""Maximum number of findings reported with the texts of lxml alone."""


class Findings:
    """A collection of findings without duplicates, up to one more than are reported."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Finding] = {}

    def add(self, finding: Finding) -> None:
        """Add a finding, unless there is an equal one."""
        self._found.setdefault((finding.code, finding.path, finding.found), finding)

    @property
    def enough(self) -> bool:
        """True if there are more findings than are reported."""
        return len(self._found) > MAX_FINDINGS

    @property
    def so_far(self) -> list[Finding]:
        """The findings, in the order in which they were added."""
        return list(self._found.values())

    def ordered(self) -> list[Finding]:
        """Return the findings to report, in the order of lines; at most 1,000, then the last one says that there are
        more."""
        findings = sorted(self._found.values(), key=lambda finding: finding.line or 0)
        if len(findings) > MAX_FINDINGS:
            findings[MAX_FINDINGS - 1 :] = [finding("too-many-findings", most=MAX_FINDINGS - 1)]
        return findings


def explain(opened: Opened, edition: str = EDITION) -> list[Finding]:
    """Return all findings of the schema about a message, like `Findings.ordered`."""
    findings = Findings()
    collect(opened, edition, findings)
    return findings.ordered()


def collect(opened: Opened, edition: str, findings: Findings) -> None:
    """Add findings to `findings` until there are enough; those added remain available after an exception."""
    code = opened.entry.code
    for explained in _explain(_schema(code, edition), opened, edition):
        findings.add(explained)
        if findings.enough:
            return
    for unexplained in _findings_of_lxml(opened, findings.so_far, edition):
        findings.add(unexplained)
        if findings.enough:
            return


def lxml_findings(opened: Opened, edition: str) -> list[Finding]:
    """Return the first findings with the texts of lxml, with field and place; cheap for any message."""
    findings = Findings()
    for error in islice(schema_pool.errors(opened.tree, opened.entry.code, edition), MAX_LXML_FINDINGS):
        findings.add(_lxml_finding(error, opened, edition))
    return findings.ordered()


def prepare(code: str, edition: str) -> None:
    """Load schema, texts and layout of a type, so that the CPU time of a message does not include it."""
    _schema(code, edition)
    wording.words()
    catalogue.layout(code, edition)


@cache
def _schema(code: str, edition: str) -> Any:
    return xmlschema.XMLSchema10(str(schema_pool.schema_file(code, edition)), allow="local")


def _explain(schema: Any, opened: Opened, edition: str) -> Iterator[Finding]:
    arranged: set[Any] = set()
    for error in schema.iter_errors(opened.tree):
        if arrangement.concerns_all_children(error):
            if error.elem in arranged:
                continue  # xmlschema reports each child separately, but the first explanation covers all
            arranged.add(error.elem)
        place = ElementPlace.of(error.elem, opened.entry, edition)
        if arrangement.concerns(error):
            yield from arrangement.findings(error, place, opened.entry)
        else:
            yield from content.findings(error, place)


def _findings_of_lxml(opened: Opened, explained: list[Finding], edition: str) -> Iterator[Finding]:
    """Findings of lxml that xmlschema does not report, such as a number that contains a space."""
    prefixes = {prefix for finding in explained for prefix in _prefixes(finding.path)}
    for error in schema_pool.errors(opened.tree, opened.entry.code, edition):
        if explained and error.type == etree.ErrorTypes.SCHEMAV_ELEMENT_CONTENT:
            continue
        judged = _lxml_finding(error, opened, edition)
        if judged.path not in prefixes:
            prefixes.update(_prefixes(judged.path))
            yield judged


def _lxml_finding(error: Any, opened: Opened, edition: str) -> Finding:
    """A finding with the text of lxml, at the element that it names."""
    element = _element(opened.tree, str(error.path))
    place = ElementPlace.of(opened.tree if element is None else element, opened.entry, edition)
    return content.value_finding(place, (element.text or "") if element is not None else "", error.message)


def _prefixes(path: str) -> Iterator[str]:
    """A path and the paths of all its ancestors."""
    steps = path.split("/")
    return ("/".join(steps[:end]) for end in range(2, len(steps) + 1))


def _element(tree: Any, path: str) -> Any:
    prefixes = {prefix: uri for prefix, uri in tree.nsmap.items() if prefix}
    try:
        return next(iter(tree.getroottree().xpath(path, namespaces=prefixes)), None)
    except etree.XPathError:
        return None
