"""Compiled templates of pages are kept for all applications of a process, as a window keeps them for all of its life.

Each window that a test opens has an application of its own, and Jinja compiles every template anew for each.
"""

from __future__ import annotations

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _OfAllApplications(BytecodeCache):
    """Compiled templates by name; Jinja compares the checksum of their source."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _OfAllApplications()}
