"""Customs manifests: samples are clean in both namespaces and wrapped; whatever is spoilt is refused with its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import process_time

import pytest
from lxml import etree

import schemas.manifests
from schemas.manifests.answering import answer_manifest
from schemas.manifests.reading import is_manifest, read_manifest
from schemas.manifests.tables import ManifestElement, elements_of, types_of
from tests.tables import each

FOLDER = Path(schemas.manifests.__file__).parent / "samples"
SAMPLES = {path.stem: path.read_bytes() for path in sorted(FOLDER.iterdir())}
AT = datetime(2026, 11, 21, 9, 0)
LEAST = 200
SLOWEST_SECONDS = 5.0
FORMED = {"un_imo": "UN9990003", "container": "QDXU1000016", "day": "20260230", "instant": "20260230000000"}
"""Form → a text of it that is wrong by its check digit or calendar alone."""


def codes(data: bytes) -> list[str]:
    return [finding.code for finding in read_manifest(data).findings]


def spoilt(data: bytes) -> Iterator[tuple[str, bytes, str]]:
    """Ways to spoil a manifest: what was done, the bytes, and the end of the path that must be told (empty: any)."""
    yield from ((f"cut at {length}", data[:length], "") for length in range(0, len(data.rstrip()), 5))
    kind = read_manifest(data).type
    for known in elements_of(kind).values():
        yield from _of_element(data, known)


def _of_element(data: bytes, known: ManifestElement) -> Iterator[tuple[str, bytes, str]]:
    wrong = {"too long": "9" * (known.length + 1)}
    if known.form:
        wrong |= {"in small letters": "x", "with a sign": "-1", "in Chinese": "岛"}
    if known.form in FORMED:
        wrong["with a wrong digit"] = FORMED[known.form]
    if known.mandatory:
        wrong["empty"] = ""
    for how, text in wrong.items():
        if (changed := _with_text(data, known.path, text)) is not None:
            yield f"{known.path} {how}", changed, known.path.rpartition("/")[2]


def _with_text(data: bytes, path: str, text: str) -> bytes | None:
    """A manifest with another text in the first element at a path; None if it has none."""
    root = etree.fromstring(data)
    manifest = root if root.tag.endswith("}Manifest") else root.find(".//{*}Manifest")
    node = manifest.find("/".join(f"{{*}}{part}" for part in path.split("/")))
    if node is None:
        return None
    node.text = text
    return etree.tostring(root, encoding="UTF-8")


@each("name", SAMPLES)
def test_a_sample_is_clean(name: str) -> None:
    assert is_manifest(SAMPLES[name])
    assert (codes(SAMPLES[name]), read_manifest(SAMPLES[name]).type) == ([], name)


@each("name", SAMPLES)
def test_both_forms_of_the_namespace_are_taken(name: str) -> None:
    other = SAMPLES[name].replace(b"standard:CN:", b"standard:")
    assert codes(other if other != SAMPLES[name] else other.replace(b"standard:MT", b"standard:CN:MT")) == []


@each("name", SAMPLES)
def test_every_way_to_spoil_a_sample_is_refused_with_its_place(name: str) -> None:
    ways = list(spoilt(SAMPLES[name]))
    assert len(ways) >= LEAST
    wrong = {}
    for done, data, place in ways:
        read = read_manifest(data)
        told = [found for found in read.findings if not found.warning]
        if not told or any(not (found.en and found.remedy_zh) for found in told):
            wrong[done] = "taken, or without a remedy"
        elif place and not any(found.path.endswith(place) for found in told):
            wrong[done] = f"told of {[found.path for found in told]}"
    assert wrong == {}


@each(
    "change, told",
    [
        ((b":CN:MT2101:1", b":CN:MT4101:1"), ["manifest-namespace"]),
        ((b"<Consignment>", b"<Consignment/><Consignment>"), ["manifest-missing"]),
        ((b"<Consignment>", b"<Odd>x</Odd><Consignment>"), ["manifest-unread"]),
        ((b"MT2101</MessageType>", b"MT2201</MessageType>"), ["manifest-value"]),
        ((b"<ID>KRINC", b"<ID>ZZINC"), ["manifest-value"]),
        ((b"<QuantityQuantity>1<", b"<QuantityQuantity>00<"), ["manifest-value"]),
        ((b"Measure>0.12<", b"Measure>0.0<"), ["manifest-value"]),
        ((b"<Manifest", b"<Manifesto"), ["not-well-formed"]),
        ((b"<Manifest", b"<!DOCTYPE x><Manifest"), ["document-type"]),
    ],
)
def test_findings_of_a_manifest(change: tuple[bytes, bytes], told: list[str]) -> None:
    assert codes(SAMPLES["MT2101"].replace(*change, 1)) == told


def test_a_bill_that_stands_twice_is_refused_and_houses_of_one_master_are_not() -> None:
    body = SAMPLES["MT2101"]
    begin, end = body.index(b"<Consignment>"), body.index(b"</Declaration>")
    again = body[begin:end]
    assert codes(body[:end] + again + body[end:]) == ["manifest-twice"]
    assert codes(body[:end] + again.replace(b"QD000000000001", b"QD000000000002") + body[end:]) == []


def test_one_that_deletes_names_voyage_and_bill_only() -> None:
    body = SAMPLES["MT2101"].replace(b"<FunctionCode>9<", b"<FunctionCode>3<")
    assert codes(body.replace(b"<ExitCustomsOffice><ID>4227</ID></ExitCustomsOffice>", b"")) == []
    assert codes(body.replace(b"<JourneyID>2647E</JourneyID>", b"")) == ["manifest-missing"]


@each("name", SAMPLES)
def test_customs_answer_each_bill_or_the_whole(name: str) -> None:
    for data, code in ((SAMPLES[name], "01"), (SAMPLES[name].replace(b"UN9990002", b"UN9990003"), "03")):
        answered = read_manifest(data)
        root = etree.fromstring(answer_manifest(answered, AT))
        told = [node.text for node in root.iter("{*}Code")]
        assert told == [code] * max(1, len(answered.consignments))
        assert all(text.text[:5].isdigit() for text in root.iter("{*}Text"))
        assert root.findtext("{*}Head/{*}ReceiverID") == answered.sender


@each("kind", ["岛岛", "MT9999", "&lt;x&gt;", "a b"])
def test_a_type_that_nobody_knows_is_answered(kind: str) -> None:
    read = read_manifest(SAMPLES["MT2101"].replace(b"MT2101</MessageType>", f"{kind}</MessageType>".encode()))
    assert read.refused and etree.fromstring(answer_manifest(read, AT)).tag == "Manifest"


@each("data", [b"", b"<x/>", b"<Manifest/>", b"<MFTMessage/>", b"<Manifest><Head/></Manifest>", b"UNB+"])
def test_what_is_no_manifest_is_refused_and_still_answered(data: bytes) -> None:
    read = read_manifest(data)
    assert read.refused and etree.fromstring(answer_manifest(read, AT)) is not None


@pytest.mark.long
@pytest.mark.parametrize(
    "inside",
    [b"<Consignment/>" * 99_000, b"<a>" * 250 + b"</a>" * 250, b"<a>x</a>" * 200_000],
    ids=["many", "deep", "more"],
)
def test_sizes_are_bounded(inside: bytes) -> None:
    body = SAMPLES["MT2101"].replace(b"<Consignment>", inside + b"<Consignment>", 1)
    began = process_time()
    assert len(codes(body)) <= 1_000
    assert process_time() - began < SLOWEST_SECONDS


def test_the_table_has_every_type_with_words() -> None:
    assert types_of() == {"MT1101", "MT2101", "MT3101", "MT4101", "MT5101", "MT5102"}
    assert all(element.zh and element.en for kind in types_of() for element in elements_of(kind).values())
