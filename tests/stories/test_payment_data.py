"""Original payment data (announcement 2018-179): a platform is asked, uploads, and its list goes on or to review."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from threading import Event

import pytest

from schemas.payment_data.upload import NotRead, read
from schemas.signature.algorithms import Key
from single_window.channels import payment_addresses
from single_window.channels.platform_calls import PlatformCalls
from single_window.intake import payment_uploads
from single_window.intake.payment_uploads import findings_of
from single_window.master_data import certificates
from single_window.master_data import importing as masterdata
from single_window.master_data.certificates import IssuedCertificate
from single_window.store import payment_requests
from single_window.store.names import UploadVerdict
from single_window.store.payment_requests import CallState, PaymentRequest
from tests.databases import ON_BOTH, read_by
from tests.platforms import compact, confirms, data_of, form_of, signed, text_of
from tests.receivers import Receiver, free_port, receiving, status
from tests.stories.story import NOON, StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
MINUTES = 60_000


class Platform:
    """The platform of a story's first trade."""

    def __init__(self, story: StoryRunner, receiver: Receiver, algorithm: Key = Key.RSA) -> None:
        self.story, self.receiver, self.trade = story, receiver, story.trade()
        self.code = self.trade.document("order").head["ebpCode"]
        self.card = certificates.issue(story.window, story.sandbox, self.code, algorithm)
        payment_addresses.put(story.window, story.sandbox, self.code, receiver.url)
        self.calls = PlatformCalls(story.window, Event())

    def begin(self) -> dict[str, str]:
        """Declare the trade, let the platform be asked; gives what it is asked."""
        self.story.send(self.trade)
        self.ask()
        return form_of(self.receiver.posted[-1])

    def ask(self) -> bool:
        return self.calls.call(self.request)

    @property
    def request(self) -> PaymentRequest:
        return self.story.read(payment_requests.page)[0]

    def upload(self, body: str | None) -> tuple[str, str]:
        answer = payment_uploads.take(self.story.window, self.story.sandbox, body)
        self.story.window.settle()
        return answer.code, answer.message

    def answer(
        self, by: IssuedCertificate | None = None, text: Callable[..., str] = text_of, **head: object
    ) -> tuple[str, str]:
        """Upload payment data in the session of the request, signed by its card."""
        data = data_of(self.trade, self.request.session_id, NOON, **head)
        return self.upload(signed(data, by or self.card, text))

    @property
    def findings(self) -> list[str]:
        return [finding.code for finding in findings_of(self.request)]

    @property
    def reasons(self) -> str:
        return str(self.story.column(self.trade, "reasons"))


@pytest.fixture
def start(start_story: Callable[..., StoryRunner]) -> Iterator[Callable[..., Platform]]:
    numbers = count()
    with receiving(*[confirms()] * 50) as receiver:

        def begin(algorithm: Key = Key.RSA, **options: object) -> Platform:
            story = start_story(f"story{next(numbers)}", **{"require_179": True, **options})
            object.__setattr__(story.window.settings, "webhook_private", 1)
            return Platform(story, receiver, algorithm)

        yield begin


@pytest.fixture
def begun(start: Callable[..., Platform]) -> Platform:
    """A platform that has been asked; the uploads of a table's rows follow each other in its session."""
    platform = start()
    platform.begin()
    return platform


def statuses(platform: Platform) -> list[str]:
    return platform.story.statuses(platform.trade)


def test_without_the_option_no_request_is_made(start: Callable[..., Platform]) -> None:
    platform = start(require_179=False)
    platform.story.send(platform.trade)
    assert platform.story.state(platform.trade) == "released"
    assert read_by(platform.story.window.engine, payment_requests.page, platform.story.sandbox) == []


@each("algorithm", list(Key))
def test_a_right_answer_lets_the_list_go_on(start: Callable[..., Platform], algorithm: Key) -> None:
    platform = start(algorithm)
    result = platform.begin()
    assert result == {"orderNo": platform.trade.id, "sessionID": platform.request.session_id, "serviceTime": str(NOON)}
    assert (platform.story.state(platform.trade), platform.request.asking) == ("accepted", CallState.REQUESTED)
    assert platform.answer() == ("10000", "上传成功")
    assert platform.request.verdict == UploadVerdict.RIGHT and platform.findings == []
    assert platform.story.state(platform.trade) == "released"
    assert {"payment_data_requested", "payment_data_answered"} <= {
        row.event for row in platform.story.timeline(platform.trade)
    }
    platform.story.pass_time(hours=1)
    assert "300" not in statuses(platform)


def test_silence_of_two_minutes_leads_to_review(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.begin()
    platform.story.window.advance(platform.story.sandbox, NOON + 2 * MINUTES - 1)
    assert platform.story.state(platform.trade) == "accepted"
    platform.story.window.advance(platform.story.sandbox, NOON + 2 * MINUTES)
    assert platform.story.state(platform.trade) == "in_review" and "14221" in platform.reasons
    assert platform.request.verdict_at(NOON + 2 * MINUTES) == UploadVerdict.SILENT


@pytest.mark.parametrize("after", [2 * MINUTES, 60 * MINUTES])
def test_who_answers_late_has_answered_and_stays_in_review(start: Callable[..., Platform], after: int) -> None:
    platform = start()
    platform.begin()
    platform.story.window.advance(platform.story.sandbox, NOON + after)
    assert platform.answer()[0] == "10000"
    assert platform.request.verdict == UploadVerdict.LATE
    assert platform.story.state(platform.trade) == "in_review"


def _in_another_order(data: dict[str, object]) -> str:
    return text_of(
        {name: data[name] for name in ("serviceTime", "sessionID", "payExchangeInfoHead", "payExchangeInfoLists")}
    )


def _unquoted_time(data: dict[str, object]) -> str:
    return text_of(data).replace(f'"{NOON}"', str(NOON))


def _all_unquoted(data: dict[str, object]) -> str:
    return "||".join(f'"{name}":{value if isinstance(value, str) else compact(value)}' for name, value in data.items())


def _unquoted_but_session(data: dict[str, object]) -> str:
    session = data["sessionID"]
    return _all_unquoted(data).replace(f'"sessionID":{session}', f'"sessionID":"{session}"')


def _amount_rewritten(data: dict[str, object]) -> str:
    return re.sub(r'("totalAmount":[0-9.]*)', lambda amount: _other_zeros(amount.group()), text_of(data))


def _other_zeros(amount: str) -> str:
    return f"{amount}0" if "." in amount else f"{amount}.0"


def _escaped(data: dict[str, object]) -> str:
    return "||".join(
        f'"{name}":{compact(value if isinstance(value, str) else compact(value))}' for name, value in data.items()
    )


@each(
    ("text", "code"),
    [
        (_in_another_order, "payment-signed-order-of-parts"),
        (_unquoted_time, "payment-signed-service-time-unquoted"),
        (_all_unquoted, "payment-signed-all-unquoted"),
        (_unquoted_but_session, "payment-signed-all-unquoted"),
        (_amount_rewritten, "payment-signed-number"),
        (_escaped, "payment-signed-escaped"),
        (lambda data: text_of(data) + "\n", "payment-signed-newline"),
        (lambda data: text_of(data).replace("演示", "示范"), "payment-signature"),
    ],
)
@each("algorithm", list(Key))
def test_what_was_signed_instead_is_reported(
    start: Callable[..., Platform], algorithm: Key, text: Callable[..., str], code: str
) -> None:
    platform = start(algorithm)
    platform.begin()
    assert platform.answer(text=text) == ("20000", "上传失败，验签失败")
    # one verification by SM2 takes 30 ms, so that not every order is tried
    tried = algorithm is Key.RSA or not code.endswith("order-of-parts")
    assert platform.findings == [code if tried else "payment-signature"]
    request = platform.request
    assert request.verdict == UploadVerdict.WRONG and request.expected.startswith('"sessionID":"')
    assert bool(request.signed_digest) is (algorithm is Key.RSA) and request.signed_digest != request.digest
    assert platform.story.state(platform.trade) == "accepted"


@each("written", [lambda sign: f"\\u{ord(sign):04x}", lambda sign: f"\\u{ord(sign):04X}"])
def test_a_text_whose_escapes_only_the_body_has_is_taken_and_remarked_on(
    start: Callable[..., Platform], written: Callable[[str], str]
) -> None:
    platform = start()
    platform.begin()
    body = signed(data_of(platform.trade, platform.request.session_id, NOON), platform.card, text_of)
    escaped = re.sub("[^\x00-\x7f]", lambda match: written(match.group()), body)
    assert escaped != body and platform.upload(escaped) == ("10000", "上传成功")
    assert platform.request.verdict == UploadVerdict.RIGHT
    assert platform.findings == ["payment-signed-unescaped"]


def test_a_wrong_answer_can_be_put_right_in_time(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.begin()
    assert platform.answer(totalAmount=1)[0] == "20000"
    assert platform.findings == ["payment-amount"]
    assert platform.answer()[0] == "10000"
    assert platform.story.state(platform.trade) == "released"
    assert platform.answer() == ("20000", "上传失败，入库失败，该sessionID的数据已入库")


def test_a_wrong_answer_that_stays_leads_to_review(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.begin()
    platform.answer(payCode="WRONG")
    platform.story.pass_time(hours=1)
    assert platform.story.state(platform.trade) == "in_review"
    assert "14222" in platform.reasons and "20000" in platform.reasons


def test_a_certificate_of_another_company_is_20004(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.begin()
    other = certificates.issue(platform.story.window, platform.story.sandbox, "3301960A01", Key.RSA)
    assert platform.answer(by=other) == ("20004", "企业实时数据获取验签证书未在服务系统注册")
    assert platform.findings == ["payment-certificate-company"]
    certificates.revoke(platform.story.window, platform.story.sandbox, platform.card.certificate.number)
    assert platform.answer()[0] == "20004" and platform.findings == ["payment-certificate-invalid"]


def _written(platform: Platform, sent: str, in_text: str) -> str:
    """Upload payment data whose amount is written so, signed over a text in which it is written so."""
    data = data_of(platform.trade, platform.request.session_id, NOON, totalAmount="@")
    body = signed(data, platform.card, lambda parts: text_of(parts).replace('"@"', in_text))
    return platform.upload(body.replace('"@"', sent))[0]


def test_an_amount_is_verified_as_it_was_written(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.begin()
    amount = str(data_of(platform.trade, "", 0)["payExchangeInfoHead"]["totalAmount"])
    with_zero = _other_zeros(amount)
    assert _written(platform, with_zero, amount) == "20000"
    assert platform.findings == ["payment-signed-number", "payment-amount-zeros"]
    assert _written(platform, with_zero, with_zero) == "10000"
    assert platform.findings == ["payment-amount-zeros"]
    assert platform.story.state(platform.trade) == "released"


@each("digits", ["{units}E-2", "{units}e-2"])
def test_an_amount_with_an_exponent_is_remarked_on(start: Callable[..., Platform], digits: str) -> None:
    platform = start()
    platform.begin()
    amount = data_of(platform.trade, "", 0)["payExchangeInfoHead"]["totalAmount"]
    written = digits.format(units=round(Decimal(str(amount)) * 100))
    assert _written(platform, written, written) == "10000"
    assert [code for code in platform.findings if code != "payment-amount-zeros"] == ["payment-amount-exponent"]


def test_an_order_that_was_never_declared_is_remarked_on(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.begin()
    data = data_of(platform.trade, platform.request.session_id, NOON)
    data["payExchangeInfoLists"].append({**data["payExchangeInfoLists"][0], "orderNo": "NEVER-DECLARED"})
    platform.upload(signed(data, platform.card))
    assert "payment-unknown-order" in platform.findings


@each(
    ("amount", "code"),
    [
        ("5.", "payment-not-json"),
        ("05.0", "payment-not-json"),
        ("5e1", "payment-amount-form"),
        ("5.000000", "payment-amount-form"),
        ("-5.0", "payment-amount-form"),
        ('"5.0"', "payment-type"),
    ],
)
def test_an_amount_in_another_form_is_refused(begun: Platform, amount: str, code: str) -> None:
    if code == "payment-not-json":
        with pytest.raises(NotRead) as unread:
            read(signed({"payExchangeInfoHead": {"totalAmount": "@"}}, begun.card).replace('"@"', amount))
        assert unread.value.finding.code == code
        return
    assert _written(begun, amount, amount) == "20000"
    assert code in begun.findings and "payment-amount-zeros" not in begun.findings


@each(
    ("head", "code"),
    [
        ({"totalAmount": 100.00001234}, "payment-amount-form"),
        ({"totalAmount": "1"}, "payment-type"),
        ({"guid": ""}, "payment-absent"),
        ({"verDept": "9"}, "payment-form"),
        ({"currency": 142}, "payment-type"),
        ({"initalRequest": "x" * 8_001}, "payment-too-long"),
        ({"ebpCode": "1234567890"}, "payment-platform"),
    ],
)
def test_fields_are_looked_at(begun: Platform, head: dict[str, object], code: str) -> None:
    assert begun.answer(**head)[0] in {"20000", "20004"}
    assert code in begun.findings


def test_names_in_another_order_are_reported(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.begin()
    data = data_of(platform.trade, platform.request.session_id, NOON)
    data["payExchangeInfoHead"] = dict(reversed(data["payExchangeInfoHead"].items()))
    assert platform.upload(signed(data, platform.card))[0] == "20000"
    assert platform.findings == ["payment-order"]


@each(
    "body",
    [
        None,
        "",
        "[]",
        "{",
        "null",
        "x" * 200_000,
        '{"sessionID":' + "[" * 50_000,
        '{"sessionID":"\\ud800"}',
        '{"sessionID":"a\\u0000"}',
        '{"sessionID":"A","sessionID":"B"}',
        '{"sessionID":1e99999}',
        '{"sessionID":{}}',
        '{"sessionID":"unknown"}',
        '{"a":NaN}',
        "{" + '"a":1,' * 20_000 + '"b":2}',
    ],
)
def test_what_is_no_upload_is_refused_and_kept_nowhere(begun: Platform, body: str | None) -> None:
    assert begun.upload(body)[0] == "20000"
    assert begun.request.uploads == 0


def test_uploads_in_a_session_are_counted(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.begin()
    session = platform.request.session_id
    for _ in range(payment_uploads.MAX_UPLOADS):
        assert platform.upload(json.dumps({"sessionID": session}))[0] == "20000"
    assert "已上传20次" in platform.answer()[1]
    assert platform.request.uploads == payment_uploads.MAX_UPLOADS


def test_quotes_are_escaped_for_who_wishes_it(start: Callable[..., Platform]) -> None:
    platform = start()
    masterdata.import_csv(
        platform.story.window,
        platform.story.sandbox,
        "participants",
        f"code,name,kinds,tolerances\n{platform.code},Shop,platform,escaped_open_req",
    )
    result = platform.begin()
    assert b"%26quot%3B" in platform.receiver.posted[-1].body and result["orderNo"] == platform.trade.id


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (status(302, Location="http://127.0.0.1/"), "HTTP 302"),
        (status(500), "HTTP 500"),
        (confirms(b"<html>"), "no JSON"),
        (confirms(b'{"code":"20000"}'), "20000"),
        (confirms(b"[" * 4_000), "no JSON"),
    ],
)
def test_a_platform_gets_three_requests_at_most(
    start_story: Callable[..., StoryRunner], answer: object, words: str
) -> None:
    story = start_story(require_179=True)
    object.__setattr__(story.window.settings, "webhook_private", 1)
    with receiving(*[answer] * 9) as receiver:  # type: ignore[list-item]
        platform = Platform(story, receiver)
        story.send(platform.trade)
        assert [platform.ask() for _ in range(3)] == [False] * 3
        assert platform.request.asking == CallState.FAILED and words in platform.request.error
        assert not platform.ask() and len(receiver.posted) == 3


def test_addresses_that_are_forbidden_or_silent_get_no_request(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(require_179=True)
    with receiving() as receiver, pytest.raises(payment_addresses.Refused, match="inside the operator's own network"):
        Platform(story, receiver)
    object.__setattr__(story.window.settings, "webhook_private", 1)
    with receiving() as receiver:
        platform = Platform(story, receiver)
    story.send(platform.trade)
    object.__setattr__(story.window.settings, "webhook_private", 0)
    assert not platform.ask() and "inside the operator's own network" in platform.request.error
    object.__setattr__(story.window.settings, "webhook_private", 1)
    payment_addresses.put(story.window, story.sandbox, platform.code, f"http://127.0.0.1:{free_port()}/platDataOpen")
    assert not platform.ask() and platform.request.error.startswith("no answer")


def test_a_platform_without_an_address_gets_no_request_and_its_list_is_reviewed(start: Callable[..., Platform]) -> None:
    platform = start()
    payment_addresses.remove(platform.story.window, platform.story.sandbox, platform.code)
    platform.story.send(platform.trade)
    assert not platform.ask()
    assert platform.request.asking == CallState.FAILED and "no address" in platform.request.error
    platform.story.pass_time(hours=1)
    assert platform.story.state(platform.trade) == "in_review"
