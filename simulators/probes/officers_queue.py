"""The officers' queue: more cases than a page shows, all due at one instant. Its pages hold each of them once, and
after a snapshot is restored those that waited when it was taken; its clock, options and triggers are those of then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import urllib3

from simulators.entry.windows import SandboxClient, WindowClient, fresh_sandbox

MOMENT = "2026-11-24T08:00:00+08:00"
CASES = 53
"""Lists that wait: three more than a page shows."""
DECIDED = 4
"""Lists that are decided about after the snapshot."""
MOST_PAGES = 9
_CASE = re.compile(r'<li data-row data-number="([^"]+)"')
_NEXT = re.compile(r'<a href="(/review\?[^"]*)" rel="next"')


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where officers must sign in."""
    with fresh_sandbox(client, "queue", "probes", MOMENT, under=under) as sandbox:
        if _listed(client, sandbox) is None:
            return
        for number in range(CASES):
            sandbox.submit(sandbox.sample("import", f"queue {number}"), X_Scenario="reviewed")
        sandbox.settle()
        waiting = _numbers(sandbox, "in_review")
        yield from _complaints("the queue", _listed(client, sandbox) or [], waiting)
        snapshot = sandbox.control("POST", "/snapshots", json={"label": "queue"})
        kept = _kept(sandbox)
        for listed in sorted(waiting)[:DECIDED]:
            sandbox.decide(listed, "conclude", "相符")
        sandbox.settle()
        yield from _complaints(
            "the queue after decisions", _listed(client, sandbox) or [], _numbers(sandbox, "in_review")
        )
        _change_all(sandbox)
        sandbox.control("POST", f"/snapshots/{snapshot['id']}/restore")
        for name, value in _kept(sandbox).items():
            if value != kept[name]:
                yield f"after a snapshot is restored, its {name} is {value}, and was {kept[name]}"
        if _numbers(sandbox, "in_review") != waiting:
            yield "after a snapshot is restored, other lists wait than when it was taken"
        yield from _complaints("the queue after a snapshot is restored", _listed(client, sandbox) or [], waiting)


def _kept(sandbox: SandboxClient) -> dict[str, str]:
    """What a snapshot keeps besides the contents."""
    clock = sandbox.clock.show()
    triggers = sandbox.control("GET", "/triggers")["triggers"]
    return {"clock": f"{clock.mode} {clock.now}", "options": str(sandbox.options()), "triggers": str(len(triggers))}


def _change_all(sandbox: SandboxClient) -> None:
    """Change everything that a snapshot keeps besides the contents."""
    options = sandbox.options()
    sandbox.options(inspection=not options["inspection"], open=not options["open"], rounding="P2")
    sandbox.force("rejected")
    sandbox.clock.advance("1h")


def _numbers(sandbox: SandboxClient, state: str) -> set[str]:
    """The numbers of the lists in a state."""
    answer = sandbox.call("GET", "/declarations", query={"state": state, "limit": 100})
    return {str(row["invt_no"]) for row in answer["declarations"]}


def _listed(client: WindowClient, sandbox: SandboxClient) -> list[str] | None:
    """The numbers of the lists on all pages of the queue; None where the page asks for a sign-in."""
    path, listed = f"/review?sandbox={sandbox.name}", list[str]()
    with urllib3.PoolManager() as pool:
        for _ in range(MOST_PAGES):
            answer = pool.request("GET", client.url + path, headers={"Accept-Language": "en"}, timeout=60)
            if answer.status != 200 or urlsplit(answer.url or path).path != "/review":
                return None
            page = answer.data.decode()
            listed += _CASE.findall(page)
            if not (following := _NEXT.search(page)):
                break
            path = unescape(following[1])
    return listed


def _complaints(where: str, listed: list[str], waiting: set[str]) -> Iterator[str]:
    if missing := sorted(waiting - set(listed)):
        yield f"{where} leaves out {len(missing)} of {len(waiting)} lists that wait, such as {missing[0]}"
    if more := sorted(set(listed) - waiting):
        yield f"{where} holds {len(more)} lists that do not wait, such as {more[0]}"
    if len(listed) != len(set(listed)):
        yield f"{where} holds {len(listed) - len(set(listed))} lists twice"
