"""A small disk of its own that can be filled: a tmpfs, where mounting is allowed."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

from tests.chaos.engines import NotAllowed

BALLAST = "ballast"


class SmallDisk:
    """A tmpfs of so many megabytes mounted on a folder; raises `NotAllowed` where this user may not mount."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder, self._megabytes = folder, megabytes

    def mount(self) -> SmallDisk:
        """Put it in its place."""
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
        options = f"size={self._megabytes}m,mode=711"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotAllowed(f"no small disk: mounting is not allowed here ({done.stderr.strip().splitlines()[0]})")
        return self

    def fill(self) -> None:
        """Leave no room at all; whoever writes at the same time may take the last of it."""
        with (self.folder / BALLAST).open("ab", buffering=0) as ballast:
            while room := self.free:
                try:
                    ballast.write(bytes(min(room, 1_000_000)))
                except OSError as full:
                    if full.errno != errno.ENOSPC:
                        raise

    def clear(self) -> None:
        """Give the room back."""
        (self.folder / BALLAST).unlink(missing_ok=True)

    @property
    def free(self) -> int:
        """Bytes that still fit."""
        usage = os.statvfs(self.folder)
        return usage.f_bavail * usage.f_bsize

    def unmount(self) -> None:
        """Take it away with all that is on it, at once, whoever still uses it."""
        subprocess.run(["umount", "--lazy", str(self.folder)], capture_output=True, check=False)
