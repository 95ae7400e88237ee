"""Whatever interchange comes, notices are made of the messages alone that CONTRL does not reject, and each of them can
be sent."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

import schemas.edifact
from declarations.calendar import local_time_of
from declarations.overseas.notices import StockNotice
from schemas.edifact.control import control
from schemas.edifact.reading import read_interchange
from schemas.edifact.writing import write
from schemas.message import Transfer
from schemas.parsing import parse
from single_window.cases.overseas.edifact_lines import EdifactTerms
from single_window.cases.overseas.edifact_notices import ReadInterchange, read_notices
from single_window.cases.overseas.sending import notice_messages
from tests.tables import each
from tests.unit.schemas.edifact_mutations import mutated, mutations

HOSTILE = int(os.environ.get("SINGLE_WINDOW_TEST_SEEDS", "50000"))
NOW = 1_795_000_000_000
MERCHANT = Transfer("3702961003", "青岛示例出口贸易有限公司", "DXP", "DXPENT0000000011")
UNITS = {"PCE": "011", "KGM": "035", "": "011"}
WAREHOUSES = {
    "DESADV": ("KRICN-WH01", "KOR", "Asia/Seoul"),
    "RECADV": ("KRICN-WH01", "KOR", "Asia/Seoul"),
    "INVRPT": ("DEHAM-WH03", "DEU", "Europe/Berlin"),
    "SLSRPT": ("JPTYO-WH02", "JPN", "Asia/Tokyo"),
}
SAMPLES = {
    file.stem: file.read_bytes()
    for file in sorted((Path(schemas.edifact.__file__).parent / "samples").glob("*.edi"))
    if file.stem.partition("_")[0] in WAREHOUSES
}


def terms(name: str, **more: str) -> EdifactTerms:
    """What a call says about the warehouse of a sample."""
    place = WAREHOUSES[name.partition("_")[0]]
    return EdifactTerms("3702961003", *place, NOW, UNITS, {}, {}, **{"day_time": "12:00", "epr_no": "DE1", **more})


def rejected(read: ReadInterchange) -> set[str]:
    """What CONTRL rejects: the interchange, groups and messages, by tag and reference; nothing if nobody can be
    answered."""
    answered = control(read.interchange, reference="C1", at=local_time_of(NOW))
    if answered is None:
        return {"UCI"}
    told = read_interchange(answered)
    assert told.findings == [], answered
    places = {"UCI": 4, "UCF": 4, "UCM": 3}
    return {one.raw for one in told.messages[0].segments if one.tag in places and one.get(places[one.tag]) == "4"}


def fits(read: ReadInterchange) -> list[StockNotice]:
    """The notices that can be sent as messages; raises for one that cannot."""
    for body in notice_messages(read.notices, MERCHANT, NOW):
        parse(body)
    return list(read.notices)


@each("name", SAMPLES)
def test_each_sample_becomes_a_notice_and_stays_as_it_is(name: str) -> None:
    read = read_notices(SAMPLES[name], terms(name))
    assert [finding.en for finding in read.interchange.findings] == []
    (notice,) = fits(read)
    assert notice.lines and notice.notice_no.startswith(name.partition("_")[0]) and rejected(read) == set()
    assert write(read.interchange) == SAMPLES[name]
    assert read_notices(SAMPLES[name], terms(name)).notices == read.notices


@each("kind", WAREHOUSES)
def test_both_releases_make_the_same_notice(kind: str) -> None:
    old, new = (read_notices(SAMPLES[f"{kind}_{release}"], terms(kind)).notices[0] for release in ("D96A", "D01B"))
    assert old == new


@each("name, data", SAMPLES.items())
def test_no_notice_is_made_of_a_message_that_is_spoilt(name: str, data: bytes) -> None:
    spoilt = list(mutations(data))
    assert len(spoilt) >= 200
    for mutation in spoilt:
        read = read_notices(mutation.data, terms(name))
        assert read.notices == () and rejected(read), mutation.done
        assert all(finding.path and finding.remedy_en for finding in read.interchange.findings), mutation.done


def test_where_more_is_wrong_than_is_told_nothing_is_taken() -> None:
    """Since the rest was not judged, CONTRL rejects all of it."""
    sample = SAMPLES["SLSRPT_D96A"].decode()
    line = "LIN+1++9521141010013:EN'\nPIA+1+SKU:SA'\nQTY+153:-1:PCE'\n"
    begin, end = sample.index("UNH+1"), sample.index("UNT+")
    body = sample[begin : sample.index("LIN+1")] + line * 1_001
    bad = f"{body}UNT+{body.count(chr(39)) + 1}+1'\n".replace("UNH+1+", "UNH+2+").replace("+1'\n", "+2'\n")
    count = sample[begin:end].count("'") + 1
    data = f"{sample[:end]}UNT+{count}+1'\n{bad}UNZ+2+JP26112101'\n".encode()
    read = read_notices(data, terms("SLSRPT"))
    assert read.interchange.findings[-1].code == "too-many-findings" and len(read.interchange.messages) == 2
    assert read.notices == () and any(raw.startswith("UCI") for raw in rejected(read))


def survive(count: int, seed: int) -> None:
    """Read hostile interchanges: notices are made as long as CONTRL takes something, of such messages alone."""
    draw, made = Random(seed), 0
    for number in range(count):
        name = draw.choice(sorted(SAMPLES))
        data = mutated(SAMPLES[name], draw)
        read = read_notices(data, terms(name, day_time=draw.choice(["", "12:00"])))
        assert write(read.interchange) == data, (seed, number)
        notices = fits(read)
        refused = rejected(read)
        assert len(read.interchange.faults) <= 1_000, (seed, number)
        assert not (notices and any(raw.startswith("UCI") for raw in refused)), (seed, number)
        taken = len(read.interchange.messages) - sum(raw.startswith("UCM") for raw in refused)
        assert len({notice.notice_no for notice in notices}) <= max(taken, 0), (seed, number)
        made += len(notices)
    assert made > 0.005 * count, made


def test_hostile_interchanges_make_no_notice_that_contrl_rejects() -> None:
    survive(400, 1)


@pytest.mark.long
def test_fifty_thousand_hostile_interchanges_make_no_notice_that_contrl_rejects() -> None:
    survive(HOSTILE, 2)
