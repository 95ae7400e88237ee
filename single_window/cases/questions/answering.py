"""A declarant answers a question: words and files, once, in one commit with the return of the case to its desk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from declarations.reasons import clean_typed_text
from single_window.accounts.people import Person
from single_window.context import Context
from single_window.frame.files import MAX_FILES, clean_name, media_type_of
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.refused import demand_found
from single_window.store import files, questions, sandboxes
from single_window.store.engine import writing
from single_window.store.files import CaseFile
from single_window.store.questions import Question, QuestionState

log = structlog.get_logger(__name__)
MAX_ANSWER = 4_000
"""Maximum characters of an answer."""
MAX_ANSWER_FILES = 10
_ANSWERABLE = (QuestionState.OPEN, QuestionState.SILENT)


class SentFile(NamedTuple):
    """A file of an answer as it was sent."""

    name: str
    declared: str
    body: bytes


def answer(context: Context, sandbox: str, number: int, text: str, sent: Sequence[SentFile], who: Person) -> Question:
    """Store the answer to a question, and give its case back; return the question. The same answer again changes
    nothing. An answer that comes too late is taken as long as nobody has decided.

    Raises `NotFound`, or `Refusal` for a question that is over, an empty answer, or files that are not accepted."""
    words = _clean(text)
    if not words and not sent:
        raise Refusal("answer_empty")
    if len(words) > MAX_ANSWER or len(sent) > MAX_ANSWER_FILES:
        raise Refusal("answer_too_long", most=MAX_ANSWER, files=MAX_ANSWER_FILES)
    kept = [(_file(file, who, context.now(sandbox)), file.body) for file in sent]
    names = " ".join(dict.fromkeys(file.sha256 for file, _ in kept))
    with writing(context.engine) as connection:
        now = sandboxes.hold(connection, sandbox).clock.now()
        asked = demand_found(questions.find(connection, sandbox, number), number, sandbox)
        if asked.state is QuestionState.ANSWERED and (asked.answer, asked.files) == (words, names):
            return asked
        if asked.closed_at or asked.state not in _ANSWERABLE:
            raise Refusal("question_closed", id=number, state=phrases.phrase("question_state", asked.state))
        _keep(connection, sandbox, asked, kept)
        questions.take_answer(connection, sandbox, asked, now, words, names, who.name)
    context.wake()
    log.info("question.answered", sandbox=sandbox, question=number, files=len(kept), by=who.name)
    done = asked._replace(state=QuestionState.ANSWERED, answer=words, files=names)
    return done._replace(answered_by=who.name, answered_at=now)


def _keep(connection: Connection, sandbox: str, asked: Question, kept: Sequence[tuple[CaseFile, bytes]]) -> None:
    """Add the files to the case, where officers see them."""
    if files.count(connection, sandbox, *asked.key) + len(kept) > MAX_FILES:
        raise Refusal("too_many_files", label=asked.number, most=MAX_FILES)
    for file, body in kept:
        files.put(connection, sandbox, file.sha256, file.media_type, body)
        files.link(connection, sandbox, *asked.key, file)


def _file(file: SentFile, who: Person, now: int) -> CaseFile:
    media_type, sha256 = media_type_of(file.body, file.declared), hashlib.sha256(file.body).hexdigest()
    return CaseFile(sha256, clean_name(file.name), media_type, len(file.body), who.name, now)


def _clean(text: str) -> str:
    """The words of an answer, line by line, without characters that cannot be seen."""
    return "\n".join(clean_typed_text(line) for line in text[: MAX_ANSWER + 1].splitlines()).strip()
