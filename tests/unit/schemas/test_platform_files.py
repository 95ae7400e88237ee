"""Platform files: what was read is written to the byte; whatever is spoilt is refused with its record and field."""

from __future__ import annotations

from pathlib import Path
from random import Random
from time import process_time

import pytest
from platform_file_mutations import SpoiltFile, spoilt_files

import schemas.platform_files
from schemas.platform_files.file import write
from schemas.platform_files.reading import MAX_BYTES, MAX_RECORDS, is_platform_file, read_platform_file
from schemas.platform_files.tables import types
from tests.tables import each

FOLDER = Path(schemas.platform_files.__file__).parent / "samples"
SAMPLES = {path.stem: path.read_bytes() for path in sorted(FOLDER.iterdir())}
LEAST = 200
SLOWEST_SECONDS = 5.0


def codes(data: bytes) -> list[str]:
    return [finding.code for finding in read_platform_file(data).findings]


def not_refused(spoilt: SpoiltFile) -> str:
    """What is wrong with how a spoilt file is judged; empty if it is refused as it should be."""
    read = read_platform_file(spoilt.data)
    if not read.refused:
        return "taken"
    if write(read) != spoilt.data:
        return "written otherwise"
    if any(not (found.zh and found.en and found.remedy_zh and found.remedy_en) for found in read.findings):
        return "without words or remedy"
    paths = [finding.path for finding in read.findings]
    return "" if not spoilt.path or any(path.startswith(spoilt.path) for path in paths) else f"told of {paths}"


@each("name", SAMPLES)
def test_a_sample_is_clean_and_written_to_the_byte(name: str) -> None:
    read = read_platform_file(SAMPLES[name])
    assert read.findings == [] and read.type == name.upper() and write(read) == SAMPLES[name]


@each("name", SAMPLES)
def test_every_way_to_spoil_a_sample_is_refused_with_its_place(name: str) -> None:
    spoilt = list(spoilt_files(SAMPLES[name]))
    assert len(spoilt) >= LEAST
    assert {one.done: said for one in spoilt if (said := not_refused(one))} == {}


@each(
    "change, told",
    [
        ((b"99:4'", b"99:5'"), ["platform-file-total"]),
        ((b"11:QDL:", b"12:QDL00001'11:QDL:"), ["platform-file-unread", "platform-file-total"]),
        ((b"IFCSUM", b"IFCSUX"), ["platform-file-none"]),
        ((b":9:QDLINE", b":1:QDLINE"), ["platform-file-value"]),
        ((b"2647E", b"26471234E"), ["platform-file-length"]),
        ((b"NEW SHANDONG", b"NEW'SHANDONG"), ["platform-file-required", "platform-file-record", "platform-file-total"]),
        ((b"", b"\r\n "), []),
    ],
)
def test_findings_of_a_file(change: tuple[bytes, bytes], told: list[str]) -> None:
    assert codes(SAMPLES["ifcsum"].replace(*change, 1)) == told


@each("total", [b"99:15'", b"20:1'"])
def test_a_total_of_any_length_is_judged(total: bytes) -> None:
    told = total.partition(b":")[0] + b":" + b"9" * 5_000 + b"'"
    assert codes(SAMPLES["costrp"].replace(total, told)) == ["platform-file-length"]


def test_a_finding_names_record_field_and_line() -> None:
    spoilt = SAMPLES["costrp"].replace(b"QDXU1000015", b"QDXU1000016")
    (found,) = read_platform_file(spoilt).findings
    assert (found.path, found.line, found.found) == ("/4:50/containerNo", 4, "QDXU1000016")
    assert found.expected == "X(12) ISO 6346"


def test_what_is_no_platform_file_is_none() -> None:
    assert [is_platform_file(data) for data in (*SAMPLES.values(), b"UNB+UNOA", b"<x/>", b"", b"00:")] == [
        *[True] * len(SAMPLES),
        *[False] * 4,
    ]


def test_sizes_are_bounded() -> None:
    assert codes(b"00:IFCSUM:" + b"x" * MAX_BYTES) == ["too-large"]
    many = SAMPLES["ifcsum"].replace(b"11:QDL:QD LINE'", b"11:QDL'" * MAX_RECORDS)
    began = process_time()
    found = codes(many)
    assert "too-many-findings" in found or "platform-file-too-many" in found
    assert len(found) <= 1_001 and process_time() - began < SLOWEST_SECONDS


@pytest.mark.parametrize("seed", range(4))
def test_no_bytes_stop_it(seed: int) -> None:
    draw = Random(seed)
    for data in SAMPLES.values():
        for _ in range(100):
            spoilt = bytearray(data)
            for _ in range(draw.randint(1, 8)):
                spoilt[draw.randrange(len(spoilt))] = draw.choice(b"0159:'\n\x00\xffAZ")
            read = read_platform_file(bytes(spoilt))
            assert write(read) == bytes(spoilt) and len(read.findings) <= 1_001


def test_the_tables_say_what_is_sure() -> None:
    rows = [
        (field.confidence, field.zh, field.en)
        for kind in types().values()
        for one in kind.values()
        for field in one.fields
    ]
    assert {confidence for confidence, _, _ in rows} == {"C", "K"} and all(zh and en for _, zh, en in rows)
