"""Keys of programs for tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Flask

from single_window.accounts import key_keeping, rights
from single_window.accounts.key_keeping import Issued
from single_window.context import Context
from single_window.frame.http.ports import PREFIX

ALL = tuple(rights.of_keys())
"""Every right that a key may have."""
MAILBOX = "DXPENT0000000001"
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def issued(
    context: Context,
    sandbox: str = "main",
    mailboxes: Sequence[str] = (MAILBOX,),
    wanted: Sequence[str] = ALL,
    **more: object,
) -> Issued:
    """A new key, with all rights unless some are named."""
    key = key_keeping.issue(context.engine, sandbox, mailboxes, wanted, **more)  # type: ignore[arg-type]
    context.keyring.forget()
    return key


def bearer(key: Issued | str, sandbox: str = "") -> dict[str, str]:
    """The headers of a call with a key."""
    named = {"X-Sandbox": sandbox} if sandbox else {}
    return {"Authorization": f"Bearer {key if isinstance(key, str) else key.token}", **named}


def calls(app: Flask, **filled: str) -> Iterator[tuple[str, str, str]]:
    """Every call of the API: its endpoint, method and path; `filled` gives what stands in a path, by name."""
    adapter = app.url_map.bind("localhost")
    values = {
        "number": "1",
        "subject": "declaration",
        "tax_no": "T",
        "batch_no": "B",
        "plan_no": "P",
        "bill": "BL",
        "sha256": "0" * 64,
        "invt_no": "I",
        "code": "C",
        "name": "main",
        "kind": "",
        "mailbox": MAILBOX,
        "id": "0" * 12,
        "action": "",
        "company": "3702960001",
        "claim": "QD1",
        "trace_code": "QD26S1V9J0ZRBL",
        "epc": "E",
        "session_id": "S",
        "path": "ceb/2022-05/CEB621Message.xsd",
        "asset_name": "begin.js",
        **filled,
    }
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(f"{PREFIX}/"):
            own = {
                name: values[name] or next(iter(getattr(rule._converters[name], "items", ["participants"])))
                for name in rule.arguments
            }
            if "number" in own and rule._converters["number"].regex.startswith(r"\d"):
                own["number"] = int(own["number"])  # type: ignore[assignment]
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, adapter.build(rule.endpoint, own, method=method)
