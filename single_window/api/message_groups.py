"""Answers POST /messages in groups: the messages that wait together are admitted in one commit.

Only plain calls that are accepted are answered here. Every other call, such as one with a wrong key, a forced outcome
or a message that is refused, is passed on to the call of the framework (`messages.send`), which answers it as any call.

So refusals have one implementation, and a doubtful call is never answered the shorter way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from structlog.contextvars import bound_contextvars

from single_window.accounts import rights
from single_window.accounts.api_keys import ApiKey, BadKey, Unfit
from single_window.api import response_headers
from single_window.api.server.groups import RawResponse
from single_window.frame.http import budgets, callers, guard, key_access, request_ids
from single_window.frame.http.accepting import CHANNEL, message_answer
from single_window.frame.http.ports import PREFIX, Ports
from single_window.frame.http.problems import Problem
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.admission_queue import NotAccepting
from single_window.intake.reading import Reading
from single_window.outcomes.triggers import TO_CALLS
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.store.sandboxes import ABSENT, Sandbox

if TYPE_CHECKING:
    from single_window.accounts.call_limit import CallAllowance

ENDPOINT = "messages.send"
PATH = f"{PREFIX}/messages"
_STATUS_LINES = {status.value: f"{status.value} {status.phrase.upper()}" for status in HTTPStatus}
_HEADERS = frozenset(
    {
        "ACCEPT",
        "ACCEPT_ENCODING",
        "AUTHORIZATION",
        "CONNECTION",
        "CONTENT_LENGTH",
        "CONTENT_TYPE",
        "HOST",
        "USER_AGENT",
        "X_API_KEY",
        "X_REQUEST_ID",
        "X_SANDBOX",
    }
)
"""The headers of a plain call; with any other it is passed on."""
_TYPES = frozenset(
    {
        "",
        "application/xml",
        "text/xml",
        "application/xml; charset=utf-8",
        "application/xml;charset=utf-8",
        "text/xml; charset=utf-8",
        "text/xml;charset=utf-8",
        "application/octet-stream",
    }
)


class _Call(NamedTuple):
    """A plain call: sandbox, key (None: the operator, on this machine), id of the request, opened message, and the rate
    limit of the key once the call is counted."""

    sandbox: str
    key: ApiKey | None
    id: str
    reading: Reading
    allowance: CallAllowance | None = None


class MessageGroups:
    """Answers plain calls that send a message, for the window of an application."""

    def __init__(self, at: Ports) -> None:
        self._at, self._settings = at, at.window.settings
        self._most_bytes = min(budgets.COMPUTED_BYTES, self._settings.body_cap)
        self._is_alone = bool(self._settings.origins) or self._settings.call_log > 0
        """True if every call is answered by the framework, which allows origins and keeps calls."""

    def takes(self, request: Any) -> bool:
        """True for a plain call with a small body; the headers are checked by `answer`."""
        return (
            request.command == "POST"
            and request.path == PATH
            and not request.query
            and request.headers.keys() <= _HEADERS
            and request.headers.get("CONTENT_TYPE", "").lower() in _TYPES
            and 0 < len(request.body_rcv or b"") <= self._most_bytes
            and not self._is_alone
        )

    def answer(self, requests: Sequence[Any]) -> Sequence[RawResponse | None]:
        """Return the answers to calls whose messages are accepted; None for every other call."""
        calls = {place: call for place, request in enumerate(requests) if (call := self._open(request)) is not None}
        answers: list[RawResponse | None] = [None] * len(requests)
        for name in dict.fromkeys(call.sandbox for call in calls.values()):
            if (sandbox := self._unforced(name)) is None:
                continue
            here = [(place, call) for place, call in calls.items() if call.sandbox == name]
            counted = [(place, within) for place, call in here if (within := self._count(call)) is not None]
            admitted = self._admit(sandbox, [call for _, call in counted]) if counted else ()
            for (place, _), answer in zip(counted, admitted, strict=False):
                answers[place] = answer
        return answers

    def _open(self, request: Any) -> _Call | None:
        """Check a call and open its message; None: it is passed on."""
        headers = request.headers
        if guard.host_refusal(headers.get("HOST", ""), self._settings):
            return None
        with suppress(Problem, BadKey, *ABSENT):
            key = self._key(headers)
            sandbox = guard.sandbox_of(headers.get("X_SANDBOX", ""), key)
            if key is not None and not self._may_send(key, sandbox):
                return None
            body = request.body_rcv.getfile().read()
            opened = self._at.reader.open(sandbox, body)
            if opened.refused or (key is not None and not key.owns(opened.sender)):
                return None
            return _Call(sandbox, key, request_ids.valid_or_new_id(headers.get("X_REQUEST_ID", "")), opened)
        return None

    def _key(self, headers: dict[str, str]) -> ApiKey | None:
        """Return the key of a call; None: it needs none. Raises `Problem` or `BadKey`."""
        token = key_access.token_in(headers.get("X_API_KEY"), headers.get("AUTHORIZATION", ""))
        if token is not None:
            return self._at.window.keyring.verify(token)
        if "AUTHORIZATION" in headers or not callers.serves_local(self._settings):
            raise BadKey(Unfit.UNKNOWN)
        return None

    def _may_send(self, key: ApiKey, sandbox: str) -> bool:
        return bool(set(rights.wanted_of(ENDPOINT)) & set(key.rights)) and self._at.window.keyring.reaches(key, sandbox)

    def _unforced(self, name: str) -> Sandbox | None:
        """Return the sandbox; None if it is unknown, or its calls may be forced."""
        with suppress(*ABSENT), reading(self._at.window.engine) as connection:
            sandbox = sandboxes.find(connection, name)
            known = self._at.window.triggers.triggers(connection, name, sandbox.trigger_epoch)
            return None if any(trigger.action.do in TO_CALLS for trigger in known) else sandbox
        return None

    def _count(self, call: _Call) -> _Call | None:
        """Count a call that is answered here; the framework counts those that are passed on. None: over the limit."""
        if call.key is None or self._at.call_limit is None:
            return call
        allowance = self._at.call_limit.count(call.key.id)
        return call._replace(allowance=allowance) if allowance.within else None

    def _admit(self, sandbox: Sandbox, calls: Sequence[_Call]) -> Iterable[RawResponse | None]:
        """Admit the messages of calls in one sandbox; nothing if it was deleted meanwhile."""
        with suppress(*ABSENT):
            ids = [call.id for call in calls]
            with bound_contextvars(request=ids[0] if len(ids) == 1 else ids):
                readings = [call.reading for call in calls]
                answered = self._at.admission.admit_together(sandbox.name, CHANNEL, readings)
            return [self._answer(call, answer, sandbox) for call, answer in zip(calls, answered, strict=True)]
        return ()

    def _answer(self, call: _Call, answer: AdmissionAnswer | NotAccepting, sandbox: Sandbox) -> RawResponse:
        headers = {request_ids.HEADER: call.id, **response_headers.HARDENED}
        if call.key is None and sandbox.options.open_desks:
            headers[response_headers.HEADER] = response_headers.encode_name(sandbox.name)
        if call.allowance is not None:
            headers.update(call.allowance.headers)
        said = message_answer(answer, call.reading)
        headers.update(said.headers)
        return RawResponse(_STATUS_LINES[said.status], tuple(headers.items()), said.body)
