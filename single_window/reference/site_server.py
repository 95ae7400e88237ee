"""Serves the site on this machine."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def site_server(folder: Path, host: str, port: int) -> ThreadingHTTPServer:
    """A server of the files in a folder, bound but not serving yet; port 0: any free one."""
    return ThreadingHTTPServer((host, port), partial(SilentHandler, directory=str(folder)))


class SilentHandler(SimpleHTTPRequestHandler):
    """A request handler for files that logs nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""
