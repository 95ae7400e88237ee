"""What customs would find in a document of an upload, as findings with the fields of every document concerned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from declarations.parameters import NoValue
from declarations.reasons import Reason
from gateways.customs.lists import PARTNERS
from gateways.records import Filed
from schemas.findings import Finding
from single_window.intake import located
from single_window.intake.located import Located, Told
from single_window.intake.seen_customs import LISTS, Foreseen, SeenDesk, foresee
from single_window.intake.uploaded import Uploaded

CUSTOMS = "customs"
MISSING = {**PARTNERS["I"], **PARTNERS["E"]}
"""Kind of a partner that is not there → the code of the rejection when it never comes."""


@dataclass(frozen=True, slots=True)
class Foretelling:
    """Foretells for the documents of one upload; with `stored`, what the sandbox holds counts as well."""

    connection: Connection
    desk: SeenDesk
    stored: bool
    uploaded: Mapping[int, Uploaded]
    """By the ids under which they count as filed."""

    def of_list(self, one: Uploaded) -> tuple[Foreseen | None, list[Told]]:
        """What customs would say of a list; None where the law of the day is not known."""
        try:
            seen = foresee(one.filed, self.desk)
        except NoValue as missing:
            return None, [no_value(missing, one)]
        return seen, self._told(seen, one)

    def of_partner(self, one: Uploaded) -> list[Told]:
        """What customs would say of the stored lists that this order, payment, waybill or collection belongs to, as far
        as it concerns this document."""
        told: list[Told] = []
        filed = one.filed
        for listed in self._lists(filed):
            try:
                seen = foresee(listed, self.desk)
            except NoValue as missing:
                return [no_value(missing, one)]
            if any(partner is filed for partner in seen.documents):
                documents = self._documents([filed, *(each for each in seen.documents if each is not filed)])
                most = located.most_told(listed.facts)
                found = [located.told(CUSTOMS, reason, documents) for reason in seen.reasons[:most]]
                told += [
                    finding
                    for finding in found
                    if any(
                        field.kind == one.kind and field.number == one.located.source.number for field in finding.fields
                    )
                ]
        return told

    def _lists(self, partner: Filed) -> Iterator[Filed]:
        """Stored lists that a partner meets; those of the upload are told about themselves."""
        place = partner.order_no or partner.key.partition("|")[2]
        for filed in self.desk.repository.meet([place]).get(place, ()) if place and self.stored else ():
            if filed.kind in LISTS and filed.id > 0:
                yield filed

    def _told(self, seen: Foreseen, one: Uploaded) -> list[Told]:
        documents, most = self._documents(seen.documents), located.most_told(one.facts)
        told = [located.told(CUSTOMS, reason, documents) for reason in seen.reasons[:most]]
        told += [located.told(CUSTOMS, reason, documents, warning=True) for reason in seen.review[:most]]
        if self.stored:
            told += [located.told(CUSTOMS, reason, documents, warning=True) for reason in seen.warnings]
            beside = [documents[0], *self._documents(seen.near)]
            told += [
                located.told(CUSTOMS, Reason(MISSING[kind], {}), [*beside, *documents[1:]], warning=True)
                for kind in seen.missing
            ]
        return told

    def _documents(self, filed: Sequence[Filed]) -> list[Located]:
        """Where these documents stand, in their order."""
        stored = located.stored(
            self.connection, self.desk.circumstances.sandbox, [document.id for document in filed if document.id > 0]
        )
        return list(self._each(filed, stored))

    def _each(self, filed: Iterable[Filed], stored: dict[int, Located]) -> Iterator[Located]:
        for document in filed:
            if document.id > 0 and document.id in stored:
                yield stored[document.id]
            elif document.id <= 0:
                yield self.uploaded[document.id].located


def no_value(missing: NoValue, one: Uploaded) -> Told:
    """The law of the day is not known."""
    source, zh = one.located.source, f"缺少当日有效的数值：{missing}"
    return Told(CUSTOMS, Finding("no-value", zh, str(missing), source.position, source.path))
