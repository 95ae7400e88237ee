"""Lives of programs' keys: which are issued and which refused, at each limit; a key that is replaced lasts as long as
its overlap says and no longer than it would have, a third one is refused, and each is answered by what has become of
it. The sandboxes that a holder makes stay his."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox

MOMENT = "2026-11-24T08:00:00+08:00"
BOX = "DXPENT0000000001"
BASE: Mapping[str, Any] = {"mailboxes": [BOX], "rights": ["read_receipts"], "owner": "probe"}
LACKS, UNKNOWN, NOT_THERE, FULL, UNFIT = 403, 401, 404, 409, 400
HOUR, LONGEST = 3_600, 10 * 366 * 24 * 3_600
ISSUED: Sequence[Mapping[str, Any]] = (
    {"owner": "o" * 40},
    {"owner": "7.a_b-c"},
    {"mailboxes": ["!" * 30], "owner": "mailbox-30"},
    {"mailboxes": ["*"], "owner": "all-mailboxes"},
    {"mailboxes": [f"BOX{number}" for number in range(50)], "owner": "mailboxes-50"},
    {"mailboxes": [], "rights": ["control_tests"], "owner": "no-mailbox"},
    {"seconds": LONGEST, "owner": "longest"},
)
"""Keys as they may be at most or at least."""
REFUSED: Sequence[Mapping[str, Any]] = (
    {"owner": "o" * 41},
    {"owner": "-probe"},
    {"owner": "a b"},
    {"mailboxes": ["!" * 31]},
    {"mailboxes": ["BOX;7"]},
    {"mailboxes": ["箱"]},
    {"mailboxes": [f"BOX{number}" for number in range(51)]},
    {"mailboxes": []},
    {"mailboxes": [], "rights": ["control_tests", "send_messages"]},
    {"rights": []},
    {"rights": ["read_receipts", "read_everything"]},
    {"seconds": -1},
    {"seconds": LONGEST + 1},
)
"""Keys that are wrong in one value."""


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no keys."""
    with fresh_sandbox(client, "keys", "probes", MOMENT, under=under) as sandbox, ExitStack() as opened:
        try:
            sandbox.call("GET", "/keys")
        except CallRefused as refused:
            if refused.status in {LACKS, UNKNOWN}:
                return
            raise
        yield from _issued(sandbox)
        yield from KeyHolder(client, sandbox, opened).complaints()


def _issued(sandbox: SandboxClient) -> Iterator[str]:
    """The faults of keys as they are asked for."""
    for change in ISSUED:
        status, made = _called(sandbox, "POST", "/keys", {**BASE, **change})
        wanted = {**BASE, **change}
        if status != 200 or any(made[name] != wanted[name] for name in BASE):
            yield f"a key with {str(change)[:80]} is answered with HTTP {status}, or is another one"
    before = len(sandbox.call("GET", "/keys")["keys"])
    for change in REFUSED:
        if (status := _called(sandbox, "POST", "/keys", {**BASE, **change})[0]) != UNFIT:
            yield f"a key with {str(change)[:80]} is answered with HTTP {status}, and not {UNFIT}"
    if (after := len(sandbox.call("GET", "/keys")["keys"])) != before:
        yield f"{after - before} keys are kept that were refused"


class KeyHolder:
    """A holder whose keys are replaced and revoked."""

    def __init__(self, client: WindowClient, sandbox: SandboxClient, opened: ExitStack) -> None:
        """Use clients that are closed at the end."""
        self._client, self._sandbox, self._opened = client, sandbox, opened

    def complaints(self) -> Iterator[str]:
        """The faults from the first key to the last."""
        first = self._made("/keys", {**BASE, "seconds": HOUR})
        yield from self._lasts("a key of an hour", first, HOUR)
        second = self._made(f"/keys/{first['id']}/rotate", {"overlap": 2 * HOUR})
        yield from self._lasts("the replacement of a key of an hour", second, HOUR)
        if any(second[name] != first[name] for name in ("owner", "mailboxes", "rights", "sandbox")):
            yield f"a key is replaced by one of {second['owner']} for {second['mailboxes']}: {second['rights']}"
        if (kept := self._listed(first)["expires_at"]) != first["expires_at"]:
            yield f"a key that ends at {first['expires_at']} ends at {kept} after it was replaced"
        for path, body in (("/keys", BASE), (f"/keys/{second['id']}/rotate", {"overlap": 0})):
            if (status := _called(self._sandbox, "POST", path, body)[0]) != FULL:
                yield f"a third key of a holder is answered with HTTP {status}, and not {FULL}"
        yield from self._answers({"replaced": (first, ""), "new": (second, "")})
        yield from self._ended(first, second)
        yield from self._own_sandboxes()

    def _ended(self, first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[str]:
        """The faults of keys that are revoked, or replaced without an overlap."""
        revoked = self._sandbox.call("DELETE", f"/keys/{first['id']}")
        again = self._sandbox.call("DELETE", f"/keys/{first['id']}")
        if revoked["state"] != "revoked" or again["revoked_at"] != revoked["revoked_at"]:
            yield f"a key that is revoked twice is {revoked['state']}, at {revoked['revoked_at']} {again['revoked_at']}"
        third = self._made(f"/keys/{second['id']}/rotate", {"overlap": 0})
        fourth = self._made(f"/keys/{third['id']}/rotate", {"overlap": HOUR // 2})
        old = self._listed(third)["expires_at"]
        if abs(_seconds(fourth["made_at"], old) - HOUR // 2) >= 1:
            yield f"a key that was replaced at {fourth['made_at']} for half an hour ends at {old}"
        ends = {"revoked": (first, "key-revoked"), "replaced at once": (second, "key-expired")}
        yield from self._answers({**ends, "replaced for half an hour": (third, ""), "last": (fourth, "")})
        found = {self._listed(key)["state"] for key in (third, fourth)}, self._listed(second)["state"]
        if found != ({"alive"}, "expired"):
            yield f"keys that are alive are listed as {found[0]}, one that has expired as {found[1]}"
        for words, sandbox, key, wanted in (
            ("a revoked key", self._sandbox, first, UNFIT),
            ("an expired key", self._sandbox, second, UNFIT),
            ("a key of another sandbox", self._client.sandbox("main"), fourth, NOT_THERE),
            ("a key that nobody made", self._sandbox, {"id": "0123456789ab"}, NOT_THERE),
        ):
            if (status := _called(sandbox, "POST", f"/keys/{key['id']}/rotate", {"overlap": 0})[0]) != wanted:
                yield f"the replacement of {words} is answered with HTTP {status}, and not {wanted}"

    def _own_sandboxes(self) -> Iterator[str]:
        """The faults of the sandbox that a holder made with a key which was replaced since."""
        first = self._made("/keys", {"mailboxes": [], "rights": ["control_tests"], "owner": "maker"})
        made = self._holder(first).make_sandbox(f"{self._sandbox.name}-own")
        try:
            second = self._made(f"/keys/{first['id']}/rotate", {"overlap": 0})
            if (seen := self._holder(second).sandboxes()) != [self._sandbox.name, made.name]:
                yield f"a holder whose key was replaced sees {len(seen)} sandboxes, not his key's and the one he made"
        finally:
            self._client.sandbox(made.name).delete()

    def _holder(self, key: Mapping[str, Any]) -> WindowClient:
        return self._opened.enter_context(WindowClient(self._client.url, key["key"]))

    def _made(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        made: Mapping[str, Any] = self._sandbox.call("POST", path, json=dict(body))
        return made

    def _listed(self, key: Mapping[str, Any]) -> Mapping[str, Any]:
        return next(row for row in self._sandbox.call("GET", "/keys")["keys"] if row["id"] == key["id"])

    def _lasts(self, words: str, key: Mapping[str, Any], seconds: int) -> Iterator[str]:
        listed = self._listed(key)
        if "key" in listed or listed["state"] != "alive":
            yield f"{words} is listed as {listed['state']}, or with its text"
        if _seconds(listed["made_at"], listed["expires_at"]) != seconds:
            yield f"{words} lasts from {listed['made_at']} to {listed['expires_at']}"

    def _answers(self, keys: Mapping[str, tuple[Mapping[str, Any], str]]) -> Iterator[str]:
        """The faults of how keys are answered: words → (key, code of the refusal)."""
        for words, (key, code) in keys.items():
            holder = self._holder(key).sandbox(self._sandbox.name)
            try:
                holder.call("GET", "/receipts", query={"mailbox": BOX})
                found = ""
            except CallRefused as refused:
                found = " ".join(refused.codes)
            if found != code:
                yield f"a key that is {words} is answered with {found or 'receipts'}, and not {code or 'receipts'}"


def _seconds(first: str, last: str) -> float:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds() if last else 0.0


def _called(sandbox: SandboxClient, method: str, path: str, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
    try:
        return 200, sandbox.call(method, path, json=dict(body))
    except CallRefused as refused:
        return refused.status, {}
