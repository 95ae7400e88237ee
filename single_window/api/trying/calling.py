"""Tries messages, and audits, for a call over HTTP, within its budget."""

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
from single_window.api.trying.computing import Trial, TrialOrder, TrialResult, tried
from single_window.auditing import LEDGERS
from single_window.frame.http import callers
from single_window.frame.http.budgets import COMPUTED_BYTES
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import problem
from single_window.intake.limited_process import CallerGone, LimitedProcess, ProgramBusy, ProgramFailed
from single_window.observe.metrics import meters
from single_window.settings import Settings
from single_window.store.engine import snapshot

PATIENCE_SECONDS = 30.0
"""After so long without an answer the process is ended; it limits its own processor time to far less."""
WAITING_SECONDS = 10.0
"""So long a call waits for others before it."""
AGAIN = 5
"""Retry-After, in seconds, where others are before."""
IDLE_SECONDS = 30.0
"""After so long without a call the process is ended."""
AUDIT_SECONDS = 75.0
"""As `PATIENCE_SECONDS`, of an audit."""
PROGRAM = (sys.executable, "-m", "single_window.api.trying.program")
_own, _audits = LimitedProcess(PROGRAM, PATIENCE_SECONDS), LimitedProcess(PROGRAM, AUDIT_SECONDS)
atexit.register(_own.close)
atexit.register(_audits.close)


def answers(trial: Trial, bodies: Sequence[bytes], process: LimitedProcess = _own) -> TrialResult:
    """The answers to messages that the current request tries; raises `Problem`, `UnknownSandbox`."""
    window = ports().window
    if sum(map(len, bodies)) <= COMPUTED_BYTES or callers.in_this_process():
        return tried(window, trial, bodies)
    window.sandbox(trial.sandbox)
    came = _answered(trial, bodies, process)
    if came.too_much:
        raise problem("too-much-to-try", size=sum(map(len, bodies)))
    return came


def audited(sandbox: str, ledgers: Sequence[str], process: LimitedProcess = _audits) -> Raw:
    """The audit of a sandbox's ledgers, as `AuditOut` in JSON, without a budget for a caller in this process; raises
    `Problem`."""
    if callers.in_this_process():
        with snapshot(ports().window.engine) as connection:
            whole = audit_out([LEDGERS[name](connection, sandbox) for name in ledgers])
        return Raw(msgspec.json.encode(whole))
    came = _answered(Trial(call="audit", sandbox=sandbox, ledgers=ledgers), (), process)
    if came.too_much:
        raise _busy("ended")
    return came.answers[0]


def _answered(trial: Trial, bodies: Sequence[bytes], process: LimitedProcess) -> TrialResult:
    """The answer of the process; raises `Problem` if there is none."""
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
    """End the process once it was not used for a while: it holds memory."""
    timer = threading.Timer(IDLE_SECONDS + 1, process.end_idle, [IDLE_SECONDS])
    timer.daemon = True
    timer.start()


def _tried_there(order: TrialOrder, bodies: Sequence[bytes], process: LimitedProcess) -> TrialResult:
    gone: Callable[[], bool] = request.environ.get("waitress.client_disconnected", bool)
    about = msgspec.json.encode(order)
    try:
        return _decoded(
            process.exchange(about, b"".join(bodies), gone, WAITING_SECONDS, lambda answer: _decoded(answer).last)
        )
    finally:
        _end_later(process)


def _decoded(given: bytes) -> TrialResult:
    return msgspec.json.decode(given, type=TrialResult)


def _plain(settings: Settings) -> dict[str, str | int]:
    return {**asdict(settings), "data": str(settings.data)}


def _busy(why: str) -> Exception:
    reasons = {
        "others": "正在校验其他大报文或对账 (other large messages are being tried, or another audit is made)",
        "ended": "计算进程已结束 (the process that computes has ended)",
    }
    return problem("not-accepting", reason=reasons[why], seconds=AGAIN, headers={"Retry-After": str(AGAIN)})
