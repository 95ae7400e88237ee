"""docs/operate.md, typed as it stands: every command of its shell blocks, in order, on engines that are there for it.

Left out is what installs or asks systemd. `sudo` becomes the choice of a user at PostgreSQL; ports and folders differ.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.engines import LOCALHOST, folder, free_port, program
from tests.chaos.postgresql import NAME, PLACES, PostgreSQL
from tests.chaos.rabbitmq import RabbitMQ
from tests.chaos.wanting import or_skip
from tests.pages import ROOT, made, page, run, typed

pytestmark = pytest.mark.service

LEFT_OUT = {"Install", "For good", "More workers", "Upgrade"}
BOTH_RELEASED = """until single-window status --json | grep -q '"released": 2'; do sleep 0.5; done"""
_SECTION = re.compile(r"^## (.+)\n((?:(?!## ).*\n)*)", re.MULTILINE)
SUDO = """[ "$1" = -u ] || exec "$@"
export SHIM_USER="$2"; shift 2
[ "$SHIM_USER" = postgres ] && export PGUSER={superuser} || export PGUSER="$SHIM_USER"
exec "$@"
"""
WHO = """[ "$1" = -un ] && [ -n "$SHIM_USER" ] && echo "$SHIM_USER" && exit
exec /usr/bin/id "$@"
"""


def sections(text: str) -> dict[str, str]:
    """What is typed under each heading of a page."""
    return {heading: "\n".join(typed(body)) for heading, body in _SECTION.findall(text)}


@contextmanager
def machine(place: Path) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
    """Engines, and programs in place of those that want rights: the environment, and what to read for what."""
    with RabbitMQ(place) as rabbitmq, PostgreSQL(place) as postgresql:
        port, bin_ = free_port(), made(place / "bin", {"sudo": SUDO.format(superuser=NAME), "id": WHO})
        tools = program("psql", PLACES, "postgresql").parent
        yield (
            {
                **os.environ,
                **rabbitmq.surroundings,
                "PGHOST": LOCALHOST,
                "PGPORT": str(postgresql.port),
                "PATH": f"{bin_}:{tools}:{rabbitmq.surroundings['PATH']}",
                "PYTHONPATH": str(ROOT),
                "SINGLE_WINDOW_PORT": str(port),
                "LANG": "C.UTF-8",
            },
            {
                "127.0.0.1:5672": f"{LOCALHOST}:{rabbitmq.port}",
                "127.0.0.1:8642": f"{LOCALHOST}:{port}",
                "/opt/single-window/bin/single-window": f"{sys.executable} -m single_window",
                "--group single_window ": "",
                "/etc/": f"{place}/etc/",
                "/tmp/": f"{place}/",
                "/usr/local/bin/": f"{bin_}/",
                "/var/lib/single_window": f"{place}/data",
                "--processes 2": "--processes 1",
            },
        )


def put(text: str, read: Mapping[str, str]) -> str:
    """A text with other places in it, all replaced at once."""
    return re.sub("|".join(map(re.escape, read)), lambda match: read[match[0]], text)


@pytest.fixture
def place() -> Iterator[Path]:
    with folder("operate-page-") as made:
        yield made


@pytest.mark.long
def test_the_page_takes_a_newcomer_from_nothing_through_backup_and_recovery(place: Path) -> None:
    headings = sections(page("operate.md"))
    assert set(headings) >= LEFT_OUT | {"First message", "Backup and restore", "Recovery"}
    with or_skip(), machine(place) as (environment, read):
        shutil.copytree(ROOT / "deploy", place / "clone" / "deploy")
        wrapper = place / "clone" / "deploy" / "single-window"
        wrapper.write_text(put(wrapper.read_text("utf-8"), read))
        (place / "etc").mkdir()
        (place / "data").mkdir()
        script = []
        for heading, commands in headings.items():
            if commands and heading not in LEFT_OUT:
                script += [f"echo '## {heading}'", put(commands, read)]
        script += [BOTH_RELEASED, "kill %1 %2 && wait"]
        output = run(script, place / "clone", environment)
    assert output.rstrip().endswith("END"), output
