"""Webhooks against a real receiver: what is posted, what confirms, and that nothing a stranger answers does harm."""

from __future__ import annotations

import hashlib
import hmac
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from serving_http import Client, mailbox, sample

from gateways.circumstances import Options
from single_window.api.server.listener import bind
from single_window.channels import connecting
from single_window.channels.webhook import Webhook
from single_window.channels.webhook_headers import signature
from single_window.clock import Clock, monotonic, system_now
from single_window.process.serving import Server
from single_window.receipts.messages import ReceiptsMessage
from single_window.receipts.pushing.pool import PushPool
from single_window.receipts.pushing.pusher import NotDelivered, Pusher
from single_window.store import channels, sandboxes
from single_window.store.channels import Channel
from single_window.store.engine import writing
from single_window.store.names import ACTIVE, BLOCKED, WEBHOOK
from single_window.wiring import Window
from tests.chaos.programs import until
from tests.databases import kept_open, read_by, window_in, write_by
from tests.mailboxes import BOX, NOON, numbers, put
from tests.patience import PATIENCE
from tests.receivers import (
    Answer,
    Posted,
    Receiver,
    dripping,
    endless,
    free_port,
    raw,
    receiving,
    silence,
    status,
)

SECRET = "geheim-密"
SHORT, LONGER = 0.3, 1.5


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as listener:
        yield listener


def outgoing(first: int, last: int, body: bytes = b"<a/>") -> ReceiptsMessage:
    return ReceiptsMessage(f"id-{first}", "青岛 1", BOX, first, last, "312", body)


def hook(timeout: float = 5.0, private: bool = True, trust: ssl.SSLContext | None = None) -> Webhook:
    return Webhook(private, lambda sandbox: NOON, timeout, trust)


def channel(url: str) -> Channel:
    return Channel("青岛 1", BOX, WEBHOOK, url, SECRET)


def failure(hook: Webhook, url: str) -> str:
    with pytest.raises(NotDelivered) as failed:
        list(hook.send(channel(url), [outgoing(1, 1)]))
    return str(failed.value)


# what is posted


def test_a_message_is_posted_with_all_that_its_receiver_needs(receiver: Receiver) -> None:
    before = system_now() // 1_000
    assert list(hook().send(channel(receiver.url), [outgoing(5, 7, "<a>青岛</a>".encode())])) == [7]
    (posted,) = receiver.posted
    assert (posted.path, posted.body) == ("/receipts?of=us", "<a>青岛</a>".encode())
    assert {
        name: value
        for name, value in posted.headers.items()
        if name.startswith(("X-", "Content-T", "Host"))
        and name not in {"X-Single-Window-Timestamp", "X-Single-Window-Signature"}
    } == {
        "Host": f"127.0.0.1:{receiver.port}",
        "Content-Type": "application/xml; charset=utf-8",
        "X-Single-Window-Sandbox": "%E9%9D%92%E5%B2%9B%201",
        "X-Single-Window-Mailbox": BOX,
        "X-Single-Window-Sequence": "5-7",
        "X-Single-Window-Code": "312",
        "X-Single-Window-Delivery": "id-5",
    }
    assert before <= int(posted.headers["X-Single-Window-Timestamp"]) <= system_now() // 1_000


def test_the_signature_is_that_of_timestamp_and_body_under_the_secret(receiver: Receiver) -> None:
    list(hook().send(channel(receiver.url), [outgoing(1, 1)]))
    (posted,) = receiver.posted
    signed = posted.headers["X-Single-Window-Timestamp"].encode() + b"." + posted.body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert posted.headers["X-Single-Window-Signature"] == f"sha256={expected}"


def test_the_signature_of_a_known_message() -> None:
    assert signature("secret", 1_795_147_200, b"<a/>") == (
        "a86c9d29ccf8cb9843ebbc3632103109b7a60c3951abbef441cb7903ef4ab382"
    )  # by openssl dgst -sha256 -hmac secret


def test_messages_of_one_round_travel_over_one_connection(receiver: Receiver) -> None:
    assert list(hook().send(channel(receiver.url), [outgoing(n, n) for n in (1, 2, 3)])) == [1, 2, 3]
    assert [response.headers["X-Single-Window-Sequence"] for response in receiver.posted] == ["1-1", "2-2", "3-3"]
    assert len(receiver.connections) == 1


def test_a_receiver_that_closes_after_each_answer_is_connected_to_again(receiver: Receiver) -> None:
    receiver.answers = [status(200, b"ok", Connection="close")] * 3
    assert list(hook().send(channel(receiver.url), [outgoing(n, n) for n in (1, 2, 3)])) == [1, 2, 3]
    assert len(receiver.connections) == 3


def test_proxies_of_the_environment_are_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert list(hook().send(channel(receiver.url), [outgoing(1, 1)])) == [1]


# what confirms, and what does not


@pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
def test_any_2xx_confirms(receiver: Receiver, code: int) -> None:
    receiver.answers = [status(code)]
    assert list(hook().send(channel(receiver.url), [outgoing(1, 1)])) == [1]


@pytest.mark.parametrize("code", [400, 401, 404, 410, 429, 500, 503, 999])
def test_any_other_status_does_not_and_is_reported_with_the_answer(receiver: Receiver, code: int) -> None:
    receiver.answers = [status(code, b"out of\r\n order \x1b[31m")]
    assert failure(hook(), receiver.url) == f"HTTP {code} out of   order  [31m"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(receiver: Receiver, code: int) -> None:
    receiver.answers = [status(code, Location=f"http://127.0.0.1:{receiver.port}/elsewhere")]
    assert "redirects are not followed" in failure(hook(), receiver.url)
    assert [row.path for row in receiver.posted] == ["/receipts?of=us"]


@pytest.mark.parametrize(
    "answer",
    [
        raw(b""),
        raw(b"garbage\r\n\r\n"),
        raw(b"\x00\xff" * 500),
        raw(b"HTTP/1.1 2"),
        raw(b"HTTP/1.1 abc OK\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000 + b"\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000),
    ],
    ids=["nothing", "garbage", "bytes", "cut off", "no number", "many headers", "a long header"],
)
def test_what_is_no_answer_of_http_does_not_confirm(receiver: Receiver, answer: Answer) -> None:
    receiver.answers = [answer]
    assert failure(hook(), receiver.url).startswith("no answer (")


def test_silence_does_not_confirm_and_ends_in_time(receiver: Receiver) -> None:
    receiver.answers = [silence(receiver.released)]
    began = monotonic()
    assert failure(hook(SHORT), receiver.url) == f"no answer within {SHORT} s"
    assert monotonic() - began < PATIENCE


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.0 200 OK\r\n", b"X: y\r\n"),
    ],
    ids=["status", "headers", "continue", "headers of HTTP/1.0"],
)
def test_whoever_drips_for_ever_is_cut_off_in_time(receiver: Receiver, beginning: bytes, drop: bytes) -> None:
    receiver.answers = [dripping(beginning, drop, receiver.released)]
    began = monotonic()
    assert failure(hook(SHORT), receiver.url).startswith("no answer")
    assert monotonic() - began < PATIENCE


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
        b"",
    ],
    ids=["kept open", "closing", "HTTP/1.0", "endless"],
)
def test_a_status_counts_whatever_becomes_of_the_body(receiver: Receiver, head: bytes) -> None:
    receiver.answers = [dripping(head, b"x", receiver.released) if head else endless(receiver.released)]
    began = monotonic()
    # the status must come within the time however busy the machine is
    assert list(hook(LONGER).send(channel(receiver.url), [outgoing(1, 1), outgoing(2, 2)])) == [1, 2]
    assert monotonic() - began < PATIENCE
    assert len(receiver.connections) == 2, "a connection with an unread answer is not used again"


def test_a_body_that_would_unpack_to_very_much_is_not_unpacked(receiver: Receiver) -> None:
    receiver.answers = [status(500, b"\x1f\x8b not gzip at all", Content_Encoding="gzip")]
    assert failure(hook(), receiver.url).startswith("HTTP 500")


def test_nobody_there_is_a_failure() -> None:
    assert failure(hook(), f"http://127.0.0.1:{free_port()}/").startswith("no answer (")


def test_an_address_inside_is_refused_at_each_sending(receiver: Receiver) -> None:
    assert "inside the operator's own network" in failure(hook(private=False), receiver.url)
    assert receiver.posted == []


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of `localhost` in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "36500",
            "-subj",
            "/CN=x",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            "key.pem",
            "-out",
            "certificate.pem",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both


def certified(receiver: Receiver, certificate: Path) -> list[str | None]:
    """Let a receiver speak TLS; gives the names that clients will ask for."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _, name, __: names.append(name)
    receiver.certify(context)
    return names


def test_over_https_name_and_certificate_are_those_of_the_address_though_a_number_is_connected_to(
    receiver: Receiver, certificate: Path
) -> None:
    names = certified(receiver, certificate)
    trusting = hook(trust=ssl.create_default_context(cafile=certificate))
    secure = channel(f"https://localhost:{receiver.port}/")
    assert list(trusting.send(secure, [outgoing(1, 1), outgoing(2, 2)])) == [1, 2]
    assert names == ["localhost"] and receiver.posted[0].headers["Host"] == f"localhost:{receiver.port}"


@pytest.mark.parametrize(("host", "trusts"), [("localhost", False), ("127.0.0.1", True)])
def test_a_certificate_that_is_unknown_or_of_another_name_is_refused(
    receiver: Receiver, certificate: Path, host: str, trusts: bool
) -> None:
    certified(receiver, certificate)
    trusting = hook(trust=ssl.create_default_context(cafile=certificate) if trusts else None)
    assert "certificate" in failure(trusting, f"https://{host}:{receiver.port}/").lower()
    assert receiver.posted == []


# stories


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    yield from kept_open(window_in(tmp_path_factory.mktemp("webhooks")))


class Story:
    """A sandbox of its own whose webhooks are served by a pool of threads; its clock stands still, so that a receiver
    that once did not answer within `timeout` seconds is not tried again by itself."""

    def __init__(self, window: Window, name: str, timeout: float) -> None:
        self.window, self.name = window, name
        window.make_sandbox(name, Options(), clock=Clock("virtual", NOON, 0, Decimal(0)))
        self.stopping, self.woken = Event(), Event()
        sender = Webhook(True, window.now, timeout)
        self.pool = PushPool(Pusher(window.engine, sender, self.stopping.is_set), self.woken.set, self.stopping)

    def register(self, url: str, mailbox: str = BOX) -> None:
        write_by(self.window.engine, channels.put, Channel(self.name, mailbox, WEBHOOK, url, SECRET))

    def put(self, *codes: str, mailbox: str = BOX) -> None:
        put(self.window, mailbox, codes, self.name)

    def channel(self, mailbox: str = BOX) -> Channel:
        stored_channel = read_by(self.window.engine, channels.find, self.name, mailbox, WEBHOOK)
        assert stored_channel is not None
        return stored_channel

    def until(self, done: Callable[[], bool]) -> None:
        """Let the pool work until something is so."""
        until = monotonic() + PATIENCE
        while not done():
            assert monotonic() < until, "it never came to that"
            self.pool.step()
            self.woken.wait(0.02)
            self.woken.clear()

    def pass_time(self, seconds: int) -> None:
        write_by(self.window.engine, sandboxes.set_clock, self.name, self.window.now(self.name) + 1_000 * seconds)


@pytest.fixture
def story(window: Window, request: pytest.FixtureRequest) -> Iterator[Story]:
    record = Story(window, request.node.originalname[5:45], getattr(request, "param", PATIENCE))
    yield record
    record.stopping.set()
    record.pool.close()
    with writing(window.engine) as connection:
        for stored_channel in channels.of_sandbox(connection, record.name):
            channels.switch_off(connection, stored_channel)


def confirmed(posted: list[Posted], refused: int = 0) -> list[int]:
    return [number for posting in posted[refused:] for number in numbers(posting.body)]


def test_receipts_reach_the_receiver_in_the_order_of_the_mailbox(story: Story, receiver: Receiver) -> None:
    story.register(receiver.url)
    story.put("312", "312", "412")
    story.put("312")
    story.until(lambda: story.channel().position == 4)
    assert confirmed(receiver.posted) == [1, 2, 3, 4]


def test_a_receiver_that_fails_is_blocked_probed_when_the_clock_says_so_and_goes_on_by_itself(
    story: Story, receiver: Receiver
) -> None:
    receiver.answers = [status(500), status(302, Location="/"), raw(b"")]
    story.register(receiver.url)
    story.put("312", "412")
    for failures, seconds in ((1, 5), (2, 30), (3, 120)):
        story.until(lambda: story.channel().failures == failures)  # noqa: B023 - asked at once
        assert story.channel().state == (BLOCKED if failures == 3 else ACTIVE)
        story.pass_time(seconds)
    story.until(lambda: story.channel().position == 2)
    assert story.channel().state == ACTIVE and confirmed(receiver.posted, refused=3) == [1, 2]
    assert len({response.headers["X-Single-Window-Delivery"] for response in receiver.posted[:4]}) == 1


def test_a_silent_receiver_keeps_nobody_waiting(story: Story, receiver: Receiver) -> None:
    with receiving() as mute:
        mute.answers = [silence(mute.released)] * 20
        for number in range(8):
            box = f"DXPMUTE{number}"
            story.register(mute.url, box)
            story.put("312", mailbox=box)
        story.until(lambda: len(mute.posted) == 8)
        story.register(receiver.url)
        story.put("312", "412")
        story.until(lambda: story.channel().position == 2)
        assert not any(story.channel(f"DXPMUTE{number}").failures for number in range(8)), "all eight still wait"
        mute.released.set()
        story.until(lambda: all(story.channel(f"DXPMUTE{number}").failures == 1 for number in range(8)))


@pytest.mark.long
def test_failing_receivers_leave_most_threads_to_the_others(story: Story, receiver: Receiver) -> None:
    hold = Event()
    with receiving(*[raw(b"")] * 24, *[silence(hold)] * 36) as mute:
        boxes = [f"DXPMUTE{number}" for number in range(24)]
        for box in boxes:
            story.register(mute.url, box)
            story.put("312", mailbox=box)
        story.until(lambda: all(story.channel(box).failures == 1 for box in boxes))
        story.pass_time(5)
        story.until(lambda: len(mute.posted) > 24)
        assert 0 < story.pool.busy <= 8, "of those that failed only so many at a time"
        story.register(receiver.url)
        story.put("312")
        story.until(lambda: story.channel().position == 1)
        hold.set()
        story.until(lambda: all(story.channel(box).failures == 2 for box in boxes))


@pytest.mark.parametrize("story", [SHORT], indirect=True)
def test_what_is_in_progress_when_the_window_stops_is_finished_and_the_rest_is_kept(
    story: Story, receiver: Receiver
) -> None:
    hold = Event()
    receiver.answers = [silence(hold), status(204)]
    story.register(receiver.url)
    story.put("312", "412")
    story.until(lambda: len(receiver.posted) == 1)
    receiver.answers = [status(204)]
    story.stopping.set()
    story.pool.close()
    assert story.channel().position == 0 and story.channel().failures == 1
    hold.set()


def test_a_trial_carries_no_receipt_and_says_what_came_of_it(receiver: Receiver) -> None:
    receiver.answers = [status(200), status(500, b"no")]
    good, bad = (hook().trial(channel(receiver.url)) for _ in range(2))
    assert (good.status, good.error) == (200, "") and good.milliseconds >= 0
    assert (bad.status, bad.error) == (500, "HTTP 500 no")
    assert receiver.posted[0].headers["X-Single-Window-Code"] == "test"
    assert receiver.posted[0].headers["X-Single-Window-Sequence"] == "0-0"
    gone = hook().trial(channel(f"http://127.0.0.1:{free_port()}/"))
    assert gone.status == 0 and gone.error.startswith("no answer")


def test_a_secret_never_shows_where_a_channel_is_printed() -> None:
    assert SECRET not in repr(channel("http://example.org/"))


def test_a_window_that_runs_pushes_what_it_answers(tmp_path: Path, receiver: Receiver) -> None:
    opened = window_in(tmp_path, webhook_private=1)
    body = sample("311")
    try:
        with Server(opened, bind("127.0.0.1", 0), folders=False) as server:
            connecting.make_webhook(opened, "main", mailbox(body), receiver.url)
            assert Client(server.url).post(body).status == 202
            until(lambda: bool(receiver.posted), 120, "a receipt")
    finally:
        opened.close()
    (posted,) = receiver.posted
    assert posted.headers["X-Single-Window-Sequence"] == "1-1" and b"CEB312Message" in posted.body
