"""A form with files, as a browser sends it."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote


def form_of(text: str, paths: Sequence[Path]) -> tuple[bytes, str]:
    """Return a body as multipart/form-data with the field `text` and the field `files`, and its content type."""
    parts = [(b'form-data; name="text"', "text/plain; charset=utf-8", text.encode())]
    for path in paths:
        name = quote(path.name, safe=" ()_-.")
        described = f'form-data; name="files"; filename="{name}"; filename*=UTF-8\'\'{name}'.encode()
        parts.append((described, mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes()))
    boundary = hashlib.sha256(b"".join(body for _, _, body in parts)).hexdigest()
    lines = [
        b"--%s\r\nContent-Disposition: %s\r\nContent-Type: %s\r\n\r\n%s\r\n"
        % (boundary.encode(), described, media_type.encode(), body)
        for described, media_type, body in parts
    ]
    return b"".join([*lines, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"
