"""What must hold after every step, whoever died in it: each rule looks at what has changed and says what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, Protocol

import msgspec

from declarations.lifecycle import LIFECYCLE_OF, all_lifecycles
from single_window.store.receipt_contents import content_at, unpack

STATES = ("ready", "parked", "dismissed")
WITHOUT_DELIVERY = """SELECT id, state FROM message WHERE state = 'received'
    AND NOT EXISTS (SELECT 1 FROM delivery WHERE message_id = message.id AND delivery.state IN ('ready', 'parked'))"""
WITHOUT_NEED = """SELECT d.id, m.state FROM delivery d JOIN message m ON m.id = d.message_id
    WHERE d.state IN ('ready', 'parked') AND d.message_id > 0 AND m.state <> 'received'"""
ONCE = {("inventory", "800"): "released", ("inventory", "899"): "closed", ("inventory", "700"): "sent back"}


class Invariant(Protocol):
    """Something that must hold. It may remember what it saw before."""

    def broken(self, database: sqlite3.Connection) -> Iterator[str]:
        """What is wrong now, in words; nothing when all is well."""


class WorkIsKept:
    """What is done is never open again, and a message waits for reception as long as its delivery is open: neither is
    without the other. What is lost later is missed by `NothingIsLeft`."""

    def __init__(self) -> None:
        self._open: dict[int, str] = {}
        self._done: set[int] = set()

    def broken(self, database: sqlite3.Connection) -> Iterator[str]:
        result: dict[int, str] = dict(database.execute("SELECT id, state FROM delivery").fetchall())
        yield from (f"delivery {number} was done and is {result[number]}" for number in self._done & result.keys())
        yield from (f"delivery {number} is {state}" for number, state in result.items() if state not in STATES)
        self._done |= self._open.keys() - result.keys()
        self._open = result
        for number, state in database.execute(WITHOUT_DELIVERY):
            yield f"message {number} is {state} and its delivery is gone"
        for number, state in database.execute(WITHOUT_NEED):
            yield f"delivery {number} is open and its message is {state}"


class PlacesAreKept:
    """The receipts of a mailbox have the places 1 to n, each one receipt, and keep them."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Any, ...]] = {}

    def broken(self, database: sqlite3.Connection) -> Iterator[str]:
        rows = database.execute("""
            SELECT g.id, g.sandbox, g.mailbox, g.first, g.count, (SELECT count(*) FROM receipt WHERE group_id = g.id)
            FROM receipt_group g ORDER BY g.sandbox, g.mailbox, g.first""").fetchall()
        behind: dict[tuple[str, str], int] = {}
        for number, sandbox, box, first, count, there in rows:
            due = behind.get((sandbox, box), 1)
            if first != due:
                yield f"mailbox {box}: group {number} has the place {first}, though {due} is the next"
            if count != there:
                yield f"mailbox {box}: group {number} counts {count} receipts and has {there}"
            behind[sandbox, box] = due + count
        now = {row[0]: row for row in rows}
        yield from (
            f"group {number} was {row} and is {now.get(number)}"
            for number, row in self._seen.items()
            if now.get(number) != row
        )
        next_ = {
            (sandbox, box): number
            for sandbox, box, number in database.execute("SELECT sandbox, dxp_id, next FROM mailbox")
        }
        yield from (
            f"mailbox {box[1]}: {after} is the next place, counted {next_.get(box)}"
            for box, after in behind.items()
            if next_.get(box) != after
        )
        self._seen = now


class TimesIncrease:
    """Positive answers about a list, request or bill is later than those before it; what happens once comes once."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._last: dict[tuple[str, str, str], int] = {}
        self._reported: set[tuple[str, ...]] = set()

    def broken(self, database: sqlite3.Connection) -> Iterator[str]:
        groups = database.execute("SELECT id, mailbox FROM receipt_group ORDER BY mailbox, first").fetchall()
        for number, mailbox in groups:
            if number not in self._groups:
                self._groups.add(number)
                for row in database.execute(
                    "SELECT kind, key, code, return_status, return_time, position, contents FROM receipt "
                    "JOIN receipt_group ON id = group_id WHERE group_id = ? ORDER BY position",
                    (number,),
                ):
                    yield from self._check_receipt(mailbox, *row)

    def _check_receipt(
        self, mailbox: str, kind: str, key: str, code: str, status: str, time: int, position: int, contents: bytes
    ) -> Iterator[str]:
        if status.startswith("-") or kind == "message":
            return
        about = (mailbox, kind, key)
        if kind in {"inventory", "cancellation", "refund", "tax_bill"} and time <= self._last.get(about, 0):
            yield f"{kind} {key}: {status} of {time} follows an answer of {self._last[about]}"
        self._last[about] = max(time, self._last.get(about, 0))
        fact = (
            (*about, "made", msgspec.json.decode(content_at(unpack(contents), position).fields)["taxNo"])
            if code == "816"
            else (*about, ONCE.get((kind, status), ""))
        )
        if fact[3]:
            if fact in self._reported:
                yield f"{kind} {key}: reported twice that it was {' '.join(fact[3:])}"
            self._reported.add(fact)


class LivesGoForward:
    """States change only along the lifecycle, with a new version; there is one life for each key and number."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int], tuple[str, str, int]] = {}

    def broken(self, database: sqlite3.Connection) -> Iterator[str]:
        now: dict[tuple[str, int], tuple[str, str, int]] = {}
        for table, kind, number, key, state, version in database.execute("""
                SELECT 'declaration', 'inventory', id, key, state, version FROM declaration UNION ALL
                SELECT 'request', kind, id, key, state, version FROM request UNION ALL
                SELECT 'sample', 'spot_check', id, sample_no, state, version FROM spot_check_sample UNION ALL
                SELECT 'case', 'credit_case', id, case_no, state, version FROM credit_case UNION ALL
                SELECT 'recall', 'recall', id, recall_no, state, version FROM recall UNION ALL
                SELECT 'stock abroad', 'overseas_case', id, case_no, state, version FROM overseas_case UNION ALL
                SELECT 'bill', 'tax_bill', 100 * declaration_id + sequence, key, state, version FROM tax_bill"""):
            now[table, number] = (key, state, version)
            yield from self._moved(table, kind, number, now[table, number])
        for place in self._seen.keys() - now.keys():
            yield f"{' '.join(map(str, place))} is gone"
        for column in ("key", "pre_no", "invt_no"):
            yield from (
                f"{count} declarations have the {column} {value}"
                for value, count in database.execute(
                    f"SELECT {column}, count(*) FROM declaration WHERE {column} <> '' GROUP BY 1 HAVING count(*) > 1"
                )
            )
        self._seen = now

    def _moved(self, table: str, kind: str, number: int, now: tuple[str, str, int]) -> Iterator[str]:
        key, state, version = now
        before = self._seen.get((table, number))
        life = LIFECYCLE_OF.get(kind, kind)
        if before is None:
            if state not in _born(life):
                yield f"{table} {key} begins as {state}"
        elif before != now:
            if before[2] >= version:
                yield f"{table} {key} was {before} and is {now}"
            if state != before[1] and state not in _reachable(life).get(before[1], ()):
                yield f"{table} {key} went from {before[1]} to {state}"


def _reachable(life: str) -> dict[str, set[str]]:
    """From each state, the states that some steps lead to."""
    if life not in _REACHED:
        steps: dict[str, set[str]] = {name: set() for name in all_lifecycles()[life].states}
        if life == "tax_bill":  # what goes before a bill is made
            steps |= {"reserved": {"made", "dropped"}, "dropped": set()}
        for step in all_lifecycles()[life].transitions:
            for source in step.sources:
                steps[source].add(step.to)
        for middle in steps:
            for reached in steps.values():
                if middle in reached:
                    reached |= steps[middle]
        _REACHED[life] = steps
    return _REACHED[life]


def _born(life: str) -> set[str]:
    start = set(all_lifecycles()[life].start)
    return start.union(*[_reachable(life)[name] for name in start])


_REACHED: dict[str, dict[str, set[str]]] = {}
