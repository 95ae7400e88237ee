"""The page about the path of a message lists the functions that an import list passes, in their order."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from serving_http import Client, sample

from single_window.api.server.listener import bind
from single_window.process.serving import Server
from tests.databases import window_in
from tests.pages import ROOT, texts

pytestmark = pytest.mark.long
TABLE = re.compile(r"^\| `(\S+\.py)` \| `(\w+)` \|", re.MULTILINE)


def test_an_import_list_passes_these_functions_in_this_order(tmp_path: Path) -> None:
    listed = TABLE.findall(texts()["docs/message-path.md"])
    wanted, called = {(str(ROOT / file), name) for file, name in listed}, []

    def note(frame: FrameType, event: str, _: Any) -> None:
        place = (frame.f_code.co_filename, frame.f_code.co_name)
        if event == "call" and place in wanted:
            called.append((str(Path(place[0]).relative_to(ROOT)), place[1]))

    threading.setprofile(note)
    try:
        with Server(window_in(tmp_path), bind("127.0.0.1", 0), folders=False) as server:
            client = Client(server.url)
            for code in ("311", "411", "511"):
                client.post(sample(code))
            assert server.runtime.wait_until_settled(120)
            called.clear()
            client.post(sample("621"))
            assert server.runtime.wait_until_settled(120)
            client.get("/receipts?mailbox=DXPENT0000000001&after=0")
    finally:
        threading.setprofile(None)
    assert list(dict.fromkeys(called)) == listed
