"""Throws calls with keys of every kind at every path of the API, and looks whether anything of another's was read or
changed: a sandbox that is nobody's here, and a mailbox in a sandbox that attackers share with its owner."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select

from gateways.circumstances import Options
from simulators.draws import Draws, guid
from single_window.accounts import api_keys, key_keeping
from single_window.channels import connecting
from single_window.store.clearing import COUNTERS, PARTS, tables_to_clear
from single_window.store.engine import reading
from single_window.store.tables import archive, channel, mailbox, message
from single_window.wiring import Window
from tests.api_keys import ALL, CHANGING, bearer, calls, issued
from tests.hostile.calls import JSON, TEXTS
from tests.mailboxes import put
from tests.unit.single_window.serving_http import sample

VICTIM, SHARED, OWN = "victim", "shared", "own"
"""Sandboxes: nobody's, that of two participants, the attacker's."""
HIS, MINE = "DXPENT0000000001", "DXPENT0000000066"
"""The mailbox of the participant who is attacked, and the attacker's."""
CANARY = "CANARY7Q2Z"
"""Stands in what must not be read, and in no request."""
NO_CONTROL = ("read_receipts", "send_messages", "manage_channels")
EXAMPLES = 20
SENDER = re.compile(rb"<ceb:dxpId>[^<]*")
GUID = re.compile(rb"[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}")
HOSTILE = (*TEXTS, HIS, VICTIM, SHARED, "1", "2", "3", "*", "..", f"{HIS}_HZ", "key:attacked", "main")


@dataclass(slots=True)
class Report:
    """What came of the calls: how many of each status, and what should not have been."""

    statuses: Counter[int] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many calls were thrown."""
        return self.statuses.total()


class KeyedAttack:
    """One attack on a window that requires keys; the calls follow from the seed."""

    def __init__(self, window: Window, app: Flask, seed: int) -> None:
        self._window, self._app, self._draws = window, app, Draws(seed, "calls with keys")
        self.report = Report()
        self._furnish()
        self._keys = self._made_keys()
        operations = list(calls(app))
        often = [call for call in operations if call[0] in {"messages.send", "receipts.poll", "channels.make_webhook"}]
        self._calls = [*operations, *often * 6]
        self._before = self._held()

    def throw(self, count: int) -> Report:
        """So many calls; then a look at what they have left behind."""
        for _ in range(count):
            self._call()
        self._window.settle()
        after = self._held()
        self.report.wrong += [f"{name} is not as it was" for name in self._before if self._before[name] != after[name]]
        return self.report

    def _furnish(self) -> None:
        """A trade's documents, receipts and a webhook of the participant who is attacked, in two sandboxes."""
        for name in (VICTIM, SHARED, OWN):
            self._window.make_sandbox(name, Options())
        for sandbox in (VICTIM, SHARED):
            owner = issued(self._window, sandbox, [HIS], owner="attacked")
            sent = self._app.test_client().post(
                "/api/v1/messages", data=order(HIS, f"{CANARY}-{sandbox}"), headers=bearer(owner)
            )
            assert sent.status_code == 202, sent.text
            connecting.make_webhook(self._window, sandbox, HIS, f"http://8.8.8.8/{CANARY}")
        self._window.settle()
        for sandbox in (VICTIM, SHARED):
            put(self._window, HIS, ["312", "412"], sandbox)

    def _made_keys(self) -> Sequence[str]:
        """Texts that are sent as keys; the first is none."""
        own = [issued(self._window, OWN, ["*"], owner="own"), issued(self._window, OWN, [MINE], owner="mine")]
        shared = [issued(self._window, SHARED, [MINE], [right], owner=right) for right in NO_CONTROL]
        shared += [issued(self._window, SHARED, [MINE], NO_CONTROL, owner="three")]
        keys = [issued(self._window, OWN, [MINE], [right], owner=f"own-{right}") for right in ALL]
        ended = [issued(self._window, VICTIM, ["*"], owner="revoked"), issued(self._window, VICTIM, ["*"], owner="old")]
        key_keeping.revoke(self._window.engine, VICTIM, ended[0].key.id)
        key_keeping.rotate(self._window.engine, VICTIM, ended[1].key.id, overlap=0)
        self._window.keyring.forget()
        guessed = [
            api_keys.new_token()[1],
            f"{ended[0].token[:-1]}!",
            f"sw_{ended[1].key.id}_{'A' * 43}",
            "x",
            "sw_" + "9" * 400,
            "' OR 1=1",
            "é",
        ]
        good = [key.token for key in (*own, *shared, *keys)]
        return ["", "", *good * 5, *(key.token for key in ended), *guessed]

    def _call(self) -> None:
        draws = self._draws
        _, method, path = draws.one_of(self._calls)
        token = draws.one_of(self._keys)
        parts = path.split("/")
        if draws.below(3):
            place = draws.below(len(parts) - 3) + 3 if len(parts) > 3 else 0
            parts[place] = quote(draws.one_of(HOSTILE), safe="") if place > 3 else parts[place]
        query = f"?mailbox={draws.one_of((HIS, MINE))}"
        if draws.below(2):
            query = f"?{draws.one_of(('mailbox', 'state', 'number', 'after'))}={quote(draws.one_of(HOSTILE))}"
        headers = {"X-Sandbox": draws.one_of((VICTIM, SHARED, OWN, "", "none"))} if draws.below(3) else {}
        self._ask(
            method,
            "/".join(parts) + query,
            {**headers, **self._credentials(token)},
            self._body(path) if method in CHANGING else None,
        )

    def _credentials(self, token: str) -> dict[str, str]:
        if not token:
            return {}
        sent = token.encode("utf-8").decode("latin-1")
        return {"X-Api-Key": sent} if self._draws.below(4) == 0 else {"Authorization": f"Bearer {sent}"}

    def _body(self, path: str) -> bytes:
        draws = self._draws
        if path.endswith(("/messages", "/validate")):
            return order(draws.one_of((HIS, MINE)), f"HOSTILE{draws.below(50)}")
        return draws.one_of((*JSON, *BODIES))

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> None:
        kind = "application/xml" if body is not None and body.startswith(b"<") else "application/json"
        answer = self._app.test_client().open(
            path, method=method, headers=headers, data=body, content_type=kind if body is not None else None
        )
        self.report.statuses[answer.status_code] += 1
        content = answer.get_data()
        if code := re.search(rb'"findings":\[\{"code":"([^"]+)"', content):
            self.report.codes[code[1].decode()] += 1
        why = self._wrong(path, headers, answer.status_code, content)
        if why and len(self.report.wrong) < EXAMPLES:
            self.report.wrong.append(f"{why}: {answer.status_code} to {method} {path} {headers} {body!r:.200}")

    def _wrong(self, path: str, headers: dict[str, str], status: int, body: bytes) -> str:
        """What is wrong with an answer; empty: nothing."""
        if status >= 500:
            return "a server error"
        if CANARY.encode() in body and not self._shares(headers):
            return "something of another's was read"
        if CANARY.encode() in body and b"8.8.8.8" in body:
            return "another's webhook was read"
        return (
            "another's mailbox was read"
            if status == 200 and f"/receipts?mailbox={HIS}" in path and not self._has_all(headers)
            else ""
        )

    def _token(self, headers: dict[str, str]) -> str:
        return headers.get("X-Api-Key") or headers.get("Authorization", "").removeprefix("Bearer ")

    def _shares(self, headers: dict[str, str]) -> bool:
        """Whether a key may read the cases of the sandbox that two share."""
        id = api_keys.id_of(self._token(headers))
        return any(api_key.id == id for api_key in key_keeping.keys_of(self._window.engine, SHARED))

    def _has_all(self, headers: dict[str, str]) -> bool:
        id = api_keys.id_of(self._token(headers))
        return any(api_key.id == id and api_key.owns_all for api_key in key_keeping.keys_of(self._window.engine, OWN))

    def _held(self) -> dict[str, Any]:
        """All rows of the sandbox that is nobody's, and those of the attacked participant in the other."""
        results: dict[str, Any] = {}
        with reading(self._window.engine) as connection:
            for table in (*tables_to_clear(), *COUNTERS, *(part for family in PARTS.values() for part, _ in family)):
                if "sandbox" in table.c:
                    results[f"{VICTIM}: {table.name}"] = connection.execute(
                        select(table).where(table.c.sandbox == VICTIM).order_by(*table.primary_key)
                    ).all()
            mine = select(message.c.id).where(message.c.sandbox == SHARED, message.c.sender == HIS)
            for name, rows in (
                ("messages", select(message).where(message.c.id.in_(mine)).order_by(message.c.id)),
                ("archive", select(archive).where(archive.c.message_id.in_(mine)).order_by(archive.c.message_id)),
                ("channels", select(channel).where(channel.c.sandbox == SHARED, channel.c.dxp_id == HIS)),
                ("mailbox", select(mailbox).where(mailbox.c.sandbox == SHARED, mailbox.c.dxp_id == HIS)),
            ):
                results[f"{SHARED}: {name}"] = connection.execute(rows).all()
        return results


BODIES = (
    b'{"url": "http://8.8.4.4/stolen"}',
    b'{"url": "http://8.8.4.4/stolen", "new_secret": true, "from": 1}',
    b'{"from": 1}',
    b'{"name": "victim"}',
    b'{"name": "own-1"}',
    b'{"name": "own-victim", "preset": "plain"}',
    b'{"options": {"open": false}}',
    b'{"mailboxes": ["*"], "rights": ["control_tests"]}',
    b'{"flow": "I", "customs_code": "4240", "trade_mode": "9610", "by": "370296T088"}',
    b'{"action": "approve"}',
    b'{"all": true}',
    b'{"all": true, "reason": "x"}',
    b'{"ids": [1, 2, 3]}',
    b'{"ids": [1, 2, 3], "reason": "x"}',
    b'{"by": "370296T088"}',
    b'{"mode": "frozen", "at": "2030-01-01"}',
    b'{"overlap": 0}',
    b'{"master_data": false}',
    b'[{"code": "370296T088", "dxp_id": "DXPENT0000000066"}]',
    b'{"revision": 0, "by": "key:attacked", "lists": ["1"]}',
)
"""What calls that change something may ask for."""


def order(sender: str, number: str) -> bytes:
    """An order of a sender, sent for the first time."""
    text = SENDER.sub(b"<ceb:dxpId>" + sender.encode(), sample("311"))
    text = re.sub(rb"<ceb:orderNo>[^<]*", b"<ceb:orderNo>" + number.encode(), text)
    return GUID.sub(guid("keyed", sender, number).encode(), text)
