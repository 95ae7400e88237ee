"""The events of a recording as values: received messages, officers' acts, sent receipts, calls; and its sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

FORMAT = "single-window-recording"
VERSION, WITH_CALLS, WITH_CHANGES = 1, 2, 3
"""The version of a recording, of one with calls, and of one with changes of the sandbox, which older programs cannot
read."""


class MessageEvent(Struct, frozen=True, tag="came", omit_defaults=True):
    """A received message. `at` is the sandbox's instant, `machine` that of the machine (0: no longer known).

    `body` is its text, or `base64` its bytes if they are not text; `trades` are the order numbers by which its
    documents are matched; `status` is the answer: 202, or 422 if it was refused.
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
    """An officer's decision. `subject` is the kind of case, `name` its key: of a document, or the code of a company;
    `flow` is that of a list, `kind` that of a request; `second` is the person who approved it."""

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
    """A sent receipt: its mailbox, the document and trade that it is about, its status, and its values."""

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
    """A call through a recording proxy, and its answer after `milliseconds`; `came` is the id of the message in it.
    Bodies are text, or bytes under `base64`, without secrets. `whole`: both bodies are complete."""

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


class SandboxChanged(Struct, frozen=True, tag="changed", omit_defaults=True):
    """A change of the sandbox (`kind`: a `ChangeKind`): `name` is the kind of master data, the company of a certificate
    or the number of a revoked one; `contents` are rows as CSV, or the certificate; `values` the changed options."""

    id: int
    at: int
    kind: str
    name: str = ""
    contents: str = ""
    values: dict[str, Any] = field(default_factory=dict)


Event: TypeAlias = MessageEvent | OfficerAct | ReceiptEvent | CallEvent | SandboxChanged


class Recorded(Struct, frozen=True):
    """The sandbox of a recording as it was before the first message: name, seed of its draws, options, triggers, and
    master data as CSV by kind, as imported, without later use; and its last instant."""

    name: str
    seed: str
    options: dict[str, Any]
    ended: int
    triggers: tuple[dict[str, Any], ...] = ()
    master_data: Mapping[str, str] = {}
    secrets: tuple[tuple[str, str, str], ...] | UnsetType = UNSET
    """Agency, plan and secret of the draws that agencies made by secrets; unset if they made none."""


class Manifest(Struct, frozen=True):
    """The metadata of a recording: format and version, the release that made it, counts, the digests of outcomes
    (`digest`) and of the `sequence` of deliveries (empty: not known), counts of what was left out, and the SHA-256 of
    its other `parts`.

    `scrubbed`: personal data were replaced; `synthetic` are the replacements.
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
