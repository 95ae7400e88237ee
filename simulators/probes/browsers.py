"""Refusals by what their reader accepts: a call of the API is answered with findings, whoever makes it, and a page that
a browser asks for with a page."""

from __future__ import annotations

from collections.abc import Iterator

import urllib3

from simulators.entry.windows import SandboxClient, WindowClient

FINDINGS, PAGE = "application/problem+json", "text/html"
ASKED = (
    ("/api/v1/declarations/NOBODY-KNOWS-7", PAGE, FINDINGS),
    ("/api/v1/batches/NOBODY-KNOWS-7", PAGE, FINDINGS),
    ("/api/v1/batches/NOBODY-KNOWS-7", "*/*", FINDINGS),
    ("/declarations/NOBODY-KNOWS-7", PAGE, PAGE),
    ("/declarations/NOBODY-KNOWS-7", "application/json", FINDINGS),
)
"""An address at which nothing is, what is accepted there, and in what form the refusal comes."""
SIGN_IN = frozenset({302, 303, 401, 403})
TIMEOUT_SECONDS = 90


def probe(client: WindowClient, sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong; nothing of an address at which its reader has to sign in first."""
    with urllib3.PoolManager(retries=False, timeout=TIMEOUT_SECONDS) as pool:
        for path, accepted, wanted in ASKED:
            headers = {"Accept": accepted, "X-Sandbox": sandbox.name}
            answer = pool.request("GET", client.url + path, headers=headers, redirect=False)
            form = answer.headers.get("Content-Type", "").partition(";")[0]
            if answer.status not in SIGN_IN and (answer.status < 400 or form != wanted):
                yield f"GET {path} for who accepts {accepted}: HTTP {answer.status}, {form or 'nothing'}, not {wanted}"
