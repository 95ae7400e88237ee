"""Files that are added to cases: what is accepted, judged by the content, and how a file is named and sent.

Nothing is accepted that a browser could run (HTML, SVG, XML, scripts), whatever it is called.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

import structlog
from sqlalchemy import Connection

from single_window.accounts.people import Person
from single_window.context import Context
from single_window.frame.decision_kinds import Subject
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store import decision_log, files, sandboxes
from single_window.store.engine import writing
from single_window.store.files import CaseFile

log = structlog.get_logger(__name__)
MAX_FILES, MAX_TOTAL_BYTES = 100, 200_000_000
"""Maximum number of files of a case, and of their bytes together."""
MAX_BYTES = 10_000_000
"""Maximum size of a file."""
MAX_NAME = 120
"""Maximum characters of a file's name."""
TEXTS = ("text/plain", "text/csv")
ACCEPTED = ("application/pdf", "image/png", "image/jpeg", *TEXTS)
ENDINGS = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    **dict.fromkeys(TEXTS, ("txt", "csv", "log", "md")),
}
"""Endings of the names of files, by type; a name without an ending suits every type."""
UNDECLARED = ("", "application/octet-stream")
"""What a sender declares who does not know the type."""
_SNIFFED = 1_024
"""Bytes by which browsers guess a type."""
_MARKUP = (b"<!", b"<?", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe", b"<style", b"<a ", b"<img")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ENDING = re.compile(r"\.(?=[0-9]*[a-z])([a-z0-9]{1,8})$", re.IGNORECASE)
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of characters that cannot be seen, or that turn the direction of writing."""


def media_type_of(body: bytes, declared: str) -> str:
    """The type of a file by its content, one of `ACCEPTED`; raises `Refusal` for any other content, and for a content
    that is not of the `declared` type."""
    found = _found(body)
    if found == TEXTS[0] and declared in TEXTS:
        return declared
    if not found or declared not in (found, *UNDECLARED):
        raise Refusal(
            "file_type",
            declared=phrases.phrase("media_type", declared[:60] or "unknown"),
            found=phrases.phrase("media_type", found or ("markup" if _is_markup(body) else "unknown")),
            known=_known(),
        )
    return found


def _known() -> Words:
    """The accepted types, as a list in words."""
    named = [phrases.phrase("media_type", each) for each in ACCEPTED]
    return Words("、".join(each.zh for each in named), ", ".join(each.en for each in named))


def demand_ending(name: str, media_type: str) -> None:
    """Raise `Refusal` if a file's name ends as those of another type: what is saved under it would not open, or would
    run."""
    ending = _ENDING.search(name)
    if ending is not None and ending[1].lower() not in ENDINGS[media_type]:
        raise Refusal(
            "file_ending",
            file=name,
            ending=f".{ending[1]}",
            found=phrases.phrase("media_type", media_type),
            ends=Words(*(mark.join(f".{each}" for each in ENDINGS[media_type]) for mark in ("、", ", "))),
            known=_known(),
        )


def _found(body: bytes) -> str:
    if body.startswith(b"%PDF-") and b"%%EOF" in body[-_SNIFFED:]:
        return "application/pdf"
    if body.startswith(b"\x89PNG\r\n\x1a\n") and body[12:16] == b"IHDR":
        return "image/png"
    if body.startswith(b"\xff\xd8\xff") and body.rstrip(b"\0").endswith(b"\xff\xd9"):
        return "image/jpeg"
    return TEXTS[0] if _is_text(body) else ""


def _is_text(body: bytes) -> bool:
    """True of UTF-8 without control characters that no browser takes for markup."""
    if not body or _is_markup(body):
        return False
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _CONTROL.search(text) is None


def _is_markup(body: bytes) -> bool:
    start = body[:_SNIFFED].lower()
    return any(mark in start for mark in _MARKUP)


def clean_name(name: str) -> str:
    """A file's name without folders and characters that cannot be seen; "file" if nothing is left."""
    seen = "".join(" " if unicodedata.category(letter) in _UNSEEN else letter for letter in name)
    last = seen.replace("\\", "/").rpartition("/")[2]
    return " ".join(last.split()).strip(". ")[:MAX_NAME] or "file"


def disposition(name: str) -> str:
    """The header `Content-Disposition` of a file (RFC 6266): always saved, never shown in the browser's page."""
    plain = "".join(letter if letter.isascii() and letter not in '"\\%;' else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def add(
    context: Context, sandbox: str, subject: Subject, name: str, declared: str, body: bytes, who: Person, line: int = 0
) -> tuple[CaseFile, bool]:
    """Add a file to a case, and return it, and whether the case did not have it. `line`: of goods, which it shows.

    The same content again, by the same person, under the same name and of the same line, changes nothing: name, sender
    and instant are those of this case and sender, whoever else sent the same. Raises `Refusal`."""
    added = checked(name, declared, body, who, context.now(sandbox))._replace(line=line)
    with writing(context.engine) as connection:
        sandboxes.hold(connection, sandbox)
        return attach(connection, sandbox, (subject.kind, str(subject.id)), subject.label, added, body, who)


def checked(name: str, declared: str, body: bytes, who: Person, at: int) -> CaseFile:
    """The file that a content becomes at the sandbox's instant `at`; raises `Refusal` if it is too large, of no type
    that is accepted, or not what its name says."""
    if len(body) > MAX_BYTES:
        raise Refusal("file_too_large", file=clean_name(name), most=MAX_BYTES, size=len(body))
    media_type = media_type_of(body, declared)
    demand_ending(clean_name(name), media_type)
    return CaseFile(hashlib.sha256(body).hexdigest(), clean_name(name), media_type, len(body), who.name, at)


def attach(
    connection: Connection, sandbox: str, key: tuple[str, str], label: str, added: CaseFile, body: bytes, who: Person
) -> tuple[CaseFile, bool]:
    """Add a checked file to a case, with a row of the decision log; return it as the case has it, and whether the case
    did not have it.

    Raises `Refusal` if it has too many. Does not commit."""
    linked, new = _link(connection, sandbox, key, label, added, body)
    if new:
        told = f"{added.name} · SHA-256 {added.sha256}"
        by = (who.name, who.role)
        decision_log.append_notes(connection, sandbox, [key], decision_log.ATTACHED, by, told, added.at)
        named = {"subject": key[0], "subject_id": key[1], "sha256": added.sha256}
        log.info("file.added", sandbox=sandbox, **named, size=added.size, by=who.name)
    return linked, new


def _link(
    connection: Connection, sandbox: str, key: tuple[str, str], label: str, added: CaseFile, body: bytes
) -> tuple[CaseFile, bool]:
    """The same as `attach`, without the log. Tried again if somebody else has taken the entry meanwhile."""
    while True:
        known = files.entries(connection, sandbox, *key, added.sha256)
        for file in known:
            if (file.name, file.by, file.line) == (added.name, added.by, added.line):
                return file, False
        count, total = files.sums(connection, sandbox, *key)
        if count >= MAX_FILES or total + added.size > MAX_TOTAL_BYTES:
            raise Refusal("too_many_files", label=label, most=MAX_FILES, size=MAX_TOTAL_BYTES // 1_000_000)
        files.put(connection, sandbox, added.sha256, added.media_type, body)
        entry = added._replace(entry=len(known))
        if files.link(connection, sandbox, *key, entry):
            return entry, True
