"""What tests of the running window share: a server on a free port, a client, messages to send."""

from __future__ import annotations

import json
import re
import uuid
from base64 import b64encode
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from socket import create_connection, socket
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from apiflask import APIFlask
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from schemas import envelope
from single_window.clock import monotonic
from tests.described import check
from tests.patience import PATIENCE

SAMPLES = Path(envelope.__file__).parent / "samples"
CAP = 300_000
"""Bytes that a message may have in these tests."""
TRADE = ("311", "411", "511", "621")


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def codes(self) -> list[str]:
        """The codes of its findings."""
        return [finding["code"] for finding in self.json["findings"]]


class _AsItCame(Response):
    """An answer of a server; where it names no type, it has none."""

    default_mimetype = None


class Client:
    """Speaks HTTP to one address, a connection a call; every answer must be as the document of `app` says, if that is
    given."""

    def __init__(self, url: str, app: APIFlask | None = None) -> None:
        self.host, self.port = urlsplit(url).hostname or "", urlsplit(url).port or 0
        self.app = app

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        connection = HTTPConnection(self.host, self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answered = answer(connection.getresponse())
        finally:
            connection.close()
        if self.app is not None and path.startswith("/api/v1/"):
            check(
                self.app,
                method,
                unquote(urlsplit(path).path),
                _AsItCame(answered.body, answered.status, answered.headers),
            )
        return answered

    def connect(self) -> socket:
        """A connection on which anything may be sent."""
        return create_connection((self.host, self.port), 30)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", f"/api/v1{path}", **headers)

    def post(self, body: Any, query: str = "", **headers: str) -> Answer:
        return self.call("POST", f"/api/v1/messages{query}", body, **headers)


class PatientClient(Client):
    """Calls again what was turned away because too much else goes on, as a client is told to; for as many seconds as
    `PATIENCE`."""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        until = monotonic() + PATIENCE
        while True:
            answered = super().call(method, path, body, **headers)
            if answered.status != 503 or answered.codes != ["not-accepting"] or monotonic() > until:
                return answered


def answer(response: HTTPResponse) -> Answer:
    return Answer(response.status, dict(response.getheaders()), response.read())


def codes(answer: TestResponse) -> list[str]:
    """What an answer of Flask's test client was refused for."""
    return [finding["code"] for finding in answer.get_json()["findings"]]


def sample(code: str, **changes: str) -> bytes:
    """A golden sample; `changes` give elements another text (every element of that name)."""
    text = (SAMPLES / f"CEB{code}Message.xml").read_text("utf-8")
    for name, value in changes.items():
        text, count = re.subn(rf"(<ceb:{name}>)[^<]*", rf"\g<1>{value}", text)
        assert count, f"the sample {code} has no {name}"
    return text.encode()


def again(body: bytes) -> bytes:
    """The same message as a transmission of its own: another guid on the root."""
    guid = str(uuid.uuid4()).upper().encode()
    changed, count = re.subn(rb'(Message[^>]* guid=")[^"]*', rb"\g<1>" + guid, body, count=1)
    assert count
    return changed


def many(code: str, count: int) -> bytes:
    """A sample with its one document `count` times."""
    body = sample(code)
    match = re.search(rb"<ceb:(Order|Payment|Logistics|Inventory)>.*?</ceb:\1>", body, re.DOTALL)
    assert match
    return body.replace(match[0], match[0] * count)


def mailbox(body: bytes) -> str:
    match = re.search(rb"<ceb:dxpId>([^<]+)", body)
    assert match
    return match[1].decode()


def wrapped(body: bytes, message_id: str, sender: str) -> bytes:
    return envelope.wrap(
        envelope.Envelope(message_id, sender, (envelope.IMPORT_NODE,), "2022-06-01T09:00:00", "CEB311Message", body)
    )


def in_json(body: bytes) -> bytes:
    return json.dumps({"data": b64encode(body).decode()}).encode()


def in_haikou_json(body: bytes) -> bytes:
    data = b64encode(body).decode()
    return json.dumps({"Message": {"MessageHead": {"MessageType": "CEB311"}, "MessageBody": {"data": data}}}).encode()
