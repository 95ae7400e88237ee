"""What agencies answered to the documents of a message that they refused or remarked on, as findings with their place:
each names the field, what stands there, what is allowed and what to do, as reasons of customs do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations.reasons import Reason
from gateways.replies import single_reasons
from schemas.findings import Finding
from single_window.intake.concerned import AGENCY
from single_window.intake.located import Located, locate_stored, staged_finding
from single_window.language.for_people import without_code
from single_window.receipts.rows import Receipt, placeholders_of

REFUSED, REMARKED = "100", "300"
"""Statuses by which agencies refuse a document, and take it with remarks."""


def findings_of_agencies(
    connection: Connection, sandbox: str, filed: Sequence[Any], receipts: Iterable[Receipt]
) -> list[Finding]:
    """Return the findings about filed documents of a message (`id`, `kind`, `key`), by the last answer to each."""
    ids = {(one.kind, one.key): one.id for one in filed if one.kind in AGENCY}
    last: dict[tuple[str, str], Receipt] = {}
    for answer in sorted(receipts, key=lambda one: one.return_time):
        if (answer.kind, answer.key) in ids:
            last[answer.kind, answer.key] = answer
    told = {place: answer for place, answer in last.items() if answer.return_status in (REFUSED, REMARKED)}
    located = locate_stored(connection, sandbox, [ids[place] for place in told])
    return [
        finding
        for place, answer in told.items()
        if ids[place] in located
        for finding in _findings(answer, located[ids[place]])
    ]


def _findings(answer: Receipt, at: Located) -> Iterator[Finding]:
    values = placeholders_of(answer.order_no, answer.fields)
    for reason in single_reasons(Reason(answer.rule, answer.values)):
        told = reason._replace(values={**values, **reason.values})
        found = staged_finding("customs", told, [at], answer.return_status == REMARKED).finding
        yield found._replace(zh=without_code(found.zh), en=without_code(found.en))
