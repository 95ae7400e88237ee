"""A headless Chromium in front of a window with sixty cases at the desks, with the fonts of `fonts.conf` and no others.
`deploy/engines.sh` installs browser and fonts."""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright
from sqlalchemy import func, select

from simulators.demo import OPTIONS
from simulators.desks import leave_work
from simulators.entry import DEMO, FIRST_DAY, SandboxSession, open_sandbox, settings_for
from simulators.entry.shown import serve_on_free_port
from simulators.played_day import NoDisplay
from simulators.world import World
from single_window.store.tables import decision, mailbox
from single_window.wiring import Window
from single_window_client import WindowClient
from tests.absent import absent
from tests.databases import fetch, kept_folder
from tests.officers import account
from tests.patience import PATIENCE

COMMANDS = ("chromium", "chromium-browser", "google-chrome")
FONTS = Path(__file__).with_name("fonts.conf")
SEED = 1


class Desks:
    """A window that is served, with work for officers in its sandbox `desks`."""

    def __init__(self, url: str, window: Window) -> None:
        self.url, self.window = url, window

    def account(self, role: str) -> tuple[str, str]:
        """Name and password of an officer with a role."""
        return account(self.window, f"a-{role.replace('_', '-')}", role)

    def decided_by(self, role: str) -> int:
        """How many decisions an officer with a role has filed."""
        by = self.account(role)[0]
        return fetch(self.window.engine, select(func.count()).where(decision.c.by == by)).scalar_one()

    def received(self) -> list[str]:
        """What all participants read in their receipts, as they poll them."""
        self.window.settle()
        boxes = fetch(self.window.engine, select(mailbox.c.dxp_id).where(mailbox.c.sandbox == "desks")).scalars().all()
        with WindowClient(self.url) as client:
            sandbox = client.sandbox("desks")
            return [receipt.info_zh for box in boxes for receipt in sandbox.receipts(box)]

    def sign_in(self, page: Page, role: str, following: str = "/review?sandbox=desks&lang=en") -> Page:
        """Let an officer with a role sign in, by keys; gives his page."""
        name, password = self.account(role)
        page.goto(f"{self.url}/sign-in?lang=en&sandbox=desks")
        page.locator("[name=next]").evaluate("(field, path) => { field.value = path }", following)
        page.fill("[name=name]", name)
        page.fill("[name=password]", password)
        page.press("[name=password]", "Enter")
        try:
            page.wait_for_url(f"{self.url}{following}")
        except TimeoutError as late:
            late.add_note(f"{page.url} shows: {page.inner_text('body')[:800]}\n{_threads()}")
            raise
        return page


def in_sight(page: Page) -> None:
    """Wait until a page has been in sight for as long as a decision on it wants."""
    page.wait_for_selector("body[data-in-sight]")


def _threads() -> str:
    """Where the threads of this process are, the server's among them; each place once."""
    return "\n".join({"".join(traceback.format_stack(frame)[-4:]) for frame in sys._current_frames().values()})


def command() -> str | None:
    """Where the browser is; None where there is none."""
    return next(filter(None, map(shutil.which, COMMANDS)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, one for all tests of a process."""
    if command() is None:
        absent(f"no browser: none of {', '.join(COMMANDS)} is installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=command(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            env={**os.environ, "FONTCONFIG_FILE": str(FONTS)},
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Desks]:
    """The window, on a copy for each module: what is decided in one is not missed in another. Decisions are sent at
    once."""
    with served_desks(tmp_path_factory.mktemp("desks"), 0) as made:
        yield made


@contextmanager
def served_desks(folder: Path, undo_seconds: int) -> Iterator[Desks]:
    """A window with work for officers, who can take decisions back for so many seconds."""
    copytree(_played(), folder, dirs_exist_ok=True)
    with opened(folder, undo_seconds) as session, serve_on_free_port(session) as (url, _):
        yield Desks(url, session.window)


@cache
def _played() -> Path:
    """A folder with work for officers, whose window is closed."""
    folder = kept_folder()
    with opened(folder) as session:
        leave_work(session, World(SEED), SEED, 20, NoDisplay())
    return folder


def opened(folder: Path, undo_seconds: int = 0) -> AbstractContextManager[SandboxSession]:
    """A window whose data are in a folder, with the sandbox of the demo, not served yet."""
    settings = settings_for(folder, synchronous="NORMAL", readers=0, undo_seconds=undo_seconds)
    return open_sandbox(settings, DEMO, World(SEED), OPTIONS, FIRST_DAY)


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a browser of its own: `browse(width=390, java_script_enabled=False, …)`."""
    contexts = []

    def opened_page(width: int = 1280, **options: object) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE * 1_000)
        contexts.append(context)
        return context.new_page()

    yield opened_page
    for context in contexts:
        context.close()
