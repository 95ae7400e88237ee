"""The remaining tasks of a participant before going live, each with the command that brings it about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from shlex import quote
from typing import NamedTuple

from sqlalchemy import Connection

from gateways.replies import ANSWER_CODES
from schemas import catalogue
from single_window.cases.conformance_answers import KindStandingOut, LeftOut, OutcomeStanding
from single_window.cases.own_receipts import MALFORMED, TAX_BILLS, OwnReceipt
from single_window.cases.unread_messages import keys_of_messages
from single_window.intake.signatures import REQUIRE
from single_window.language import statuses
from single_window.language.words import Words
from single_window.outcomes.scenarios import outcome_of_receipt
from single_window.refused import Refused

REFUSED = "-"
"""Represents every negative status."""
DECLARED = "2"
"""Status of a document that the port has taken."""
_TAXED = "inventory"
_FORMAT_ERROR = "format_error"
"""The scenario that answers a message with a CEB900."""
_COLLECTED = "46d"
"""Time after a release at which its tax bill was given and collected, also where goods came back."""
_SIGNATURE = re.compile(r"\b176\d\d\b")
"""Finding codes for a refused signature."""


class Signing(NamedTuple):
    """Whether a sandbox requires signatures, and whether it does or did since it is in use."""

    required: bool
    needed: bool


def how_to_see(kind: str, status: str, sandbox: str) -> str:
    """Return the command that forces an outcome once in this sandbox; empty if it cannot be forced."""
    if status in statuses.PORT:
        return ""
    try:
        wanted = f"{ANSWER_CODES[kind]}.{_example(kind) if status == REFUSED else status}"
        outcome_of_receipt(wanted)
    except Refused:
        return ""
    return f"single-window trigger {wanted} --times 1 --sandbox {quote(sandbox)}"


def _example(kind: str) -> str:
    return catalogue.by_kind(kind).invalid


def remaining(kind: KindStandingOut, sandbox: str) -> Iterator[LeftOut]:
    """Yield the tasks about a kind of document: to have one accepted, to see its outcomes, to handle its refusals."""
    if not kind.taken:
        how = _sample(kind.type, sandbox)
        yield LeftOut("send", kind.kind, "", f"报送{kind.zh}并被受理", f"have one {kind.en.lower()} accepted", how)
    for outcome in kind.outcomes:
        named = Words(f"{kind.zh} {outcome.status} {outcome.zh}", f"{kind.en}: {outcome.status} {outcome.en}")
        if outcome.state is OutcomeStanding.NOT_SEEN:
            yield LeftOut("see", kind.kind, outcome.status, f"未见过：{named.zh}", f"not seen: {named.en}", outcome.how)
        if outcome.open:
            numbers = ", ".join(outcome.open_keys)
            yield LeftOut(
                "handle",
                kind.kind,
                outcome.status,
                f"未处理：{named.zh}（{numbers}）",
                f"not dealt with: {named.en} ({numbers})",
                "",
            )


def _sample(code: str, sandbox: str) -> str:
    return f"single-window sample {code} --fresh SEED --sandbox {quote(sandbox)}"


def unread(
    connection: Connection, received: Sequence[OwnReceipt], kinds: Sequence[KindStandingOut]
) -> Iterator[LeftOut]:
    """Yield the kinds with a message answered by CEB900 (unreadable) whose documents the port has not taken since."""
    known = {kind.kind: kind for kind in kinds}
    refused = {place: receipt for place, receipt in enumerate(received) if receipt.malformed}
    keys = keys_of_messages(connection, [receipt.message for receipt in refused.values()])
    last_declared = {
        (receipt.kind, receipt.key): place
        for place, receipt in enumerate(received)
        if not receipt.malformed and receipt.status == DECLARED
    }
    opened = {
        receipt.kind: receipt.key
        for place, receipt in refused.items()
        if (not receipt.kind or receipt.kind in known)
        and not _is_sent_again(receipt.kind, keys.get(receipt.message, frozenset()), place, last_declared)
    }
    for kind, guid in opened.items():
        zh, en = (known[kind].zh, known[kind].en) if kind else ("报文", "a message")
        yield LeftOut(
            "handle",
            kind or "message",
            MALFORMED,
            f"未处理：{zh}报文格式错误，CEB900（{guid}）",
            f"not dealt with: {en}: a message that could not be read, CEB900 ({guid})",
            "",
        )


def _is_sent_again(
    kind: str, keys: Collection[str], refused_at: int, last_declared: Mapping[tuple[str, str], int]
) -> bool:
    """True if each document of a refused message was taken by the port after its refusal; where none of its numbers
    can be read, if any document of its kind was."""
    if keys:
        return all(last_declared.get((kind, key), -1) > refused_at for key in keys)
    return any(place > refused_at for (declared, _), place in last_declared.items() if declared == kind)


def untaken(received: Sequence[OwnReceipt], taken: int, mailbox: str, sandbox: str) -> Iterator[LeftOut]:
    """Yield the task to take the receipts behind the place `taken` of a mailbox, if there are any.

    A receipt is taken when it has left: by a poll of the participant's program, by a channel whose receiver has
    confirmed it, or into a folder."""
    places = [receipt.place for receipt in received if receipt.place > taken]
    if places:
        yield LeftOut(
            "take",
            "",
            "",
            f"未取走：信箱第{places[0]}至{places[-1]}号回执中的{len(places)}份（企业程序轮询得到、通道确认或写入文件夹即为取走）",
            f"not taken: {len(places)} receipts from {places[0]} to {places[-1]} of the mailbox (they are taken by a"
            " poll of your program, by a channel whose receiver confirms them, or by the folder)",
            f"GET /api/v1/receipts?mailbox={mailbox}&after={taken} (X-Sandbox: {sandbox})",
        )


def further(
    received: Sequence[OwnReceipt], kinds: Sequence[KindStandingOut], signing: Signing, sandbox: str
) -> Iterator[LeftOut]:
    """Yield the tasks besides the receipts of documents: tax bills, a CEB900, a refused signature; a first document."""
    if not kinds:
        yield LeftOut("send", "", "", "报送单证并被受理", "have a document taken", _sample("621", sandbox))
    codes, of_sandbox = {receipt.code for receipt in received}, f"--sandbox {quote(sandbox)}"
    if any(kind.kind == _TAXED for kind in kinds):
        for code in TAX_BILLS:
            if code not in codes:
                title = catalogue.by_code(code)
                zh, en = f"未见过：{title.title_zh}", f"not seen: {title.title_en.lower()}"
                yield LeftOut("see", title.kind, code, zh, en, f"single-window clock advance {_COLLECTED} {of_sandbox}")
    if kinds and MALFORMED not in codes:
        zh, en = "未见过：报文格式错误的CEB900", "not seen: CEB900, for a message that cannot be read"
        how = f"single-window trigger add --scenario {_FORMAT_ERROR} --times 1 {of_sandbox}"
        yield LeftOut("see", "message", MALFORMED, zh, en, how)
    if kinds and signing.needed and not signing.required:
        zh, en = "已不再要求签名：曾要求签名的沙箱须恢复", "signatures are required no more: switch them on again"
        yield LeftOut(
            "see", "signature", "", zh, en, f"single-window sandbox options signatures={REQUIRE} {of_sandbox}"
        )
    elif kinds and signing.needed and not any(map(_refuses_signature, received)):
        zh, en = "未见过：因签名被退回的单证", "not seen: a document refused for its signature"
        yield LeftOut("see", "signature", "", zh, en, _unsigned(kinds, of_sandbox))


def _refuses_signature(receipt: OwnReceipt) -> bool:
    """True for a refusal by a check of ours, or with a code that the standard has for signatures."""
    if receipt.malformed:
        return False
    return bool(_SIGNATURE.search(receipt.rule)) or receipt.status in _codes_of_signatures(receipt.kind)


def _codes_of_signatures(kind: str) -> Collection[str]:
    entry = catalogue.by_kind(kind)
    return {entry.signature_invalid, entry.signature_missing, entry.signature_holder} - {""}


def _unsigned(kinds: Sequence[KindStandingOut], of_sandbox: str) -> str:
    """Return the command that has a document of one of these kinds refused for its signature; empty: none is signed."""
    for kind in kinds:
        if code := catalogue.by_kind(kind.kind).signature_invalid:
            return f"single-window trigger {ANSWER_CODES[kind.kind]}.{code} --times 1 {of_sandbox}"
    return ""
