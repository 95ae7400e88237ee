"""Forms in which officers decide: which act, which prepared reason, which values; and how a refusal is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from flask import g, request
from werkzeug.datastructures import MultiDict

from single_window.frame.decision_kinds import VALUES, DecisionKind, Requested, Subject
from single_window.frame.http.ports import ports
from single_window.language import for_people, phrases, words
from single_window.language.prepared_reasons import SEPARATOR, reason_choices
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.case_queue import QueuedCase
from single_window.store.questioning import ASK
from single_window.work import filing

MAX_VALUE_LENGTH = 250_000
"""Maximum characters of a value: more than the numbers of as many lists as a batch takes, which are refused."""


class CasePage(NamedTuple):
    """The page on which cases of one kind of subject are decided."""

    subject: str
    address: Callable[[QueuedCase], str]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A page with a form that decides about a kind of subject.

    `name`: part of the form's endpoint. `path`: the form's address, with the subject as `<number>`. `show` renders
    the subject's page again with a refusal. `address`: the page to show after a decision, unless the officer takes
    another case. `requested` reads the form of the current request, given the sandbox and the subject."""

    name: str
    kind: DecisionKind
    path: str
    show: Callable[[Subject, Words], str]
    address: Callable[[Subject], str]
    requested: Callable[[str, Subject], Requested] = field(default=lambda sandbox, subject: values_of_form(subject))
    by_number: bool = False
    """True if `<number>` in `path` is the subject's number, False if it is its id."""


def pages_of_cases(
    kind: DecisionKind,
    path: str,
    show: Callable[[str, Words], str],
    address: Callable[[str], str],
    number: Callable[[Subject], str] = lambda subject: str(subject.id),
    requested: Callable[[str, Subject], Requested] = lambda sandbox, subject: values_of_form(subject),
) -> tuple[CasePage, DecisionPage]:
    """The page of the cases of one kind, and its form, for kinds whose pages are found by the number that people know.

    `show(number, refusal)` renders the page of a case again, `address(number)` returns its address. `number` returns
    the number of a subject. `path` and `requested`: see `DecisionPage`."""
    form = DecisionPage(
        kind.subject,
        kind,
        path,
        show=lambda subject, refused: show(number(subject), refused),
        address=lambda subject: address(number(subject)),
        requested=requested,
        by_number=True,
    )
    return CasePage(kind.subject, lambda case: address(case.number)), form


def is_same_form(sent: Mapping[str, str], action: str) -> bool:
    """True if the form that was sent, now or before its session ended, is the one that is sent to `action`."""
    unsent = sent.get("unsent", "")
    where = unquote(urlsplit(unsent).path) if unsent else request.path
    return where == unquote(urlsplit(action).path)


def _filled_in(form: Mapping[str, str]) -> dict[str, Any]:
    texts = {name: form.get(name, "").strip()[:MAX_VALUE_LENGTH] for name in VALUES}
    values: dict[str, Any] = {name: text for name, text in texts.items() if text}
    prices = {name.removeprefix("price-"): text.strip() for name, text in form.items() if name.startswith("price-")}
    if filled := {gnum: text for gnum, text in prices.items() if gnum and text}:
        values["prices"] = filled
    values |= cosmetics_of_form(form)
    if "lists" in values:
        values["lists"] = values["lists"].split()
    return values


def cosmetics_of_form(form: Mapping[str, str]) -> dict[str, Any]:
    """What a form says of lines of cosmetics, as a value of a decision; empty if it says nothing of any."""
    chosen = {name.removeprefix("cosmetic-"): text for name, text in form.items() if name.startswith("cosmetic-")}
    return {"cosmetics": chosen} if chosen else {}


def values_of_form(subject: Subject) -> Requested:
    """The decision that the form of the current request asks for: action, reason (chosen and typed), version, and every
    value that was filled in."""
    form, action = request.form, request.form.get("act", "")
    return Requested(
        action,
        reason_of_form(subject.kind, action, form),
        form.get("version", 0, int),
        question_of_form(form, f"-{ASK}" if f"due-{ASK}" in form else "") if action == ASK else _filled_in(form),
        of_form=True,
        prepared_for=_of_act(form, "chosen", action).partition(".")[0],
    )


def demand_version(form: Mapping[str, str]) -> None:
    """Raise `Refusal` for a form that names no version of its case: it may be that of another one, or of long ago."""
    version = form.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 20):
        raise Refusal("version_missing")


def question_of_form(form: MultiDict[str, str], of: str = "", ticked: str | None = None) -> dict[str, Any]:
    """The questions that are ticked in a form, as they were changed there, with what goes with them; `of` ends the
    names of the fields, `ticked` those of the questions if these end otherwise."""
    own = of if ticked is None else ticked
    texts = [form.get(f"question-{number}{own}", "")[:MAX_REASON_LENGTH] for number in form.getlist(f"questions{own}")]
    return {
        "questions": [text for text in texts if text.strip()],
        "due": form.get(f"due{of}", "").strip(),
        "returns": form.getlist(f"returns{of}"),
        "silence": form.get(f"silence{of}", ""),
    }


def await_answer(sandbox: str, decision_id: int) -> filing.StoredDecision:
    """The decision, once it is answered or after `PATIENCE_SECONDS`; at once if it can still be taken back."""
    decided = filing.outcome(ports().window, sandbox, decision_id)
    return decided if decided.not_before else filing.wait(ports().window, sandbox, decision_id, ports().changes)


def refusal_words(decided: filing.StoredDecision) -> Words:
    """The words for a refused decision, with its reasons."""
    label = phrases.phrase("label", "not_carried_out")
    reasons = [phrases.of_reason(reason) for reason in decided.answer]
    return Words(
        "；".join([label.zh, *(for_people.spoken(reason.zh, words.ZH) for reason in reasons)]),
        "; ".join([label.en, *(for_people.spoken(reason.en, words.EN) for reason in reasons)]),
    )


_TYPED = re.compile(r"(line|remark|found|price|cosmetic|reason|amount|since|until|lists)(?:-([0-9]+))?")
"""The fields of forms that people fill in, some for each line of goods."""


def typed_texts(form: MultiDict[str, str]) -> list[tuple[Words, Words]]:
    """What was typed in a form, field by field, for a page that has the form no more."""
    told = []
    for name, text in form.items(multi=True):
        field = _TYPED.fullmatch(name)
        if field is None or not text.strip():
            continue
        words = phrases.phrase("typed_field", field[1])
        of_line = Words(f"第{field[2]}项{words.zh}", f"line {field[2]}: {words.en}") if field[2] else words
        said = (
            phrases.phrase("inspected", text)
            if field[1] == "line" and text in phrases.book()["inspected"]
            else Words(text, text)
        )
        told.append((of_line, said))
    return told


def tell_at(refused: Refusal) -> None:
    """Remember the field of the form that a refusal is about, at which the page shows it."""
    g.refused_field = refused.field


def refused_field() -> str:
    """Return the field that the refusal of this request is about; empty: none alone."""
    return str(g.get("refused_field", ""))


MAX_REASON_LENGTH = 1_000
"""Characters of a reason that are kept."""


def reason_of_form(subject: str, action: str, form: Mapping[str, str]) -> str:
    """The reason in a form: the prepared reason in Chinese, as receipts are, if it belongs to the action, then what was
    typed. A form with fields of several acts has those of each under the names `chosen-ACTION` and `reason-ACTION`."""
    choice = _of_act(form, "chosen", action)
    prepared = next(
        (known.words.zh for known in reason_choices(subject) if (known.value, known.act) == (choice, action)), ""
    )
    parts = [prepared, _of_act(form, "reason", action).strip()]
    return SEPARATOR.join(filter(None, parts))[:MAX_REASON_LENGTH]


def _of_act(form: Mapping[str, str], name: str, action: str) -> str:
    return form.get(f"{name}-{action}", form.get(name, ""))
