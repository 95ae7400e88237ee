"""Files are made private without touching those that are there: their locks stay."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from single_window.private import make_file
from single_window.store.engine import open_engine, reading, writing

TRY = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB)"


def lockable(file: Path) -> bool:
    """Whether another process can lock the file."""
    return subprocess.run([sys.executable, "-c", TRY, str(file)], capture_output=True, check=False).returncode == 0


def test_a_file_that_is_there_keeps_the_locks_that_this_process_holds_on_it(tmp_path: Path) -> None:
    file = tmp_path / "window.sqlite3"
    make_file(file)
    with file.open("r+b") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        make_file(file)
        assert not lockable(file)
    assert lockable(file)


def test_another_process_that_ends_leaves_a_database_to_those_who_are_connected(tmp_path: Path) -> None:
    """SQLite sees by locks whether it is the last: the last one removes the log that all others read."""
    address = f"sqlite:///{tmp_path / 'window.sqlite3'}"
    engine = open_engine(address)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE kept (number INTEGER)"))
    with engine.connect(), engine.connect():  # connections come and go while one is in use
        pass
    other = (
        "import sys; from sqlalchemy import text; from single_window.store.engine import open_engine, writing\n"
        "engine = open_engine(sys.argv[1])\n"
        "with writing(engine) as connection: connection.execute(text('INSERT INTO kept VALUES (7)'))\n"
        "engine.dispose()"
    )
    subprocess.run([sys.executable, "-c", other, address], check=True, cwd=Path(__file__).parents[3])
    with reading(engine) as connection:
        assert connection.execute(text("SELECT number FROM kept")).scalars().all() == [7]
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    engine.dispose()
