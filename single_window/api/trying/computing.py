"""Tries messages, in whichever process: validates them, or verifies a signature."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Raw

from single_window.answers.signatures import VerifiedOut, verified_out
from single_window.answers.validation import ValidationOut, validations_out
from single_window.api.trying.requests import Trial, TrialResult
from single_window.context import Context
from single_window.intake import signature_explained
from single_window.intake.validation import Against, validate_all


def tried(context: Context, trial: Trial, bodies: Sequence[bytes]) -> TrialResult:
    """The answers to messages that are tried. Raises `UnknownSandbox`."""
    if trial.call == "verify":
        explained = (signature_explained.explain(context, trial.sandbox, body) for body in bodies)
        return _result([verified_out(explanation, trial.canonical) for explanation in explained])
    validations = validate_all(context, trial.sandbox, bodies, trial.edition, Against(trial.against))
    return _result(validations_out(validations))


def _result(answers: Sequence[VerifiedOut] | Sequence[ValidationOut]) -> TrialResult:
    return TrialResult([Raw(msgspec.json.encode(answer)) for answer in answers], [answer.valid for answer in answers])
