"""Clients of the window, as integrators have them: `python -m tests.clients` checks the OpenAPI document with two
linters, has each client that is generated from it release a trade at a window, and runs the tests of the shops in
`examples/`, each in its language with the client of `clients/`. That for Python releases a trade first, in a project
that has nothing of the window (`tests.clients.alone`). `python -m tests.clients python_client` does with the generated
clients that it names only, and without the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import click

from single_window_client import SampleTrade, WindowClient, running
from tests.clients import alone
from tests.clients.generated import CLIENTS
from tests.clients.shops import SHOPS
from tests.clients.tools import install, install_for_python, node_program, run, said
from tests.running import own_program, started_window


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(sorted(CLIENTS)))
def main(names: tuple[str, ...]) -> None:
    """Install the tools, lint, release a trade with each client, and test each shop; of clients that are named, only
    release a trade with these."""
    if names:
        install_for_python() if names == ("python_client",) else install()
        released_by_each(names)
        return
    alone.main()
    install()
    released_by_each(CLIENTS, lint)
    for tested in SHOPS:
        with TemporaryDirectory() as folder:
            said(tested.__name__.replace("_", " "), tested(Path(folder), str(own_program(Path(folder)))))


def released_by_each(names: Iterable[str], check: Callable[[Path], None] | None = None) -> None:
    """Start a window, let a check look at its OpenAPI document, and release a trade with each of these clients."""
    with TemporaryDirectory() as folder:
        started = started_window(Path(folder))
        try:
            document = Path(folder) / "openapi.json"
            with urlopen(f"{started.url}/api/v1/openapi.json") as answer:
                document.write_bytes(answer.read())
            if check:
                check(document)
            for name in names:
                trade = WindowClient(started.url).sandbox().sample(key=name)
                _release(CLIENTS[name], document, started.url, trade)
        finally:
            running.stop(started)


def lint(document: Path) -> None:
    """Check the document; an error of either linter fails."""
    ruleset = document.with_name("spectral.yaml")
    ruleset.write_text('extends: ["spectral:oas"]\n', "utf-8")
    said("Redocly", run(node_program("redocly"), "lint", "--extends=recommended", str(document)))
    spectral = ("lint", "--fail-severity", "error", "--ruleset", str(ruleset), str(document))
    said("Spectral", run(node_program("spectral"), *spectral))


def _release(made: Callable[[Path, Path], list[str]], document: Path, address: str, trade: SampleTrade) -> None:
    with TemporaryDirectory() as folder:
        files = []
        for code, body in trade.messages.items():
            files.append(str(Path(folder) / f"{code}.xml"))
            Path(files[-1]).write_bytes(body)
        printed = run(*made(document, Path(folder)), address, trade.order_no, *files)
        said(made.__name__.replace("_", " "), printed)
        if "the list is released" not in printed:
            raise SystemExit(f"{made.__name__} released nothing")


if __name__ == "__main__":
    main()
