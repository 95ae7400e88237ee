"""`single-window docs`: the documentation as a website, served on this machine or written to a folder."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from single_window.frame.commands.call import Call, Failure
from single_window.frame.commands.local import local_command
from single_window.frame.commands.options import FOLDER, option
from single_window.reference import site


@local_command(examples=("--port 8643", "--build site"))
def docs(
    call: Call,
    host: str = option("Address to serve on.", default="127.0.0.1"),
    port: int = option(
        "Port to serve on [default: a free one].", type=click.IntRange(0, 65535), show_default=False, default=0
    ),
    folder: Path | None = option("Only write the site to this folder.", "--build", type=FOLDER, metavar="DIR"),
) -> None:
    """Serve the documentation and the reference for a browser, without a network.

    In a source checkout with the extra `docs`, the site is built first; otherwise the installed one is served.
    """
    try:
        place = site.built(folder)
    except site.SiteProblem as error:
        raise Failure(str(error)) from error
    if folder is not None:
        call.print_json({"site": str(place)})
        call.print_line(f"The site is in {place}.")
        return
    with site.site_server(place, host, port) as server, suppress(KeyboardInterrupt):
        url = f"http://{host}:{server.server_port}/"
        call.announce(f"The documentation is at {url} until Ctrl-C.", url=url)
        server.serve_forever()
