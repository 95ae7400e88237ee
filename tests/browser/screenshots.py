"""`python -m tests.browser.screenshots FOLDER`: pictures of the officers' pages, from cases of a fixed seed."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from simulators.demo import OPTIONS
from simulators.desks import leave_work
from simulators.entry import DEMO, open_sandbox, settings_for
from simulators.entry.shown import serve_on_free_port
from simulators.played_day import NoDisplay
from simulators.world import World
from tests.browser.conftest import SEED, Desks, command

SIZES = {"": (1280, 800), "-phone": (390, 844)}
PLACES = {
    "queue": "/review?sandbox=desks&lang=en&desk=review",
    "case": "",
    "supervision": "/supervision?sandbox=desks&lang=en",
    "inspection": "/review?sandbox=desks&lang=en&desk=inspection",
}
"""Where each picture is taken; the case and the inspection are opened by their links."""


def pictures(folder: Path) -> None:
    """Take them; the case is the first of the queue."""
    with (
        TemporaryDirectory() as data,
        open_sandbox(settings_for(Path(data), synchronous="NORMAL", readers=0), DEMO, World(SEED), OPTIONS) as session,
    ):
        leave_work(session, World(SEED), SEED, 20, NoDisplay())
        with serve_on_free_port(session) as (url, _), sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=command(), args=["--no-sandbox"])
            for size, (width, height) in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height})
                page = Desks(url, session.window).sign_in(context.new_page(), "supervisor")
                for name in PLACES:
                    _go(page, url, name)
                    page.screenshot(path=folder / f"{name}{size}.png")
                context.close()
            browser.close()


def _go(page: Page, url: str, name: str) -> None:
    if PLACES[name]:
        page.goto(f"{url}{PLACES[name]}")
    else:
        page.locator("[data-open]").nth(8).click()
    if name == "inspection":
        page.goto(f"{url}{page.locator('[data-open]').first.get_attribute('href')}")
    page.wait_for_load_state()


if __name__ == "__main__":
    pictures(Path(sys.argv[1]))
