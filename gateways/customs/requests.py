"""Requests about a list: cancellation (623) and return (625). What they are about, how they begin and move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from declarations import lifecycle
from declarations.lifecycle import LIFECYCLE_OF
from declarations.requests import Listed
from gateways.customs.repository import CustomsRepository, Declaration, Request
from gateways.records import Filed
from gateways.replies import identify
from gateways.topics.shared import DocumentFiled


class Asked(NamedTuple):
    """A request as it came in: its document, the list that it names, and what it was before, where there is any."""

    filed: Filed
    declaration: Declaration | None
    listed: Listed | None
    old: Request | None

    @property
    def new(self) -> bool:
        """Whether this version of it has not been handled yet."""
        return self.old is None or self.old.document_version < self.filed.version


def asked(documents: Sequence[DocumentFiled], repository: CustomsRepository, kind: str) -> Iterator[Asked]:
    """The requests of a kind that these documents name, with all that is known of them."""
    filed = repository.documents([document.document_id for document in documents])
    lists = repository.declarations_by_invt_no(sorted({one.facts.invt_no for one in filed.values()}))
    inventories = repository.documents([one.document_id for one in lists.values()])
    known = repository.requests(kind, [one.key for one in filed.values()])
    for one in filed.values():
        declaration = lists.get(one.facts.invt_no)
        listed = None
        if declaration is not None:
            listed = Listed(declaration.state, inventories[declaration.document_id].facts)
        yield Asked(one, declaration, listed, known.get(one.key))


def step(request: Request, action: str) -> None:
    """Move a request along its lifecycle; raises `lifecycle.NotAllowed` when its state forbids the action."""
    request.state = lifecycle.move(request.state, action, LIFECYCLE_OF[request.kind]).to


def new_request(
    filed: Filed, declaration: Declaration | None, old: Request | None, repository: CustomsRepository, now: int
) -> Request:
    """A request as it comes in; one that was refused before starts over under its old id."""
    fields = identify(filed.kind, filed.facts, filed.port_no)
    return Request(
        id=old.id if old else repository.new_id(),
        kind=filed.kind,
        key=filed.key,
        declaration_id=declaration.id if declaration else 0,
        state="declared",
        document_id=filed.id,
        document_version=filed.version,
        mailboxes=filed.mailboxes,
        fields=fields,
        version=old.version if old else 0,
        filed_at=now,
        last_return=max(filed.last_return, old.last_return if old else 0),
    )
