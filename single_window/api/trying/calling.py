"""Runs trials and audits for HTTP calls, within their limits."""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict

import msgspec
from flask import request
from msgspec import Raw

from single_window.answers.audits import audit_out
from single_window.api.trying.computing import Trial, TrialOrder, TrialResult, try_messages
from single_window.api.trying.filing import TrialCaller
from single_window.auditing import LEDGERS
from single_window.frame.http import callers, guard, key_access
from single_window.frame.http.budgets import COMPUTED_BYTES
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import problem
from single_window.intake.limited_process import CallerGone, LimitedProcess, ProgramBusy, ProgramFailed
from single_window.observe.metrics import meters
from single_window.settings import Settings
from single_window.store.engine import snapshot
from single_window.store.sandboxes import Resetting

TIMEOUT_SECONDS = 30.0
"""Seconds without an answer after which the process is ended; its processor time is limited to much less."""
WAITING_SECONDS = 10.0
"""Maximum seconds that a call waits for earlier calls."""
RETRY_AFTER_SECONDS = 5
IDLE_SECONDS = 30.0
"""Seconds without a call after which the process is ended."""
AUDIT_SECONDS = 75.0
"""`TIMEOUT_SECONDS` for an audit."""
READS = "read_receipts"
"""The right of a key to be told receipts."""
PROGRAM = (sys.executable, "-m", "single_window.api.trying.program")
_own, _audits = LimitedProcess(PROGRAM, TIMEOUT_SECONDS), LimitedProcess(PROGRAM, AUDIT_SECONDS)
atexit.register(_own.close)
atexit.register(_audits.close)


def validated(
    bodies: Sequence[bytes],
    edition: str | None = None,
    against: str = "upload",
    files: bool = True,
    scenario: str = "",
) -> Sequence[tuple[Raw, bool]]:
    """Validate messages for the caller of the current request: each answer in JSON, and whether it is valid. The other
    arguments are as of `Trial` and `TrialCaller`. Raises `Problem`, `UnknownSandbox`."""
    key = key_access.current_key()
    caller = TrialCaller(
        key="" if key is None else key.id,
        mailboxes=None if key is None or key.owns_all else key.mailboxes,
        reads=key is None or READS in key.rights,
        scenario=scenario,
    )
    sandbox = guard.sandbox_name()
    trial = Trial(call="validate", sandbox=sandbox, edition=edition, against=against, files=files, caller=caller)
    tried = answers(trial, bodies)
    return list(zip(tried.answers, tried.valid, strict=True))


def answers(trial: Trial, bodies: Sequence[bytes], process: LimitedProcess = _own) -> TrialResult:
    """Return the results of a trial of messages for the current request; raises `Problem`, `UnknownSandbox`."""
    window = ports().window
    if sum(map(len, bodies)) <= COMPUTED_BYTES or callers.in_this_process():
        return try_messages(window, trial, bodies)
    window.sandbox(trial.sandbox)
    result = _answer_of(trial, bodies, process)
    if result.too_much:
        raise problem("too-much-to-try", size=sum(map(len, bodies)))
    if result.gone:
        window.sandbox(trial.sandbox)  # raises, unless it is there again
        raise Resetting(trial.sandbox)
    return result


def audit_in_process(sandbox: str, ledgers: Sequence[str], process: LimitedProcess = _audits) -> Raw:
    """Return the audit of a sandbox's ledgers as JSON of `AuditOut`; unlimited for a caller in this process. Raises
    `Problem`."""
    if callers.in_this_process():
        with snapshot(ports().window.engine) as connection:
            report = audit_out([LEDGERS[name](connection, sandbox) for name in ledgers])
        return Raw(msgspec.json.encode(report))
    result = _answer_of(Trial(call="audit", sandbox=sandbox, ledgers=ledgers), (), process)
    if result.too_much:
        raise _busy("ended")
    return result.answers[0]


def _answer_of(trial: Trial, bodies: Sequence[bytes], process: LimitedProcess) -> TrialResult:
    """Return the answer of the process; raises `Problem` if there is none."""
    order = TrialOrder(settings=_plain(ports().window.settings), trial=trial, sizes=[len(body) for body in bodies])
    try:
        return _tried_there(order, bodies, process)
    except CallerGone:
        meters.count("http_turned_away", 1, "gone")
        raise problem("nobody-waits") from None
    except ProgramBusy:
        meters.count("http_turned_away", 1, "computing")
        raise _busy("others") from None
    except (ProgramFailed, msgspec.DecodeError):
        process.close()
        raise _busy("ended") from None


def _end_later(process: LimitedProcess) -> None:
    """End the process after a while without use, to free its memory."""
    timer = threading.Timer(IDLE_SECONDS + 1, process.end_idle, [IDLE_SECONDS])
    timer.daemon = True
    timer.start()


def _tried_there(order: TrialOrder, bodies: Sequence[bytes], process: LimitedProcess) -> TrialResult:
    disconnected: Callable[[], bool] = request.environ.get("waitress.client_disconnected", bool)
    about = msgspec.json.encode(order)
    try:
        return _decode(
            process.exchange(
                about, b"".join(bodies), disconnected, WAITING_SECONDS, lambda answer: _decode(answer).last
            )
        )
    finally:
        _end_later(process)


def _decode(given: bytes) -> TrialResult:
    return msgspec.json.decode(given, type=TrialResult)


def _plain(settings: Settings) -> dict[str, str | int]:
    return {**asdict(settings), "data": str(settings.data)}


def _busy(why: str) -> Exception:
    reasons = {
        "others": "正在校验其他大报文或对账 (other large messages are being processed, or another audit is running)",
        "ended": "计算进程已结束 (the computing process has ended)",
    }
    return problem(
        "not-accepting",
        reason=reasons[why],
        seconds=RETRY_AFTER_SECONDS,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )
