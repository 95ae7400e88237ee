"""Answers about a number: all its matches and, if they are one case, its story."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Annotated, TypeAlias
from urllib.parse import quote

from msgspec import Meta, structs
from sqlalchemy import Connection, select

from single_window.cases.declarations import assembly
from single_window.cases.declarations.arrivals import of_message
from single_window.cases.declarations.matches import find
from single_window.cases.declarations.note_parts import NoteStory
from single_window.cases.declarations.notes import of_note
from single_window.cases.declarations.parts import Match, MessageStory, Story
from single_window.cases.numbered import call_of, command_of
from single_window.frame.http.accepting import message_links
from single_window.frame.typed import Answer
from single_window.store.law_books import law_of
from single_window.store.tables import document, message, request

AnyStory: TypeAlias = Story | MessageStory | NoteStory


class MatchOut(Answer, frozen=True, kw_only=True):
    """Something that has a number."""

    what: Annotated[str, Meta(description="declaration, order, note, message, request, paper or case")]
    id: int
    by: Annotated[str, Meta(description="the kind of number by which it was found")]
    label: str
    kind: str
    flow: str
    order_no: str
    state: str
    state_zh: str
    state_en: str
    link: str
    note: Annotated[str, Meta(description="of a case: its goods, company or terms")] = ""
    command: Annotated[str, Meta(description="of a case: the command that shows it")] = ""


class MatchesOut(Answer, frozen=True, kw_only=True):
    """Everything with a number, declarations first."""

    number: str
    matches: tuple[MatchOut, ...]


class StoryOut(MatchesOut, frozen=True, kw_only=True):
    """Everything with a number and, if that is one case, its story."""

    declaration: Annotated[Story | None, Meta(description="for a list or an order")] = None
    message: Annotated[MessageStory | None, Meta(description="for a message")] = None
    note: Annotated[NoteStory | None, Meta(description="for a transport note")] = None


def match_out(match: Match) -> MatchOut:
    """Return the answer about a match, with a link to it."""
    return MatchOut.of(
        match,
        what=match.category,
        state_zh=match.words.zh,
        state_en=match.words.en,
        link=_link(match),
        note=match.note,
        command=command_of(match.kind, match.label) if match.category == "case" else "",
    )


def _link(match: Match) -> str:
    if match.category == "case":
        return call_of(match.kind, match.label)
    if match.category == "message":
        return message_links(match.id)["self"]
    return f"/api/v1/declarations/{quote(match.order_no, safe='')}" if match.order_no else ""


def story_out(
    connection: Connection, sandbox: str, number: str, flow: str, senders: Collection[str] | None
) -> StoryOut | None:
    """Return the matches of a number, of one flow or both, with the story if they are one case; None: no match.

    `senders`: the DXP ids whose messages and receipts the caller may see; None: all."""
    matches = [match for match in find(connection, sandbox, number, senders) if flow in {"", match.flow}]
    if not matches:
        return None
    answer = StoryOut(number=number, matches=tuple(map(match_out, matches)))
    if len(set(map(_case_of, matches))) > 1 or [match.category for match in matches].count("declaration") > 1:
        return answer
    if matches[0].category == "case":
        return answer
    story = _limit_to_owners(connection, sandbox, _story_of(connection, sandbox, matches[0]), senders)
    if isinstance(story, MessageStory) and senders is not None and story.sender not in senders:
        return answer
    field = {Story: "declaration", MessageStory: "message", NoteStory: "note"}[type(story)]
    return structs.replace(answer, **{field: story})


def _case_of(match: Match) -> tuple[str, str | int, str]:
    """Return the case of a match: declarations, requests and documents of one order are one case."""
    if match.category in {"note", "paper", "case"}:
        return match.category, match.order_no or match.id, match.kind
    return "message" if match.category == "message" else "order", match.order_no or match.id, match.flow


def _story_of(connection: Connection, sandbox: str, match: Match) -> AnyStory:
    law = law_of(connection, sandbox)
    if match.category == "declaration" or match.about:
        return assembly.of_declaration(connection, sandbox, match.about or match.id, law)
    if match.category == "note":
        return of_note(connection, sandbox, match.id, law)
    if match.order_no and match.category != "paper":
        return assembly.of_order(connection, sandbox, match.order_no, law, match.flow)
    return of_message(connection, sandbox, _message_of(connection, match))


def _message_of(connection: Connection, match: Match) -> int:
    """Return the id of the message of a match; that of a request is of its own row."""
    if match.category != "request":
        return match.id
    sent = select(document.c.message_id).join(request, request.c.document_id == document.c.id)
    return connection.execute(sent.where(request.c.id == match.id)).scalar() or 0


def _limit_to_owners(
    connection: Connection, sandbox: str, story: AnyStory, senders: Collection[str] | None
) -> AnyStory:
    """Limit a story to what the owners of these DXP ids may see: their documents and the receipts in their
    mailboxes."""
    if senders is None or isinstance(story, MessageStory):
        return story
    receipts = tuple(receipt for receipt in story.receipts if receipt.mailbox in senders)
    if isinstance(story, NoteStory):
        return replace(story, receipts=receipts)
    refused = tuple(document for document in story.undeclared if document.mailbox in senders)
    visible = _messages(connection, sandbox, [paper.message_id for paper in story.documents], senders)
    documents = tuple(paper for paper in story.documents if paper.message_id in visible)
    return replace(story, receipts=receipts, documents=documents, undeclared=refused, evidence=None)


def _messages(connection: Connection, sandbox: str, ids: Sequence[int], senders: Collection[str]) -> set[int]:
    visible = select(message.c.id).where(
        message.c.sandbox == sandbox, message.c.id.in_(ids), message.c.sender.in_(senders)
    )
    return set(connection.execute(visible).scalars())
