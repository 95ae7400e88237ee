"""Traffic to files: the same seed gives the same bytes, blocks are whole or not there, wrong profiles are refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from schemas.reading import open_message, read
from simulators.errors import SimulatorError
from simulators.toml_files import line_of
from simulators.traffic import files, making
from simulators.traffic.files import EXPECTED, MessageForm, write_folder
from simulators.traffic.plan import TrafficPlan, plan_traffic
from simulators.traffic.profile import ByFlow, builtin_profiles, read_profile, text_of


def plan(a_day: int = 120, seed: int = 5, name: str = "double11", per_message: int = 20) -> TrafficPlan:
    profile = read_profile(builtin_profiles()[name], name)
    return plan_traffic(replace(profile, trades=replace(profile.trades, a_day=a_day)), seed, per_message)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.long
def test_the_same_seed_gives_the_same_bytes_whoever_makes_them(tmp_path: Path) -> None:
    entry, other, third = tmp_path / "1", tmp_path / "2", tmp_path / "3"
    first = write_folder(entry, plan(40), MessageForm())
    assert write_folder(other, plan(40), MessageForm(), processes=2) == first
    assert tree(entry) == tree(other)
    assert write_folder(third, plan(40, seed=6), MessageForm()).sha256 != first.sha256


def test_a_folder_shows_what_each_trade_must_come_to_and_holds_valid_messages(tmp_path: Path) -> None:
    sound = plan(60, name="tuesday")
    sound = sound._replace(profile=replace(sound.profile, faults=ByFlow()))
    written = write_folder(tmp_path / "out", sound, MessageForm(enveloped=True))
    result = [json.loads(line) for line in (tmp_path / "out" / EXPECTED).read_text("utf-8").splitlines()]
    assert len({row["trade"] for row in result}) == len(result) == written.trades == 60
    codes: Counter[str] = Counter()
    for file in sorted((tmp_path / "out").glob("0*/*.xml")):
        message = read(open_message(file.read_bytes()))
        codes[message.code] += 1
        assert not message.findings, file
    assert {"311", "411", "511", "621", "711", "303", "505", "603", "607", "507", "509"} <= set(codes)


@pytest.mark.long
def test_an_interrupted_folder_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    class Interrupted(BaseException):
        pass

    def after_two(made: files.WrittenBlock) -> None:
        seen.append(made)
        if len(seen) == 2:
            raise Interrupted

    seen: list[files.WrittenBlock] = []
    out, whole = tmp_path / "out", tmp_path / "whole"
    with pytest.raises(Interrupted):
        write_folder(out, plan(30), MessageForm(), progress=after_two)
    (out / "002-import-0000300.unfinished").mkdir()
    with pytest.raises(SimulatorError, match="--resume"):
        write_folder(out, plan(30), MessageForm())
    with pytest.raises(SimulatorError, match="seed differ"):
        write_folder(out, plan(30, seed=6), MessageForm(), resume=True)
    assert write_folder(out, plan(30), MessageForm(), resume=True) == write_folder(whole, plan(30), MessageForm())
    assert tree(out) == tree(whole)


def test_two_processes_do_not_write_one_folder(tmp_path: Path) -> None:
    def write_again(made: files.WrittenBlock) -> None:
        with pytest.raises(SimulatorError, match="another process is writing"):
            write_folder(tmp_path / "out", plan(30), MessageForm(), resume=True)

    write_folder(tmp_path / "out", plan(30), MessageForm(), progress=write_again)


def test_orders_come_in_the_order_of_numbers_and_most_in_the_busy_hours() -> None:
    made = plan(1_000)
    hours: Counter[str] = Counter()
    for block in made.blocks("import"):
        if block.place == 1:
            times = [
                trade.order.head["appTime"]
                for trade in making.imports(made, made.world(), block)
                if trade.order and not trade.afterwards
            ]
            assert times == sorted(times)
            hours.update(time[8:10] for time in times)
    assert hours["00"] > 10 * hours["05"] > 0


def test_companies_have_different_sizes() -> None:
    made = plan(600, name="tuesday")
    world = made.world()
    counts = Counter(
        trade.parties.merchant.code for block in made.blocks("import") for trade in making.imports(made, world, block)
    )
    assert counts[world.merchants[0].code] > 3 * counts[world.merchants[-1].code]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("a_day", "a_dya", "line 10, trades.a_dya: there is no key 'a_dya'; did you mean 'a_day'?"),
        ("times = 10", 'times = "x"', "line 15, peak[0].times: a whole number is expected, not a text in quotes"),
        ("payer_differs", "payer_difers", "there is no fault 'payer_difers' of imports; did you mean 'payer_differs'?"),
        ('"9710" = 20', '"9711" = 20', "did you mean '9710'?"),
        ("first = 2026", "# ", "period: the key 'first' is missing"),
        ("zipf = 1.0", "zipf = 1.0 x", "is no TOML"),
        (
            "line_missing = 3",
            "line_missing = 990",
            "line 33, faults.import: the faults of imports have 1069 of each 1000",
        ),
    ],
)
def test_a_wrong_profile_is_reported_with_line_key_and_the_nearest_known_one(old: str, new: str, message: str) -> None:
    with pytest.raises(SimulatorError) as refused:
        read_profile(builtin_profiles()["double11"].replace(old, new), "mine.toml")
    assert message in str(refused.value)


def test_the_line_of_a_key_is_that_of_its_own_table() -> None:
    text = "a = 1\n[one]\na = 1\n[[two]]\na = 1\n[[two]]\na = 2\n"
    assert [line_of(text, path) for path in ("a", "one.a", "two[0].a", "two[1].a", "two[1].b", "x")] == [
        1,
        3,
        5,
        7,
        6,
        0,
    ]


def test_a_name_that_is_no_file_leads_to_the_nearest_shipped_profile() -> None:
    with pytest.raises(SimulatorError, match="did you mean tuesday"):
        text_of("tuseday")
