"""Who has sent something has a mailbox, before he gets anything and where he never does."""

from __future__ import annotations

from pathlib import Path

from schemas import catalogue
from single_window.intake import samples
from single_window.settings import Settings
from single_window.store import mailboxes
from single_window.store.engine import reading
from single_window.store.mailboxes import last_place
from single_window.wiring import open_window
from tests.databases import ON_BOTH, read_by

pytestmark = ON_BOTH


def test_a_sender_has_a_mailbox_before_anything_is_in_it(address: str, tmp_path: Path) -> None:
    window = open_window(Settings(data=tmp_path, database=address, readers=0, synchronous="NORMAL"))
    read = window.read("main", samples.sample(catalogue.by_code("311")))
    for _ in range(2):
        window.commit_messages("main", "test", [read])
    with reading(window.engine) as connection:
        assert mailboxes.is_known(connection, "main", read.sender)
        assert mailboxes.known_mailboxes(connection, "main") == [read.sender]
        assert not mailboxes.is_known(connection, "main", f"{read.sender}0")
        assert not mailboxes.is_known(connection, "other", read.sender)
        assert last_place(connection, "main", read.sender) == 0
    window.close()


def test_what_was_refused_opens_no_mailbox_whoever_it_says_sent_it(address: str, tmp_path: Path) -> None:
    window = open_window(Settings(data=tmp_path, database=address, readers=0, synchronous="NORMAL"))
    unread = window.read("main", b"<nothing/>")
    addresses = ("", "DXPENT0000000001", "2001:db8:85a3:1234:5678:8a2e:370:7334")
    window.commit_messages("main", "test", [unread._replace(sender=sender) for sender in addresses])
    assert read_by(window.engine, mailboxes.known_mailboxes, "main") == []
    window.close()
