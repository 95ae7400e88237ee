"""The events of a recording, as values: messages that came, officers' acts, receipts that went out, the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from msgspec import Struct, field

FORMAT = "single-window-recording"
VERSION, WITH_CALLS = 1, 2
"""The version of a recording, and of one that holds calls, which programs before it cannot read."""


class MessageEvent(Struct, frozen=True, tag="came", omit_defaults=True):
    """A message that came. `at` is the sandbox's instant, `machine` that of the machine (0: no longer known).

    `body` is its text, or `base64` its bytes where they are no text; `trades` are the numbers under which its documents
    meet others, `status` how it was answered: 202, or 422 where it was refused.
    """

    id: int
    at: int
    code: str
    sender: str
    channel: str
    status: int = 202
    machine: int = 0
    edition: str = ""
    scenario: str = ""
    transmission: str = ""
    trades: tuple[str, ...] = ()
    body: str = ""
    base64: str = ""


class OfficerAct(Struct, frozen=True, tag="act", omit_defaults=True):
    """An officer's act. `subject` is the kind of what he decided about, `name` its own name: the key of a document, the
    code of a company; `flow` of a list, `kind` of a request; `second` whoever approved it."""

    id: int
    at: int
    subject: str
    name: str
    action: str
    by: str
    role: str
    reason: str = ""
    flow: str = ""
    kind: str = ""
    state: str = ""
    second: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    trades: tuple[str, ...] = ()


class ReceiptEvent(Struct, frozen=True, tag="told", omit_defaults=True):
    """A receipt that went out: to whom, about which document of which trade, its status, and the values in it."""

    id: int
    at: int
    mailbox: str
    code: str
    kind: str
    key: str
    trade: str = ""
    status: str = ""
    rule: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    words: Any = ""


class CallEvent(Struct, frozen=True, tag="asked", omit_defaults=True):
    """A call that passed a proxy, and how it was answered after so many `milliseconds`; `came` is the id of the message
    that it brought. Bodies are text or, under `base64`, bytes; secrets are not in it. `whole`: nothing of them is
    missing."""

    id: int
    at: int
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 0
    answered: tuple[tuple[str, str], ...] = ()
    milliseconds: int = 0
    came: int = 0
    body: dict[str, str] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    whole: bool = True


Event: TypeAlias = MessageEvent | OfficerAct | ReceiptEvent | CallEvent


class Recorded(Struct, frozen=True):
    """The sandbox of a recording: its name, the seed of its draws, its options, its instant at the end, its triggers,
    and its master data as CSV by kind, as they were before they were used."""

    name: str
    seed: str
    options: dict[str, Any]
    ended: int
    triggers: tuple[dict[str, Any], ...] = ()
    master_data: Mapping[str, str] = {}


class Manifest(Struct, frozen=True):
    """The metadata of a recording: format and version, the release that made it, counts, the digests of outcomes
    (`digest`) and of the `sequence` of deliveries to which its traffic came (empty: not known, or others than the
    recorded sandbox's), what was left out, and the SHA-256 of its other parts.

    `scrubbed`: nobody's data are in it; `synthetic` are the values that stand instead.
    """

    format: str
    version: int
    release: str
    messages: int
    acts: int
    receipts: int
    outcomes: int
    digest: str
    left_out: dict[str, int]
    parts: dict[str, str]
    scrubbed: bool = False
    synthetic: tuple[str, ...] = ()
    calls: int = 0
    sequence: str = ""
