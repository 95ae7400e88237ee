"""The values that a page with a decision form passes to its template."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import Connection

from single_window.cases import questions_shown, undoing
from single_window.cases.notes_and_files import kept_with
from single_window.cases.open_case import about_case
from single_window.frame import deciding
from single_window.frame.decision_kinds import DecisionKind, Subject
from single_window.language.prepared_reasons import reason_choices
from single_window.language.words import Words
from single_window.store import proposals


def form_values(
    connection: Connection, sandbox: str, kind: DecisionKind, subject: Subject, refused: Words | None
) -> dict[str, Any]:
    """Return version, state and possible acts of a subject, its last decision, a proposal that waits, the officer who
    holds it, why it waits, what its dossier is about, the prepared reasons, questions to its declarant, the officer's
    queue, what officers keep with it, and the refusal with what was typed."""
    key = subject.kind, str(subject.id)
    return {
        "dossier_of": key,
        "version": subject.version,
        "state": subject.state,
        "acts": deciding.acts_now(connection, sandbox, kind, subject),
        "last": undoing.last_decision(connection, sandbox, kind, subject),
        "proposal": proposals.about(connection, sandbox, *key),
        "choices": reason_choices,
        "asking": {subject.kind: questions_shown.shown(connection, sandbox, subject)},
        **about_case(connection, sandbox, key, getattr(subject.record, "reasons", ())),
        "kept": kept_with(connection, sandbox, kind.subject, subject),
        "refused": refused,
        "typed": request.form if refused else {},
    }
