"""Uploads of original payment data (179): each is taken, or refused with its own code, words and findings, and what was
taken is not taken again. Uploads that are wrong in one value stand in `payment_uploads.csv`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from simulators.entry.windows import SampleTrade, SandboxClient, WindowClient, fresh_sandbox
from tests.calls.platforms import Platform, UploadedAnswer, right_data
from tests.calls.sending import now_of
from tests.calls.tried_uploads import (
    FAILED,
    GOOD,
    NOT_REGISTERED,
    TAKEN,
    UNREGISTERED,
    UploadOutcome,
    accepted,
    body_of,
    replaced,
    table,
)

MOMENT = "2026-11-24T08:00:00+08:00"
MOST_UPLOADS, MOST_BYTES = 20, 131_072
NOT_STORED = "上传失败，入库失败，"
UNKNOWN, USED, TOO_OFTEN = "sessionID不是本系统发出的请求", "该sessionID的数据已入库", "该sessionID已上传20次"
NO_LIST = ("511", "621")
NEVER_ASKED = "0A1B2C3D-0000-4000-8000-000000000009"


def wrong(client: WindowClient) -> Iterator[str]:
    """Yield what is wrong;."""
    with fresh_sandbox(client, "uploads", "tests", MOMENT) as sandbox:
        uploads = Uploads(client.url, sandbox)
        yield from uploads.wrong()
        yield from uploads.right()
        yield from uploads.of_others(client.url)
        yield from uploads.not_stored()


class Uploads:
    """The uploads of a platform about one of its two trades, each in a session for which customs asked."""

    def __init__(self, url: str, sandbox: SandboxClient) -> None:
        """Declare the orders and payments of the trades."""
        self.sandbox, self.now = sandbox, now_of(sandbox)
        self.trade, self.other = sandbox.sample("import", "uploads"), sandbox.sample("import", "uploads of another")
        sandbox.submit(self.trade.without(*NO_LIST), self.other.without(*NO_LIST))
        sandbox.settle()
        self.platform = Platform(url, sandbox, self.trade.value("ebpCode", "411"))

    def wrong(self) -> Iterator[str]:
        """The faults of uploads that are wrong in one way, as many in a session as there may be."""
        session = ""
        for place, row in enumerate(table()):
            count = place % MOST_UPLOADS
            session = session if count else asked(self.sandbox, self.trade)
            body = body_of(self.platform, right_data(self.trade, session, self.now), row)
            yield from judged(self.sandbox, row.name, self.platform.upload(body), session, row.outcome, count + 1)

    def right(self) -> Iterator[str]:
        """The faults of uploads of which every value is as it may be at most or at least, with what is remarked on."""
        for words, (changes, findings) in accepted(self.trade, self.other, self.now).items():
            session = asked(self.sandbox, self.trade)
            data = right_data(self.trade, session, self.now)
            for name, value in changes.items():
                data = replaced(data, name, value)
            expected = UploadOutcome(GOOD, TAKEN, "right", findings)
            body = self.platform.signed(data)
            yield from judged(self.sandbox, words, self.platform.upload(body), session, expected)
        again = self.platform.upload(body)
        yield from judged(self.sandbox, "taken data", again, session, expected, answers=(FAILED, NOT_STORED + USED))

    def of_others(self, url: str) -> Iterator[str]:
        """The faults of uploads with the certificates of others, revoked ones, and SM2."""
        company = self.trade.value("ebpCode", "411")
        for words, platform, code, findings in (
            ("another's certificate", Platform(url, self.sandbox, "3702960002"), UNREGISTERED, "-company"),
            ("a revoked certificate", Platform(url, self.sandbox, company), UNREGISTERED, "-invalid"),
            ("a certificate for SM2", Platform(url, self.sandbox, company, "sm2"), GOOD, ""),
        ):
            if findings == "-invalid":
                self.sandbox.call("DELETE", f"/certificates/{platform.number}")
            session = asked(self.sandbox, self.trade)
            answer = platform.upload(platform.signed(right_data(self.trade, session, self.now)))
            verdict, said = ("right", TAKEN) if code == GOOD else ("wrong", NOT_REGISTERED)
            expected = UploadOutcome(code, said, verdict, f"payment-certificate{findings}@certNo" if findings else "")
            yield from judged(self.sandbox, words, answer, session, expected)

    def not_stored(self) -> Iterator[str]:
        """The faults of uploads that are not kept: nobody asked for them, they are too many, or cannot be read."""
        session = asked(self.sandbox, self.trade)
        body = self.platform.signed(right_data(self.trade, session, self.now))
        elsewhere = self.platform.signed(right_data(self.trade, NEVER_ASKED, self.now))
        for words, answer, said in (
            ("of a session for which nobody asked", self.platform.upload(elsewhere), NOT_STORED + UNKNOWN),
            ("of another sandbox", self.platform.upload(body, sandbox="main"), NOT_STORED + UNKNOWN),
            ("of a sandbox that nobody knows", self.platform.upload(body, sandbox="NOBODY-7"), NOT_STORED + UNKNOWN),
            ("in another field", self.platform.upload(body, field="payExInfo"), "payExInfoStr : payExInfoStr不为空;  "),
            ("a byte too large", self.platform.upload(_long(body, 1)), "上传失败，支付原始数据共131073字节"),
            ("too deep", self.platform.upload(_deep(body, 9)), "上传失败，JSON嵌套超过8层"),
            ("no object", self.platform.upload(f"[{body}]"), "上传失败，payExInfoStr不是JSON对象"),
            (
                "a name twice",
                self.platform.upload(_member(body, '"serviceTime":"1"')),
                "上传失败，payExInfoStr不是JSON对象",
            ),
        ):
            if answer.code != FAILED or not answer.message.startswith(said):
                yield f"an upload {words} is answered {answer}, and not {FAILED} {said}"
        if (uploads := shown(self.sandbox, session)["uploads"]) != 0:
            yield f"{uploads} uploads are kept of those that cannot be"
        before = [self.platform.upload(json.dumps({"sessionID": session})) for _ in range(MOST_UPLOADS)][-1]
        answer = self.platform.upload(body)
        if NOT_STORED in before.message or (answer.code, answer.message) != (FAILED, NOT_STORED + TOO_OFTEN):
            yield f"upload {MOST_UPLOADS} of a session is answered {before.message[:60]}, and the next {answer}"
        deep = asked(self.sandbox, self.trade)
        body = self.platform.signed(right_data(self.trade, deep, self.now))
        answer = self.platform.upload(_long(_deep(body, 8), 0))
        expected = UploadOutcome(GOOD, TAKEN, "right", "")
        yield from judged(self.sandbox, "as many bytes and levels as may be", answer, deep, expected)


def asked(sandbox: SandboxClient, trade: SampleTrade) -> str:
    """The session of a new request for the data of a trade."""
    return str(sandbox.call("POST", "/payment-requests", json={"order_no": trade.order_no})["session_id"])


def shown(sandbox: SandboxClient, session: str) -> dict[str, Any]:
    """The request of a session."""
    return dict(sandbox.call("GET", f"/payment-requests/{session}"))


def judged(
    sandbox: SandboxClient,
    words: str,
    answer: UploadedAnswer,
    session: str,
    expected: UploadOutcome,
    uploads: int = 1,
    answers: tuple[str, str] | None = None,
) -> Iterator[str]:
    """The faults of an answer and of the request after it; `answers`: another answer, which leaves the request."""
    request = shown(sandbox, session)
    findings = " ".join(sorted(f"{finding['code']}@{finding['path']}" for finding in request["findings"]))
    code, said = answers or (expected.code, expected.words)
    if answer.code != code or not answer.message.startswith(said):
        yield f"an upload with {words} is answered {answer.code} {answer.message[:80]}, and not {code} {said}"
    found = UploadOutcome(request["code"], request["message"][: len(expected.words)], request["verdict"], findings)
    if found != expected or request["uploads"] != uploads:
        yield f"after upload {uploads} with {words} the request shows {request['uploads']} {found}, and not {expected}"


def _member(body: str, member: str) -> str:
    """A body with a further member, which nobody signs or reads."""
    return f"{body[:-1]},{member}}}"


def _deep(body: str, levels: int) -> str:
    """A body that is nested so deep."""
    return _member(body, '"more":' + "[" * (levels - 1) + "]" * (levels - 1))


def _long(body: str, more: int) -> str:
    """A body of as many bytes as there may be, and some more."""
    return body + " " * (MOST_BYTES + more - len(body.encode()))
