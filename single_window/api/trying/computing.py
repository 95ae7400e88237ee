"""The computation of trials, in any process: validating messages, verifying a signature, auditing ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from schemas.answering import OutOfTime, within
from single_window.answers.audits import MAX_LEDGER_DIFFERENCES, audit_out
from single_window.answers.signatures import VerifiedOut, verified_out
from single_window.answers.validation import ValidationOut, validations_out
from single_window.api.trying.filing import ANYBODY, TrialCaller, add_receipts
from single_window.auditing import LEDGERS, Ledger
from single_window.clock import monotonic
from single_window.context import Context
from single_window.frame.pages.masking import mask_text
from single_window.intake import signature_explained
from single_window.intake.validated import Against
from single_window.intake.validation import validate_all
from single_window.store.engine import snapshot

BEGIN_SECONDS = 10.0
"""Seconds after which an audit starts no further ledger; the caller requests the remaining ones again."""
LEDGER_CPU_SECONDS = 20.0
"""Maximum processor time for one ledger, in seconds."""


def try_messages(context: Context, trial: Trial, bodies: Sequence[bytes]) -> TrialResult:
    """Return the results of a trial of messages. Raises `UnknownSandbox`."""
    if trial.call == "verify":
        explained = (signature_explained.explain(context, trial.sandbox, body) for body in bodies)
        return _result([verified_out(explanation, trial.canonical) for explanation in explained])
    validations = validate_all(context, trial.sandbox, bodies, trial.edition, Against(trial.against))
    if trial.files:
        add_receipts(context, trial.sandbox, bodies, validations, trial.caller)
    return _result(validations_out(validations))


def audit_ledgers(context: Context, trial: Trial) -> TrialResult:
    """Return the audits of ledgers, each within its processor time. Ledgers not begun in time are in `left`."""
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
    return TrialResult(
        [Raw(msgspec.json.encode(audit_out(ledgers, left, given_up, MAX_LEDGER_DIFFERENCES, mask_text)))]
    )


def _result(answers: Sequence[VerifiedOut] | Sequence[ValidationOut]) -> TrialResult:
    return TrialResult([Raw(msgspec.json.encode(answer)) for answer in answers], [answer.valid for answer in answers])


class Trial(Struct, frozen=True, kw_only=True):
    """A request to compute: `validate` several messages, `verify` the signature of one, or `audit` ledgers. `files`:
    file the messages on trial, as `caller` would."""

    call: Literal["validate", "verify", "audit"]
    sandbox: str
    ledgers: Sequence[str] = ()
    edition: str | None = None
    against: str = "upload"
    canonical: bool = False
    files: bool = True
    caller: TrialCaller = ANYBODY


class TrialResult(Struct, frozen=True):
    """The answers in JSON, one for each message, and whether each message is valid. `too_much`: stopped because of its
    processor time or memory. `gone`: the sandbox was reset or deleted meanwhile. `last`: the process ends after this
    result."""

    answers: Sequence[Raw] = ()
    valid: Sequence[bool] = ()
    too_much: bool = False
    gone: bool = False
    last: bool = False


class TrialOrder(Struct, frozen=True, kw_only=True):
    """A trial as sent to the process: with the settings of the window, and the sizes of the messages that follow it."""

    settings: dict[str, str | int]
    trial: Trial
    sizes: Sequence[int]
