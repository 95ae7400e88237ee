"""Addresses of participants' brokers: what is allowed, where they lead, and that no secret of them is ever shown."""

from __future__ import annotations

from base64 import b64encode
from importlib.util import find_spec

import msgspec
import pytest

from single_window.channels.addresses import UnfitAddress
from single_window.channels.broker_addresses import check_broker, mask_secrets, parse_broker
from single_window.channels.broker_envelopes import MAX_TEXT, decode_message
from tests.tables import each

SECRET = "hunter2"


@each(
    "url, shown",
    [
        (f"redis://:{SECRET}@h:6379/0", "redis://:***@h:6379/0"),
        (f"rediss://u:{SECRET}@h/1", "rediss://u:***@h/1"),
        (f"amqp://u:{SECRET}@h:5672/v", "amqp://u:***@h:5672/v"),
        (f"redis://{SECRET}@h:6379/0", "redis://***@h:6379/0"),
        (f"amqp://{SECRET}@h//", "amqp://***@h//"),
        (f"sqs://KEY:{SECRET}@", "sqs://:***@"),
        ("filesystem://", "filesystem://"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert parse_broker(url).shown == shown


@each(
    "url",
    [
        "",
        "redis",
        f"kafka://u:{SECRET}@h/",
        f"sqla+sqlite:////{SECRET}.db",
        "filesystem:///etc",
        "filesystem://host",
        f"redis://:{SECRET}@/0",
        f"redis://:{SECRET}@h/0?socket_path=/x",
        f"amqp://u:{SECRET}@h:99999/",
        f"amqp://u:{SECRET} @h/",
        f"amqp://u:{SECRET}@\u4e2d/",
        "redis://h/" + "x" * 2_000,
        f"redis://1.1.1.1:1/9;redis://:{SECRET}@127.0.0.1:6379/9",
        f"amqp://1.1.1.1:1/x;amqp://guest:{SECRET}@127.0.0.1:5672//",
        "redis://1.1.1.1,127.0.0.1/0",
        "redis://1.1.1.1\\@127.0.0.1/0",
        "sqs://",
        f"sqs://KEY:{SECRET}@169.254.169.254",
        f"sqs://KEY:{SECRET}@127.0.0.1:9324",
    ],
)
def test_what_cannot_be_an_address_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(UnfitAddress) as refused:
        parse_broker(url)
    assert refused.value.code == "broker-url" and SECRET not in str(refused.value)


@each(
    "url",
    ["redis://127.0.0.1/0", "amqp://localhost/", "amqp://10.0.0.1/", "redis://[::1]/0", "redis://169.254.169.254/"],
)
def test_nothing_leads_into_the_operators_network_unless_it_is_allowed(url: str) -> None:
    with pytest.raises(UnfitAddress):
        check_broker(parse_broker(url), private=False)
    check_broker(parse_broker(url), private=True)


def test_queues_in_memory_are_for_tests_alone() -> None:
    with pytest.raises(UnfitAddress):
        check_broker(parse_broker("memory://"), private=False)
    check_broker(parse_broker("memory://"), private=True)


def test_an_error_names_no_secret_however_it_is_written() -> None:
    url = "redis://:p%40ss@h/0"
    assert mask_secrets(f"at {url}: wrong 'p@ss'\nor p%40ss", url) == "at redis://:***@h/0: wrong '***' or ***"
    assert mask_secrets("no such user token1", "redis://token1@h/0") == "no such user ***"
    assert mask_secrets("AccessDenied for KEY with S3", "sqs://KEY:S3@") == "AccessDenied for *** with ***"


def body_of(item: bytes) -> bytes:
    return msgspec.json.decode(b'"' + decode_message(item, "q")["body"].encode() + b'"', type=bytes)


@each(
    "item, body",
    [
        (b"<xml/>", b"<xml/>"),
        (b"\xff\x00", b"\xff\x00"),
        (b"", b""),
        (b"[1]", b"[1]"),
        (b"[" * 200_000, b"[" * 200_000),
        (b'{"body": "x"}', b'{"body": "x"}'),
        (b'{"body": "x", "properties": {}}', b"x"),
        (b'{"body": {"a": 1}, "properties": {}}', b'{"body": {"a": 1}, "properties": {}}'),
        (
            b'{"body": "' + b64encode(b"<xml/>") + b'", "properties": {"body_encoding": "base64"}}',
            b"<xml/>",
        ),
        (
            b'{"body": "?", "properties": {"body_encoding": "base64"}}',
            b'{"body": "?", "properties": {"body_encoding": "base64"}}',
        ),
    ],
)
def test_whatever_lies_in_a_queue_is_a_message(item: bytes, body: bytes) -> None:
    assert body_of(item) == body


def test_an_envelope_brings_no_headers_and_no_tag_of_its_own() -> None:
    item = {
        "body": "x",
        "headers": {"compression": "bzip2"},
        "properties": {
            "delivery_tag": "mine",
            "message_id": "m",
            "reply_to": "x" * (MAX_TEXT + 1),
            "correlation_id": 7,
        },
    }
    message = decode_message(msgspec.json.encode(item), "q")
    assert message["headers"] == {} and message["properties"]["delivery_tag"] != "mine"
    assert message["properties"]["message_id"] == "m"
    assert "reply_to" not in message["properties"] and "correlation_id" not in message["properties"]


@pytest.mark.skipif(find_spec("boto3") is not None, reason="the client of SQS is installed")
def test_a_broker_whose_client_is_not_installed_is_refused_when_it_is_configured() -> None:
    with pytest.raises(UnfitAddress, match=r"pip install 'kombu\[sqs\]'"):
        check_broker(parse_broker(f"sqs://KEY:{SECRET}@"), private=True)
