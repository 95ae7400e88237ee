"""A recording without its people: nobody of them is left, what was equal is equal, and it comes to the same."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from declarations.documents.extraction import field_name
from schemas.identifiers import is_valid_resident_id
from simulators.recordings.personal import ACCOUNT, ADDRESS, ELEMENTS, ID, NAME, TELEPHONE
from simulators.recordings.stand_ins import StandIns
from single_window.retention.closing_records import PERSONAL
from tests.commands import run_command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of traffic that was recorded (`day.swr`), and the same without its people (`public.swr`)."""
    folder = tmp_path_factory.mktemp("scrubbed")
    run_command(
        "traffic", "tuesday", "--trades", "40", "--per-message", "1", "--data", folder / "data", "--quiet", "--json"
    )
    run_command("record", folder / "day.swr", "--data", folder / "data", "--sandbox", "traffic")
    assert run_command("recording", "scrub", folder / "day.swr", folder / "public.swr").exit_code == 0
    return folder


def events(recording: Path) -> str:
    with zipfile.ZipFile(recording) as packed:
        return packed.read("events.jsonl").decode()


def people(text: str) -> set[str]:
    named = r"<ceb:(?:buyerName|payerName|buyerIdNumber|payerIdNumber|buyerTelephone|consigneeAddress)>([^<]+)<"
    return set(re.findall(named, text))


@pytest.mark.long
def test_nobody_of_the_recording_is_left(folder: Path) -> None:
    before, after = events(folder / "day.swr"), events(folder / "public.swr")
    assert len(people(before)) > 100
    invented = people(after)
    assert people(before) & invented == set()
    # an invented name may begin like a real one, which is shorter
    rest = re.sub("|".join(map(re.escape, sorted(invented, key=len, reverse=True))), "", after)
    assert [person for person in people(before) if person in rest] == []
    assert run_command("recording", "check", folder / "public.swr").exit_code == 0


def test_no_stand_in_is_the_name_of_another_person() -> None:
    strangers = StandIns("a key")
    first = strangers.of(NAME, "Wang")
    again = StandIns("a key")
    again.replace_all([(NAME, "Wang"), (NAME, first)])
    assert again.of(NAME, "Wang") not in {first, "Wang"}


def test_check_finds_who_is_left_and_says_where_but_not_who(folder: Path) -> None:
    done = run_command("recording", "check", folder / "day.swr", "--json")
    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["clean"]) == (1, False)
    assert {row["place"] for row in answer["left"]} >= {"buyerName", "buyerIdNumber", "consigneeAddress", "payerName"}
    assert [person for person in people(events(folder / "day.swr")) if person in done.stdout] == []


def test_without_its_people_it_comes_to_the_same(folder: Path) -> None:
    data = folder / "data"
    assert run_command("replay", folder / "public.swr", "--data", data, "--sandbox", "public").exit_code == 0
    assert run_command("compare", "traffic", "public", "--data", data).exit_code == 0


def test_signatures_that_hold_no_longer_are_counted(folder: Path) -> None:
    (folder / "again.swr").unlink(missing_ok=True)
    done = run_command("recording", "scrub", folder / "day.swr", folder / "again.swr")
    assert re.search(r"\d+ signatures hold no longer", done.output)


def test_nobody_finds_the_way_back_and_two_scrubbings_have_nobody_in_common(folder: Path) -> None:
    run_command("recording", "scrub", folder / "day.swr", folder / "other.swr")
    first, other = people(events(folder / "public.swr")), people(events(folder / "other.swr"))
    assert len({text for text in first & other if is_valid_resident_id(text)}) == 0


def test_a_value_has_one_stand_in_of_its_kind_and_no_two_share_one() -> None:
    strangers = StandIns("a key of the test")
    numbers = [f"37020219900307{place:03d}" for place in range(500)]
    valid = "370202199003074514"
    assert is_valid_resident_id(strangers.of(ID, valid))
    assert not is_valid_resident_id(strangers.of(ID, valid[:17] + "0"))
    assert strangers.of(ID, valid) == strangers.of(ID, valid) != StandIns("another").of(ID, valid)
    for sort in (NAME, ID, TELEPHONE, ADDRESS, ACCOUNT):
        assert len({strangers.of(sort, number) for number in numbers}) == len(numbers), sort


def test_what_retention_masks_is_scrubbed() -> None:
    assert set(PERSONAL) <= {field_name(name) for name in ELEMENTS}
