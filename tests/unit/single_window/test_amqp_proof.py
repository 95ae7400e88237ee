"""Who may write into a participant's queue, where keys are required and where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateways.circumstances import Options
from single_window.accounts import key_keeping
from single_window.channels.senders import KEY_HEADER, Proof
from single_window.messaging.consuming import IncomingMessage
from single_window.store.channels import Channel
from single_window.store.names import AMQP
from single_window.wiring import Window
from tests.api_keys import MAILBOX, issued
from tests.databases import kept_open, window_in
from tests.tables import each

CHANNEL = Channel("main", MAILBOX, AMQP)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    opened = window_in(tmp_path_factory.mktemp("data"), require_keys=1)
    opened.make_sandbox("other", Options())
    yield from kept_open(opened)


def message(user: str = "", **headers: Any) -> IncomingMessage:
    return IncomingMessage(
        MAILBOX, b"", None, {name.replace("_", "-"): value for name, value in headers.items()}, user=user
    )  # type: ignore[arg-type]


@each(
    ("owner", "how", "cause"),
    [
        ("fits", {}, None),
        ("all", {"mailboxes": ["*"]}, None),
        ("reader", {"wanted": ["read_receipts"]}, "right"),
        ("stranger", {"mailboxes": ["DXPENT0000000002"]}, "mailbox"),
        ("elsewhere", {"sandbox": "other"}, "sandbox"),
    ],
)
def test_a_key_proves_who_wrote(window: Window, owner: str, how: dict[str, Any], cause: str | None) -> None:
    key = issued(window, owner=owner, **how)
    finding = Proof(window.keyring, window.settings).missing(CHANNEL, message(x_api_key=key.token))
    assert (finding is None) if cause is None else finding is not None and f"({cause})" in finding.en
    key_keeping.revoke(window.engine, key.key.home, key.key.id)
    window.keyring.forget()
    finding = Proof(window.keyring, window.settings).missing(CHANNEL, message(x_api_key=key.token))
    assert finding is not None and "(revoked)" in finding.en and key.token not in str(finding)


@each(
    ("incoming", "required", "may"),
    [
        (message(), True, False),
        (message(), False, True),
        (message(MAILBOX), True, True),
        (message("DXPENT0000000002"), True, False),
        (message(x_api_key="sw_nonsense"), False, False),
        (message(x_api_key=7), False, False),
        (message(MAILBOX, x_api_key=""), True, False),
    ],
)
def test_without_a_key_the_brokers_user_is_proof(
    window: Window, tmp_path: Path, incoming: IncomingMessage, required: bool, may: bool
) -> None:
    opened = window if required else window_in(tmp_path / KEY_HEADER / str(may) / str(abs(hash(str(incoming.headers)))))
    assert (Proof(opened.keyring, opened.settings).missing(CHANNEL, incoming) is None) == may
    if not required:
        opened.close()
