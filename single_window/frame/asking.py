"""Asking the declarant of a case: what may be asked now, what he reads, and until when he is to answer.

The words of a question are those of its receipt: what is asked, what should come back, the day, and what happens
without an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.reasons import Reason, clean_typed_text
from single_window.accounts.rights import book
from single_window.frame.decision_kinds import Act, Requested, Subject
from single_window.language import phrases, sentences
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store import questioning, questions, sandboxes
from single_window.store.questioning import ACTS, ASK, REMIND, WITHDRAW
from single_window.store.questions import Question
from single_window.store.subjects_of_questions import asked_subject

RETURNS = ("explanation", "files", "message")
SILENCES = ("decide", "refuse")
"""What may come back, and what may happen without an answer; the sections `question_returns` and `question_silence`
of `words.toml` say them."""
REFUSALS = frozenset({"reject", "refuse", "breach", "uncount", "uphold", "refuse_repair"})
"""Acts that a question may announce for want of an answer. Where a kind of case has none, nothing is refused."""
MAX_QUESTIONS, MAX_WORDS = 9, 1_000
"""Maximum number of questions that are sent together, and of characters that the declarant reads."""
MAX_REMINDERS = 3
REVIEW = "review"
"""The act that takes a suspended list up again; while a question is open, taking it back does that."""
MAX_DAYS = 90
"""Maximum number of days until an answer is due."""
TAKES = ("questions", "due", "returns", "silence")
"""The names of the values of an act that asks; all have defaults."""


class Template(NamedTuple):
    """A prepared question: as the declarant reads it, and its meaning."""

    name: str
    words: Words


def may_ask(connection: Connection, sandbox: str, subject: Subject, acts: Sequence[Act]) -> Sequence[Act]:
    """Those of the acts that fit: nobody asks while a question is open or where nobody would read it, and only an open
    question is reminded of or taken back."""
    if not any(act.action in ACTS for act in acts):
        return acts
    asked = questions.open_about(connection, sandbox, (subject.kind, str(subject.id)))
    has_reader = asked is not None or bool(_mailbox(connection, sandbox, subject))
    return [act for act in fitting_acts(acts, asked) if has_reader or act.action != ASK]


def fitting_acts(acts: Sequence[Act], asked: Question | None) -> Sequence[Act]:
    """Return those of the acts that fit to the open question about a case, `asked`; None: none is open. Those about
    questions come last."""
    if asked is None:
        fitting: Sequence[str] = (ASK,)
    else:
        fitting = (REMIND, WITHDRAW) if asked.reminders < MAX_REMINDERS else (WITHDRAW,)
    others = [act for act in acts if act.action not in ACTS and (asked is None or act.action != REVIEW)]
    return [*others, *(act for act in acts if act.action in fitting)]


def _mailbox(connection: Connection, sandbox: str, subject: Subject) -> str:
    """The mailbox of whoever answers questions about a subject; empty if there is nobody to ask."""
    asked = asked_subject(connection, sandbox, (subject.kind, str(subject.id)))
    return asked.mailbox if asked is not None else ""


def asks_about(code: str) -> bool:
    """True if there is a prepared question about what a case waits for with this code."""
    return code in phrases.book()["question"]


def templates(subject: str, reasons: Sequence[Reason], facts: Mapping[str, str]) -> Sequence[Template]:
    """The prepared questions about a case: first those for the codes for which it waits, with their numbers filled in,
    then those that fit all of its kind."""
    book = phrases.book()["question"]
    found = []
    for reason in reasons:
        if asks_about(reason.rule):
            found.append(Template(reason.rule, sentences.question(reason, facts)))
    own = [name for name in book if name.rpartition(".")[0] == subject]
    return (*found, *(Template(name, phrases.phrase("question", name)) for name in own))[:MAX_QUESTIONS]


def silences(subject: str) -> Sequence[str]:
    """Return what may happen to a kind of case without an answer."""
    refused = any((subject, action) in book().acts for action in REFUSALS)
    return SILENCES if refused else SILENCES[:1]


def default_due(connection: Connection, sandbox: str) -> date:
    """The day by which an answer is due if the officer names none today."""
    return questioning.default_due(connection, sandbox, day_of(sandboxes.find(connection, sandbox).clock.now()))


def completed(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Requested:
    """The request of an act about a question with its words as the declarant reads them; others are left as they are.
    Raises `Refusal` for a question without words, too many, too long, or due on no day to come."""
    key = (subject.kind, str(subject.id))
    if requested.action == ASK:
        return _ask(connection, sandbox, subject, requested)
    if requested.action == REMIND:
        asked = questions.open_about(connection, sandbox, key)
        words_of_it = phrases.phrase("label", "question_reminded").zh
        said = requested.reason or (f"{words_of_it}{asked.text}" if asked else words_of_it)
        return requested._replace(reason=clean_typed_text(said)[:MAX_WORDS], values={})
    if requested.action == WITHDRAW:
        said = requested.reason or phrases.phrase("label", "question_withdrawn").zh
        return requested._replace(reason=clean_typed_text(said), values={})
    return requested


def _ask(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Requested:
    given = requested.values
    today = day_of(sandboxes.find(connection, sandbox).clock.now())
    due = _day(str(given.get("due", "")), today) or default_due(connection, sandbox)
    returns = [name for name in RETURNS if name in _names(given.get("returns", ("explanation",)))]
    silence = str(given.get("silence") or SILENCES[0])
    if silence not in (known := silences(subject.kind)):
        raise Refusal("question_silence", given=silence[:40], known=", ".join(known))
    ends = in_words([""], due, returns, silence)
    asked = [clean_typed_text(str(text)) for text in (*given.get("questions", ()), requested.reason)]
    asked = [text.removesuffix(ends).rstrip("。；; ") for text in asked]  # a recorded question has its end already
    asked = [text for text in asked if text]
    if not asked:
        raise Refusal("question_lacks_words")
    if len(asked) > MAX_QUESTIONS:
        raise Refusal("question_too_many", most=MAX_QUESTIONS)
    said = in_words(asked, due, returns, silence)
    if len(said) > MAX_WORDS:
        raise Refusal("question_too_long", most=MAX_WORDS, length=len(said))
    values = {"due": due.isoformat(), "returns": " ".join(returns), "silence": silence}
    return requested._replace(reason=said, values=values)


def in_words(asked: Sequence[str], due: date, returns: Sequence[str], silence: str) -> str:
    """Return what the declarant reads. `desk.js` puts the same together while the officer types."""
    numbered = asked if len(asked) == 1 else [f"{number}. {text}" for number, text in enumerate(asked, 1)]
    names = "、".join(phrases.phrase("question_returns", name).zh for name in returns)
    back = phrases.phrase("question_form", "back").zh.format(names=names) if names else ""
    ends = phrases.phrase("question_silence", silence).zh
    whole = phrases.phrase("question_form", "whole").zh
    return whole.format(asked="；".join(numbered), back=back, due=due.isoformat(), ends=ends)


def _names(given: Any) -> Sequence[str]:
    return given.split() if isinstance(given, str) else [str(name) for name in given]


def _day(text: str, today: date) -> date | None:
    """The day that somebody named; None: he named none."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal("question_due", given=text[:40]) from None
    if not 0 <= (day - today).days <= MAX_DAYS:
        raise Refusal("question_due", given=text[:40])
    return day
