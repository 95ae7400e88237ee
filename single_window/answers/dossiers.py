"""The file of a dossier: a page about one case, and after it what proves the case's rows in the log of decisions.

The log has the SHA-256 of everything before the proof, in the row of the dossier itself."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import NamedTuple

import msgspec

from single_window.store.log_chain import LogProof

_BEGIN, _END = b'<!--proof--><pre class="proof">', b"</pre></main></body></html>\n"
_FILE = re.compile(rb"(.*)" + re.escape(_BEGIN) + rb"([^<>]*)" + re.escape(_END), re.DOTALL)
_MARKUP = {b"<": rb"\u003c", b">": rb"\u003e", b"&": rb"\u0026"}


class NoDossier(ValueError):
    """A file is no dossier, or something was added to it after its proof."""


class Dossier(NamedTuple):
    """A dossier as it was read: the SHA-256 of its text, and its proof."""

    sha256: str
    proof: LogProof


def hash_of(text: bytes) -> str:
    """The hash of a dossier's text, everything before its proof."""
    return sha256(text).hexdigest()


def with_proof(text: bytes, proof: LogProof) -> bytes:
    """The whole file: the page's text (without its end), then the proof."""
    encoded = msgspec.json.encode(proof)
    for mark, code in _MARKUP.items():
        encoded = encoded.replace(mark, code)
    return text + _BEGIN + encoded + _END


def read(file: bytes) -> Dossier:
    """The parts of a dossier's file; raises `NoDossier`."""
    parts = _FILE.fullmatch(file)
    if parts is None:
        raise NoDossier("it has no proof at its end")
    try:
        return Dossier(hash_of(parts[1]), msgspec.json.decode(parts[2], type=LogProof))
    except msgspec.MsgspecError as bad:
        raise NoDossier(str(bad)) from None
