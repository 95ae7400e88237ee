"""People of parcels to Korea are masked when Korea has done with them: in the parcel, and in the lists about it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from declarations.calendar import DAY, instant_of
from declarations.documents import DOCUMENTS, unpack
from single_window.retention import korean_consignees
from single_window.retention.closing_records import MASK
from single_window.store.engine import reading
from single_window.store.tables import document
from tests.databases import ON_BOTH
from tests.stories.korea import PARCEL, SECOND, YOUNG, Korea
from tests.stories.story import TODAY

pytestmark = ON_BOTH
LATER = int(instant_of(TODAY)) + 30 * DAY


@pytest.fixture
def korea(start_story) -> Korea:
    """Two parcels on a list: Korea clears the first, and holds the second."""
    korea = Korea(start_story(korea="on"))
    korea.manifest(PARCEL, SECOND)
    korea.list(korea.line(PARCEL), korea.line(SECOND))
    korea.outcome("899", 24, PARCEL)
    korea.outcome("500", 24, SECOND)
    return korea


def names(korea: Korea) -> dict[str, tuple[str, str]]:
    """House number → the consignee's name in the parcel and in its list."""
    listed = korea.story.rows(select(document.c.facts).where(document.c.kind == "korea_list"))
    lines = {line.hbl_no: line for row in listed for line in unpack(DOCUMENTS["korea_list"], row[0]).lines}
    return {one.hbl_no: (one.consignee_name, lines[one.hbl_no].consignee_name) for one in korea.parcels()}


def mask(korea: Korea, before: int = LATER) -> int:
    engine, sandbox = korea.story.window.engine, korea.story.sandbox
    with reading(engine) as connection:
        planned = korean_consignees.count(connection, sandbox, before)
    done = sum(korean_consignees.mask(engine, sandbox, before, step=1))
    assert done == planned, "it masks what was said that it would mask"
    return done


def test_only_people_of_decided_parcels_are_masked_and_once(korea: Korea) -> None:
    assert mask(korea) == 1
    assert names(korea) == {PARCEL: (MASK, MASK), SECOND: (YOUNG.name, YOUNG.name)}
    (first,) = (one for one in korea.parcels() if one.hbl_no == PARCEL)
    assert {first.consignee_id, first.phone, first.postcode} == {MASK}
    assert mask(korea) == 0, "the second run finds nothing"


def test_nobody_is_masked_before_his_parcel_arrived(korea: Korea) -> None:
    assert mask(korea, int(instant_of(TODAY))) == 0
    assert names(korea)[PARCEL] == (YOUNG.name, YOUNG.name)


def test_other_sandboxes_keep_their_people(korea: Korea) -> None:
    assert list(korean_consignees.mask(korea.story.window.engine, "main", LATER)) == []
