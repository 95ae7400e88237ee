"""Plays a recording into a sandbox of a window in this process."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import func, select

from gateways.circumstances import Options
from single_window.accounts.people import OPERATOR, Person
from single_window.cases.digests.outcomes import COMBINED_KINDS
from single_window.clock import Clock, system_now
from single_window.intake.reader import senders
from single_window.intake.reading import read_bodies
from single_window.master_data.importing import import_csv
from single_window.recordings.events import OfficerAct, Recorded, SandboxChanged
from single_window.recordings.numbers import IssuedNumber, subject_of
from single_window.recordings.playing import Outgoing
from single_window.refused import Refused
from single_window.store import plan_secrets, sandboxes, triggers
from single_window.store import tables as t
from single_window.store.engine import reading, writing
from single_window.store.numbering import ROWS
from single_window.store.receipt_contents import with_contents
from single_window.store.records import from_json
from single_window.store.sandbox_changes import ChangeKind
from single_window.store.sandbox_options import check_options
from single_window.store.subjects import NAMED_BY_CODE, NEW, name_of
from single_window.wiring import Window
from single_window.work import filing


class SandboxTaken(Exception):
    """Raised if the sandbox for a replay exists."""

    permanent = True


class InsideSandbox:
    """A sandbox of a window that works in this process."""

    def __init__(self, window: Window, name: str, already: int = 0, fixed: Collection[str] = ()) -> None:
        """`already`: how many of the next acts were carried out before an interrupt; they are skipped. `fixed`: the
        options that the replay sets, whatever the recording changes."""
        self._window, self._name, self._already, self._fixed = window, name, already, fixed

    def reach(self, at: int) -> None:
        self._window.advance(self._name, at)

    def send(self, messages: Sequence[Outgoing]) -> Iterable[int]:
        window, size = self._window, self._window.settings.batch
        with reading(window.engine) as connection:
            day, editions, tolerant, signing = senders(connection, self._name)
        for place in range(0, len(messages), size):
            group = messages[place : place + size]
            readings = read_bodies(
                [outgoing.body for outgoing in group],
                day,
                editions,
                window.settings.body_cap,
                window.receives,
                tolerant,
                signing,
            )
            named = [
                opened._replace(scenario=sent.recorded.scenario) if sent.recorded.scenario else opened
                for opened, sent in zip(readings, group, strict=True)
            ]
            yield from (answer.status for answer in window.commit_messages(self._name, "replay", named))
            window.step()

    def act(self, act: OfficerAct) -> bool | None:
        if self._already:
            self._already -= 1
            return True
        number = self._subject(act)
        if number is None:
            return None
        filed = filing.file(
            self._window,
            self._name,
            act.subject,
            number,
            act.action,
            by=Person(act.by, OPERATOR.role),
            reason=act.reason,
            values=act.values,
        )
        self._window.settle()
        return filing.outcome(self._window, self._name, filed).done

    def _subject(self, act: OfficerAct) -> int | str | None:
        if act.subject in NAMED_BY_CODE:
            return act.name
        if act.name == str(NEW):
            return NEW
        named = name_of(act.subject)
        if named is None:
            return None
        table, name = named
        where = [table.c.sandbox == self._name, name == act.name]
        where += [table.c[column] == value for column, value in (("flow", act.flow), ("kind", act.kind)) if value]
        with reading(self._window.engine) as connection:
            return connection.execute(select(table.c.id).where(*where)).scalar()

    def change(self, change: SandboxChanged) -> None:
        if change.kind == ChangeKind.OPTIONS:
            values = {name: value for name, value in change.values.items() if name not in self._fixed}
            self._window.set_options(self._name, **check_options(values))
        elif change.kind == ChangeKind.MASTER_DATA:
            import_csv(self._window, self._name, change.name, change.contents)
        else:
            self._change_certificate(change)
        self._window.settle()

    def _change_certificate(self, change: SandboxChanged) -> None:
        from schemas.signature.certificates import read_text
        from single_window.master_data import certificates  # both import cryptography

        with suppress(Refused):  # a further round registers and revokes again
            if change.kind == ChangeKind.CERTIFICATE:
                certificates.register(self._window, self._name, change.name, read_text(change.contents))
            else:
                certificates.revoke(self._window, self._name, change.name)

    def number(self, place: IssuedNumber) -> str:
        receipt, group, wanted = t.receipt.c, t.receipt_group.c, place.receipt
        where = [
            receipt.sandbox == self._name,
            receipt.order_no == wanted.trade,
            group.mailbox == wanted.mailbox,
            receipt.kind == wanted.kind,
            receipt.code == wanted.code,
            receipt.return_status == wanted.status,
            *([] if wanted.kind in COMBINED_KINDS else [receipt.key == wanted.key]),
        ]
        chosen = (
            select(receipt.kind, receipt.key, receipt.group_id, receipt.position)
            .join(t.receipt_group, group.id == receipt.group_id)
            .where(*where)
            .order_by(group.first, receipt.position)
        )
        subject = subject_of(wanted.kind, wanted.key, wanted.fields)
        with reading(self._window.engine) as connection:
            listed = [
                (row, from_json(content.fields))
                for row, content in with_contents(connection, connection.execute(chosen).all())
            ]
        alike = [fields for row, fields in listed if subject_of(row.kind, row.key, fields) == subject]
        return str(alike[place.nth].get(place.name, "")) if place.nth < len(alike) else ""


def acts_of_officers(window: Window, sandbox: str) -> int:
    """The number of decisions in a sandbox."""
    with reading(window.engine) as connection:
        chosen = select(func.count()).select_from(t.decision).where(t.decision.c.sandbox == sandbox)
        return int(connection.execute(chosen).scalar_one())


def make_sandbox(
    window: Window, recorded: Recorded, name: str, begins: int, changes: Mapping[str, Any]
) -> InsideSandbox:
    """Make a sandbox like the recorded one before its first message, with changed options and its clock at the instant
    `begins`; raises `SandboxTaken`."""
    with reading(window.engine) as connection:
        taken = name in sandboxes.names(connection)
    if taken:
        raise SandboxTaken(
            f"There is a sandbox {name!r} already. Choose another with --sandbox, continue in it with --resume, "
            f"or delete it: single-window sandbox delete {name}"
        )
    options = msgspec.convert({**recorded.options, **changes}, Options)
    window.make_sandbox(name, options, recorded.seed, Clock("virtual", begins, system_now(), Decimal(0)))
    for kind, rows in recorded.master_data.items():
        import_csv(window, name, kind, rows)
    if recorded.secrets is not msgspec.UNSET:
        with writing(window.engine) as connection:
            plan_secrets.keep(connection, name, {(agency, plan): secret for agency, plan, secret in recorded.secrets})
    if recorded.triggers:
        _make_triggers(window, recorded, name)
    return InsideSandbox(window, name, fixed=changes)


def _make_triggers(window: Window, recorded: Recorded, name: str) -> None:
    numbers: Iterator[int] = iter(window.numbering.take(ROWS, "row", len(recorded.triggers)))
    with writing(window.engine) as connection:
        triggers.add(
            connection,
            name,
            [
                triggers.TriggerRow(**{**trigger, "id": next(numbers), "left": trigger["times"]})
                for trigger in recorded.triggers
            ],
        )
