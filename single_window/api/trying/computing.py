"""Tries messages, in whichever process: validates them, or verifies a signature; audits ledgers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Raw

from schemas.answering import OutOfTime, within
from single_window.answers.audits import MOST_DIFFERENCES, audit_out
from single_window.answers.signatures import VerifiedOut, verified_out
from single_window.answers.validation import ValidationOut, validations_out
from single_window.api.trying.requests import Trial, TrialResult
from single_window.auditing import LEDGERS, Ledger
from single_window.clock import monotonic
from single_window.context import Context
from single_window.frame.pages.masking import guarded
from single_window.intake import signature_explained
from single_window.intake.validation import Against, validate_all
from single_window.store.engine import snapshot

BEGIN_SECONDS = 10.0
"""After so long an audit begins no further ledger: who asked asks for those that are left."""
LEDGER_CPU_SECONDS = 20.0
"""Processor time for one ledger."""


def tried(context: Context, trial: Trial, bodies: Sequence[bytes]) -> TrialResult:
    """The answers to messages that are tried. Raises `UnknownSandbox`."""
    if trial.call == "verify":
        explained = (signature_explained.explain(context, trial.sandbox, body) for body in bodies)
        return _result([verified_out(explanation, trial.canonical) for explanation in explained])
    validations = validate_all(context, trial.sandbox, bodies, trial.edition, Against(trial.against))
    return _result(validations_out(validations))


def audited(context: Context, trial: Trial) -> TrialResult:
    """The audits of ledgers, each within its processor time; those that were not begun in time are left."""
    until, ledgers, left, given_up = monotonic() + BEGIN_SECONDS, list[Ledger](), list[str](), list[str]()
    for name in trial.ledgers:
        if monotonic() > until:
            left.append(name)
            continue
        try:
            with within(LEDGER_CPU_SECONDS), snapshot(context.engine) as connection:
                ledgers.append(LEDGERS[name](connection, trial.sandbox))
        except (OutOfTime, MemoryError):
            given_up.append(name)
    return TrialResult([Raw(msgspec.json.encode(audit_out(ledgers, left, given_up, MOST_DIFFERENCES, guarded)))])


def _result(answers: Sequence[VerifiedOut] | Sequence[ValidationOut]) -> TrialResult:
    return TrialResult([Raw(msgspec.json.encode(answer)) for answer in answers], [answer.valid for answer in answers])
