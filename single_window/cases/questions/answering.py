"""A declarant answers a question: words and files, once, in one commit with the return of the case to its desk."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import structlog

from declarations.reasons import clean_typed_text
from single_window.accounts.people import OPERATOR, Person, participant
from single_window.context import Context
from single_window.frame.files import attach, checked
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.refused import demand_found
from single_window.store import alerts, decision_log, questions, sandboxes
from single_window.store.engine import writing
from single_window.store.questions import Question, QuestionState

log = structlog.get_logger(__name__)
MAX_ANSWER = 4_000
"""Maximum characters of an answer."""
MAX_ANSWER_FILES = 10
_ANSWERABLE = (QuestionState.OPEN, QuestionState.SILENT)


class Way(StrEnum):
    """The way by which an answer came, an action of the log: the company's page or a call, with a key (or an account)
    or without one, as a window that serves only its own machine allows."""

    PAGE = "replied_on_page"
    CALL = "replied_by_call"
    PAGE_WITHOUT_KEY = "replied_on_page_without_key"
    CALL_WITHOUT_KEY = "replied_by_call_without_key"


_WITHOUT_KEY = {Way.PAGE: Way.PAGE_WITHOUT_KEY, Way.CALL: Way.CALL_WITHOUT_KEY}


class SentFile(NamedTuple):
    """A file of an answer as it was sent."""

    name: str
    declared: str
    body: bytes


def answer(
    context: Context, sandbox: str, number: int, text: str, sent: Sequence[SentFile], who: Person, way: Way
) -> Question:
    """Store the answer to a question, and give its case back; return the question. The same answer again changes
    nothing. An answer that comes too late is taken as long as nobody has decided.

    Raises `NotFound`, or `Refusal` for a question that is over, an empty answer, or files that are not accepted."""
    words = _demand_words(text, sent)
    kept = [(checked(file.name, file.declared, file.body, who, context.now(sandbox)), file.body) for file in sent]
    names = " ".join(dict.fromkeys(file.sha256 for file, _ in kept))
    with writing(context.engine) as connection:
        now = sandboxes.hold(connection, sandbox).clock.now()
        asked = demand_found(questions.find(connection, sandbox, number), number, sandbox)
        if asked.state is QuestionState.ANSWERED and (asked.answer, asked.files) == (words, names):
            return asked
        if asked.closed_at or asked.state not in _ANSWERABLE:
            raise Refusal("question_closed", id=number, state=phrases.phrase("question_state", asked.state))
        company = asked.company or asked.mailbox
        if who == OPERATOR:  # no key says who it was: it counts as the company's, and the way says so
            who, way = participant(company), _WITHOUT_KEY[way]
        for file, body in kept:
            attach(connection, sandbox, asked.key, asked.number, file._replace(by=who.name), body, who)
        told = f"{company}：{words or phrases.phrase('label', 'answered_by_files').zh}"
        row = decision_log.append_notes(
            connection,
            sandbox,
            [asked.key],
            outcome=decision_log.REPLIED,
            by=(who.name, who.role),
            reason=told,
            at=now,
            action=way,
        )
        alerts.add(connection, sandbox, {asked.by}, asked.key, row)
        questions.take_answer(connection, sandbox, asked, now, words, names, who.name)
    context.wake()
    log.info("question.answered", sandbox=sandbox, question=number, files=len(kept), by=who.name, way=str(way))
    done = asked._replace(state=QuestionState.ANSWERED, answer=words, files=names)
    return done._replace(answered_by=who.name, answered_at=now)


def _demand_words(text: str, sent: Sequence[SentFile]) -> str:
    """Return the words of an answer; raises `Refusal` if it says nothing or too much."""
    words = _clean(text)
    if not words and not sent:
        raise Refusal("answer_empty")
    if len(words) > MAX_ANSWER or len(sent) > MAX_ANSWER_FILES:
        raise Refusal("answer_too_long", most=MAX_ANSWER, files=MAX_ANSWER_FILES)
    return words


def _clean(text: str) -> str:
    """The words of an answer, line by line, without characters that cannot be seen."""
    return "\n".join(clean_typed_text(line) for line in text[: MAX_ANSWER + 1].splitlines()).strip()
