"""Predicts what customs would find in uploaded documents, and names the fields concerned in each of them. Also warns of
statutory units that differ from the goods register.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from declarations import matching
from declarations.goods.register import GoodsRegister
from declarations.parameters import NoValue
from declarations.reasons import Reason
from gateways.customs.trade import EXPORT, IMPORT
from gateways.records import FiledDocument
from schemas import catalogue
from schemas.findings import Finding
from schemas.wording import finding
from single_window.intake import located
from single_window.intake.customs_preview import (
    LISTS,
    PredictedOutcome,
    PreviewDesk,
    partners_without_list,
    predict,
)
from single_window.intake.located import Located, StagedFinding
from single_window.intake.uploaded import Uploaded

CUSTOMS = "customs"
MISSING_CODES = {**IMPORT.partners, **EXPORT.partners}
"""Kind of a missing partner → the code of the rejection if it never arrives."""


@dataclass(frozen=True, slots=True)
class FindingPredictor:
    """Predicts the findings about the documents of one upload; `stored`: together with the sandbox's
    documents."""

    connection: Connection
    desk: PreviewDesk
    stored: bool
    uploaded: Mapping[int, Uploaded]
    """Temporary (negative or zero) id → uploaded document."""

    def of_list(self, document: Uploaded) -> tuple[PredictedOutcome | None, list[StagedFinding]]:
        """(outcome, findings) of a list; the outcome is None if the law of the day is unknown."""
        try:
            outcome = predict(document.filed, self.desk)
        except NoValue as missing:
            return None, [no_value(missing, document)]
        return outcome, self._findings(outcome, document)

    def of_partner(self, document: Uploaded) -> list[StagedFinding]:
        """Findings that customs would have about the fields of an order, payment, waybill or collection when it
        examines the stored lists of the same trade."""
        findings: list[StagedFinding] = []
        filed = document.filed
        for listed in self._lists(filed):
            try:
                outcome = predict(listed, self.desk)
            except NoValue as missing:
                return [no_value(missing, document)]
            if any(other is filed for other in outcome.misnumbered):
                findings += self._absent(outcome, [filed.kind], filed)
            if any(partner is filed for partner in outcome.documents):
                documents = self._documents(
                    [filed, *(partner for partner in outcome.documents if partner is not filed)]
                )
                max_reasons = located.max_reasons(listed.facts)
                predicted = [
                    located.staged_finding(CUSTOMS, reason, documents) for reason in outcome.reasons[:max_reasons]
                ]
                findings += [
                    finding
                    for finding in predicted
                    if any(
                        field.kind == document.kind and field.number == document.located.source.number
                        for field in finding.fields
                    )
                ]
        return findings

    def of_order(self, document: Uploaded) -> list[StagedFinding]:
        """Findings about an order and the documents that were uploaded with it, where no list was."""
        order, findings = document.filed, list[StagedFinding]()
        for partner in partners_without_list(order, self.desk.repository):
            places = self._documents([order, partner])
            if partner.order_no != order.order_no or matching.names_another(order.facts, partner.facts):
                absent = Reason(MISSING_CODES[partner.kind], {})
                findings.append(located.staged_finding(CUSTOMS, absent, places, warning=True))
            elif partner.kind == "payment":
                reasons = matching.compare_payment(order.facts, partner.facts)
                findings += [located.staged_finding(CUSTOMS, reason, places) for reason in reasons]
        return findings

    def _lists(self, partner: FiledDocument) -> Iterator[FiledDocument]:
        """Stored lists that a partner is matched with; lists of the upload have their own findings."""
        # an export waybill names no order, and meets its list at the waybill number, the second part of its key
        meeting_key = partner.order_no or partner.key.partition("|")[2]
        if not meeting_key or not self.stored:
            return
        for filed in self.desk.repository.load_meetings([meeting_key]).get(meeting_key, ()):
            if filed.kind in LISTS and filed.id > 0:
                yield filed

    def _findings(self, outcome: PredictedOutcome, document: Uploaded) -> list[StagedFinding]:
        documents, max_reasons = self._documents(outcome.documents), located.max_reasons(document.facts)
        findings = [located.staged_finding(CUSTOMS, reason, documents) for reason in outcome.reasons[:max_reasons]]
        findings += [
            located.staged_finding(CUSTOMS, reason, documents, warning=True) for reason in outcome.review[:max_reasons]
        ]
        if self.stored:
            findings += [
                located.staged_finding(CUSTOMS, reason, documents, warning=True) for reason in outcome.warnings
            ]
        came = [filed.kind for filed in outcome.misnumbered]
        absent = dict.fromkeys([*(outcome.missing if self.stored else ()), *came])
        return findings + self._absent(outcome, absent)

    def _absent(
        self, outcome: PredictedOutcome, kinds: Iterable[str], first: FiledDocument | None = None
    ) -> list[StagedFinding]:
        """Warnings that partners of a list are not there, with what differs in those that came under other numbers.
        `first`: the document that the warnings are about; None: the list."""
        listed, *partners = outcome.documents
        documents = [listed, *outcome.misnumbered, *partners]
        if first is not None:
            documents = [first, *(filed for filed in documents if filed is not first)]
        places = self._documents(documents)
        return [
            located.staged_finding(CUSTOMS, Reason(MISSING_CODES[kind], {}), places, warning=True) for kind in kinds
        ]

    def _documents(self, filed: Sequence[FiledDocument]) -> list[Located]:
        """These documents with their messages, in order."""
        stored = located.locate_stored(
            self.connection, self.desk.circumstances.sandbox, [document.id for document in filed if document.id > 0]
        )
        return list(self._each_located(filed, stored))

    def _each_located(self, filed: Iterable[FiledDocument], stored: dict[int, Located]) -> Iterator[Located]:
        for document in filed:
            if document.id > 0 and document.id in stored:
                yield stored[document.id]
            elif document.id <= 0:
                yield self.uploaded[document.id].located


def no_value(missing: NoValue, document: Uploaded) -> StagedFinding:
    """The finding that the law has no value for the day."""
    source, zh = document.located.source, f"缺少当日有效的数值：{missing}"
    return StagedFinding(CUSTOMS, Finding("no-value", zh, str(missing), source.position, source.path))


_UNITS = {"unit1": ("第一", "first"), "unit2": ("第二", "second")}


def unit_warnings(document: Uploaded, goods: GoodsRegister, day: date) -> Iterator[Finding]:
    """A warning for each line of a list with another unit than the goods register; none for unknown goods."""
    entry, many = catalogue.by_kind(document.kind), len(document.facts.lines) > 1
    for number, line in enumerate(document.facts.lines, 1):
        known = goods.find(line.gcode, day)
        if known is None:
            continue
        for name, (zh, en) in _UNITS.items():
            wanted, declared = getattr(known, name), getattr(line, name)
            if wanted and declared and wanted != declared:
                path = f"{document.located.source.path}/{entry.line}{f'[{number}]' if many else ''}/{name}"
                yield finding(
                    "habit-unit",
                    document=document.located.source.position,
                    path=path,
                    line=document.located.tree.locate(path).line if document.located.tree is not None else None,
                    expected=wanted,
                    found=declared,
                    found_text=declared,
                    gcode=line.gcode,
                    zh={"which_zh": zh},
                    en={"which_en": en},
                )._replace(warning=True)
