"""Two versions by turns: ratios of pairs, clear refusals, nothing left behind; on a repository with a fake measure."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulators.errors import SimulatorError
from tests.tables import each
from tools.bench.__main__ import bench
from tools.bench.comparing import RatioSpread, compare, run_bench
from tools.bench.versions import Pair, Version, pair, required_libraries

FAKE = """
import json, sys
value = {value}
names = [one for one in sys.argv[2:] if one.startswith("import")]
if "import_none" in names:
    sys.exit("There is no measure 'import_none'")
for name in names:
    row = dict(name=name, value=value, unit="trades/s", trades=10, cpu_microseconds_per_trade=2_000 / value)
    print(json.dumps(row))
"""
SETUP = "[options]\ninstall_requires =\n    click >=8\n    lxml\n"


def git(root: Path, *words: str) -> str:
    own = ["-c", "user.name=a", "-c", "user.email=a@example.test", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", "-C", root, *own, *words], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with two commits, `slow` and `fast`, of a program whose bench reports 100 and 200."""
    place = tmp_path / "checkout"
    place.mkdir()
    git(place, "init", "--quiet", "--initial-branch", "main")
    for name, value in (("slow", 100), ("fast", 200)):
        write(place, value)
        git(place, "add", "-A")
        git(place, "commit", "--quiet", "-m", name)
        git(place, "tag", name)
    return place


def write(root: Path, value: int) -> None:
    package = root / "single_window"
    package.mkdir(exist_ok=True)
    (root / "setup.cfg").write_text(SETUP)
    (root / ".gitignore").write_text("__pycache__\n")
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(FAKE.replace("{value}", str(value)))


def worktrees(root: Path) -> int:
    return len(git(root, "worktree", "list").splitlines())


def test_two_commits_are_measured_by_turns_each_with_its_own_files(root: Path, tmp_path: Path) -> None:
    messages: list[str] = []
    with pair(root, "slow..fast", tmp_path) as versions:
        (result,) = compare(versions, ["import_1", "import_2"], ["import_1"], 3, run_bench, messages.append)
    assert (result["name"], result["ratio"], result["ratios"], result["told_apart"]) == (
        "import_1",
        2.0,
        [2.0] * 3,
        True,
    )
    assert (result["processor_ratio"], result["processor_told_apart"]) == (0.5, True)
    assert (result["base"]["values"], result["this"]["values"]) == ([100] * 3, [200] * 3)
    assert result["base"]["commit"] == git(root, "rev-parse", "slow")
    turns = [line.partition(": ")[2].partition(" ")[0] for line in messages]
    assert turns == ["slow", "fast", "fast", "slow", "slow", "fast"]
    assert worktrees(root) == 1 and [path.name for path in tmp_path.iterdir()] == ["checkout"]


def test_what_is_not_committed_is_measured_and_reported(root: Path, tmp_path: Path) -> None:
    with pair(root, "slow", tmp_path) as versions:
        assert (versions.this.tree, versions.remarks) == (root, ())
    write(root, 400)
    with pair(root, "slow", tmp_path) as versions:
        (result,) = compare(versions, ["import_1"], ["import_1"], 1, run_bench, lambda text: None)
    assert result["ratio"] == 4.0 and "not committed" in result["remarks"][0]
    assert not result["told_apart"], "one pair says nothing"


def test_measures_that_differ_are_reported(root: Path, tmp_path: Path) -> None:
    (root / "simulators" / "bench").mkdir(parents=True)
    (root / "simulators" / "bench" / "floor.py").write_text("ROWS = 1")
    git(root, "add", "-A")
    git(root, "commit", "--quiet", "-m", "other measures")
    with pair(root, "fast..HEAD", tmp_path) as versions:
        assert "each is measured by its own" in versions.remarks[0]


@each(
    ("revision", "message"),
    [
        ("nothing", "There is no commit 'nothing'"),
        ("slow..nothing", "There is no commit 'nothing'"),
        ("", "is no commit"),
        ("--all", "is no commit"),
    ],
)
def test_a_commit_that_is_not_there_is_named(root: Path, tmp_path: Path, revision: str, message: str) -> None:
    with pytest.raises(SimulatorError, match=message), pair(root, revision, tmp_path):
        pass
    assert worktrees(root) == 1


def test_a_folder_that_is_no_checkout_is_named(root: Path, tmp_path: Path) -> None:
    (inside := root / "single_window").joinpath("more").mkdir()
    with pytest.raises(SimulatorError, match="not a git checkout of its own"), pair(inside, "slow"):
        pass
    (alone := tmp_path / "alone").mkdir()
    with pytest.raises(SimulatorError, match="is not a git checkout"), pair(alone, "slow"):
        pass


def test_nothing_is_left_of_what_was_interrupted_and_other_worktrees_stay(root: Path, tmp_path: Path) -> None:
    def interrupted(*_: object) -> dict[str, dict[str, object]]:
        git(root, "worktree", "add", "--quiet", "--detach", str(tmp_path / "of-somebody-else"), "fast")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), pair(root, "slow..fast", tmp_path) as versions:
        list(compare(versions, [], [], 1, interrupted, lambda text: None))
    assert worktrees(root) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkout", "of-somebody-else"]


def test_a_version_that_cannot_be_measured_says_why(root: Path, tmp_path: Path) -> None:
    with (
        pair(root, "slow..fast", tmp_path) as versions,
        pytest.raises(SimulatorError, match=r"slow .* no measure 'import_none'"),
    ):
        run_bench(versions.base, ["import_none"])


def test_libraries_are_compared_by_name_and_not_by_the_order_in_which_they_stand(root: Path, tmp_path: Path) -> None:
    (other := tmp_path / "other").mkdir()
    (other / "setup.cfg").write_text("[options]\ninstall_requires =\n    lxml\n    click >=8\n")
    assert required_libraries(root) == required_libraries(other) == ["click >=8", "lxml"]
    assert required_libraries(tmp_path) == []


@each(
    ("pairs", "median", "direction"),
    [
        ([(100.0, 110.0), (100.0, 130.0), (100.0, 120.0)], 1.2, 1),
        ([(100.0, 90.0), (100.0, 80.0), (100.0, 70.0)], 0.8, -1),
        ([(100.0, 90.0), (100.0, 120.0), (100.0, 110.0)], 1.1, 0),
        ([(100.0, 120.0), (100.0, 120.0)], 1.2, 0),
        ([(0.0, 120.0)], 0.0, 0),
    ],
)
def test_versions_are_distinguished_when_all_pairs_agree(
    pairs: list[tuple[float, float]], median: float, direction: int
) -> None:
    assert (RatioSpread.of(pairs).median, RatioSpread.of(pairs).direction) == (median, direction)


@pytest.mark.skipif(not Path(__file__).parents[3].joinpath(".git").exists(), reason="not in a git checkout")
def test_the_command_shows_a_commit_that_is_not_there() -> None:
    result = CliRunner().invoke(bench, ["--compare", "no-such-commit", "import_1"])
    assert result.exit_code == 1 and "There is no commit 'no-such-commit'" in result.output


def test_ratios_of_engines_are_reported_for_each_number_of_workers() -> None:
    version = Version("a", "a", Path("a"), "python")
    other = version._replace(name="b", tree=Path("b"))
    result = {
        f"import_engines ×{number}": {"name": "import_engines", "value": number, "unit": "s", "trades": 1}
        for number in (1, 2)
    }
    outcome = list(compare(Pair(version, other, ()), [], ["import_engines"], 1, lambda *_: result, lambda text: None))
    assert [(row["name"], row["ratio"], row["processor_ratio"]) for row in outcome] == [
        ("import_engines ×1", 1.0, 0.0),
        ("import_engines ×2", 1.0, 0.0),
    ]
