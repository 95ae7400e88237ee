"""The documentation as a site, in a browser: all links lead somewhere, nothing comes from elsewhere, all is found."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page

from single_window.reference.site import site_server
from tests.pages import ROOT, texts
from tests.running import environment

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this checkout, as `make docs` builds it: it is not built where a link leads nowhere."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "single_window", "docs", "--build", str(folder / "site")]
    done = subprocess.run(command, cwd=ROOT, env=environment(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def url(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with site_server(site, "127.0.0.1", 0) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_every_page_is_in_the_site(site: Path) -> None:
    assert [name for name in texts() if not (site / name).with_suffix(".html").is_file()] == []


def test_the_root_leads_to_the_index_without_anything_from_elsewhere(url: str, browse: Callable[..., Page]) -> None:
    page, queries = browse(), []
    page.on("request", lambda request: queries.append(request.url))
    page.goto(f"{url}/")
    page.wait_for_url("**/docs/index.html")
    page.goto(f"{url}/docs/reference/lifecycle.html")
    assert page.locator("img[alt=diagram]").count() >= 10
    assert page.evaluate("Array.from(document.images).every(image => image.naturalWidth > 100)")
    assert queries and all(query.startswith((url, "data:")) for query in queries)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("退税率", "reference/parameters.html"),
        ("三单对碰", "glossary.html"),
        ("17211", "reference/findings.html"),
        ("-301010", "reference/receipt-texts.html"),
        ("SINGLE_WINDOW_BODY_CAP", "reference/settings.html"),
        ("guarantee", "reference/parameters.html"),
    ],
)
def test_words_of_both_languages_and_codes_are_found(
    words: str, found: str, url: str, browse: Callable[..., Page]
) -> None:
    page = browse()
    page.goto(f"{url}/search.html?q={words}")
    page.wait_for_selector(f"#search-results a[href*='{found}']")


def test_what_stands_nowhere_is_not_found(url: str, browse: Callable[..., Page]) -> None:
    page = browse()
    page.goto(f"{url}/search.html?q=关税豁免券")
    page.wait_for_selector("#search-results .search-summary:not(:empty)")
    assert page.locator("#search-results ul.search a").count() == 0
