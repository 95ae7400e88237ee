"""What a file is, by its content; and a name that no header and no folder can be broken with."""

from __future__ import annotations

from email.message import Message
from urllib.parse import unquote

import pytest

from single_window.frame.files import ACCEPTED, ENDINGS, clean_name, demand_ending, disposition, media_type_of
from single_window.language.refusal import Refusal
from tests.tables import each

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 20 + b"\xff\xd9"
TEXT = "查验记录\n相符\t3\r\n".encode()
GOOD = {"application/pdf": PDF, "image/png": PNG, "image/jpeg": JPEG, "text/plain": TEXT, "text/csv": b"a,b\n1,2\n"}


def test_a_sample_of_every_accepted_type_is_here() -> None:
    assert set(GOOD) == set(ACCEPTED)


@each("declared", GOOD)
def test_what_is_what_it_says_is_accepted(declared: str) -> None:
    assert media_type_of(GOOD[declared], declared) == declared


@each(("body", "found"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg"), (TEXT, "text/plain")])
def test_who_does_not_know_the_type_is_told(body: bytes, found: str) -> None:
    assert (media_type_of(body, ""), media_type_of(body, "application/octet-stream")) == (found, found)


@each(("body", "declared"), [(body, other) for name, body in GOOD.items() for other in GOOD if name[:4] != other[:4]])
def test_what_says_that_it_is_another_type_is_refused(body: bytes, declared: str) -> None:
    with pytest.raises(Refusal, match="by their content"):
        media_type_of(body, declared)


@each(
    "body",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  \n<HTML><body>",
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        b"<?xml version='1.0'?><svg/>",
        b"GIF89a=1;<script src=x></script>",
        b"hello <ScRiPt>",
        "<svg/>".encode("utf-16"),
        b"MZ\x90\0\x03",
        b"PK\x03\x04",
        b"#!/bin/sh\n\x07",
        b"\x1b[31mred",
        b"\xff\xfe",
        b"%PDF-1.7 without an end \0",
        PNG[:12],
        JPEG[:-2],
        b"",
    ],
)
def test_nothing_that_a_browser_or_machine_could_run_is_accepted(body: bytes) -> None:
    for declared in ("", "text/html", "image/svg+xml", *ACCEPTED):
        with pytest.raises(Refusal):
            media_type_of(body, declared)


@each(
    ("name", "clean"),
    [
        ("查验 报告.pdf", "查验 报告.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\\\temp\\\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie: x=1.pdf"),
        ("a\u202efdp.exe", "a fdp.exe"),
        ("..", "file"),
        (" \u2028\t", "file"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_name_keeps_what_people_see_of_it(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@each("name", ["查验 报告.pdf", 'a"; filename="b.html', "a\\\\b", "%41;x='y'", "naïve.txt"])
def test_the_header_gives_the_name_back_whole_and_nothing_else(name: str) -> None:
    header = disposition(name)
    assert header.isascii() and header.isprintable()
    read = Message()
    read["Content-Disposition"] = header
    assert read.get_content_disposition() == "attachment"
    assert set(dict(read.get_params(header="content-disposition") or ())) == {"attachment", "filename"}
    assert unquote(header.partition("filename*=UTF-8''")[2]) == name


@each(
    ("name", "media_type"),
    [("a.PDF", "application/pdf"), ("发票", "image/png"), ("no. 7", "text/plain"), ("v1.2", "text/csv")],
)
def test_a_name_that_says_nothing_else_is_taken(name: str, media_type: str) -> None:
    demand_ending(name, media_type)


@each("media_type", ACCEPTED)
@each("name", ["run.exe", "a.html", "photo.jpg.js", "x.7z", "a.pdf", "a.png", "a.jpeg", "a.csv"])
def test_a_name_that_ends_as_another_type_is_refused_in_a_sentence(name: str, media_type: str) -> None:
    if name.rpartition(".")[2] in ENDINGS[media_type]:
        demand_ending(name, media_type)
        return
    with pytest.raises(Refusal) as refused:
        demand_ending(name, media_type)
    assert name in refused.value.words.en and f".{ENDINGS[media_type][0]}" in refused.value.words.zh
    assert "PDF" in refused.value.words.en
