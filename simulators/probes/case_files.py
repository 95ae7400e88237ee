"""Files of cases: every content under every type; what is kept comes back as it was, for its own case alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from simulators.entry.windows import CallRefused, SampleTrade, SandboxClient

NOT_FOUND = 404
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
FILES: Mapping[tuple[str, bytes], tuple[str, ...]] = {
    ("text", b"a,b\n1,2\n"): ("text/plain", "text/csv", "application/octet-stream"),
    ("PDF", b"%PDF-1.4\n1 0 obj\n%%EOF\n"): ("application/pdf", "application/octet-stream"),
    ("PNG", PNG): ("image/png", "application/octet-stream"),
    ("JPEG", b"\xff\xd8\xff\xe0 \xff\xd9"): ("image/jpeg", "application/octet-stream"),
    ("markup", b"<html><body>x</body></html>"): (),
    ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg"/>'): (),
    ("bytes", b"\0\1\2\3"): (),
}
"""A content → the types as which it is taken; as any other type it is refused."""
TYPES = sorted({kind for kinds in FILES.values() for kind in kinds} | {"text/html", "image/svg+xml"})


def complaints(sandbox: SandboxClient, own: SampleTrade, other: SampleTrade) -> Iterator[str]:
    """Yield what is wrong with the files of a case, and with those of another."""
    path = f"/cases/declaration/{own.order_no}/files"
    for (name, content), taken in FILES.items():
        for kind in TYPES:
            body = content + f"% {kind}\n%%EOF\n".encode() if name == "PDF" else content
            status = _status(sandbox, "POST", path, query={"name": name}, body=body, headers={"Content-Type": kind})
            if (status == 200) != (kind in taken):
                yield f"a file of {name} that is sent as {kind} is {'kept' if status == 200 else 'refused'}"
        digest = sha256(content).hexdigest()
        if taken and name != "PDF" and sandbox.call("GET", f"{path}/{digest}") != content.decode("utf-8", "replace"):
            yield f"a file of {name} does not come back as it was sent"
        if _status(sandbox, "GET", f"/cases/declaration/{other.order_no}/files/{digest}") != NOT_FOUND:
            yield f"a file of {name} is shown with a case that does not have it"


def _status(caller: SandboxClient, method: str, path: str, **options: Any) -> int:
    """The HTTP status of a call; 200 for any that is answered."""
    try:
        caller.call(method, path, **options)
    except CallRefused as refused:
        return refused.status
    return 200
