"""What is shown as documentation: the site of a checkout, that of an installation, or a word about how to get it."""

from __future__ import annotations

from pathlib import Path

import pytest

from single_window.reference.site import SiteProblem, build, built, render, stage
from tests.pages import texts
from tests.tables import each

INDEX = "# Index\n\n## A heading\n\n[on](other.md)\n\n```{toctree}\nother\n```\n"


def test_an_installed_site_is_shown_where_none_can_be_built(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("", "utf-8")
    assert built(None, checkout=tmp_path / "none", installed=tmp_path) == tmp_path


def test_without_any_site_it_is_said_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SiteProblem, match=r"pip install .*\[docs\]', then make docs"):
        built(None, checkout=tmp_path / "none", installed=tmp_path)
    with pytest.raises(SiteProblem, match="make docs"):
        build(tmp_path / "site", checkout=tmp_path)


@pytest.mark.long
def test_pages_that_are_gone_leave_the_site(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "gone.md").write_text("# Gone\n", "utf-8")
    stage(tmp_path)
    assert {page.relative_to(tmp_path).as_posix() for page in tmp_path.rglob("*.md")} == set(texts())


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:.*Sphinx API:DeprecationWarning", "ignore::PendingDeprecationWarning")
@each(
    ("link", "warned"),
    [
        ("other.md", ""),
        ("other.md#a-heading", ""),
        ("nowhere.md", "nowhere.md"),
        ("../simulators/nothing.toml", "nothing.toml"),
        ("other.md#no-such-heading", "no-such-heading"),
        ("#no-such-heading", "no-such-heading"),
    ],
)
def test_a_broken_link_stops_the_site_each_time_it_is_built(
    link: str, warned: str, tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("link")
    source = folder / "source"
    (source / "docs").mkdir(parents=True)
    (source / "docs" / "index.md").write_text(INDEX, "utf-8")
    (source / "docs" / "other.md").write_text(f"# Other\n\n## A heading\n\n[words]({link})\n", "utf-8")
    for _ in range(2):
        if warned:
            with pytest.raises(SiteProblem):
                render(source, folder / "site", folder / "read")
        else:
            render(source, folder / "site", folder / "read")
        assert warned in capfd.readouterr().err
