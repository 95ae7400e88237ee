"""Webhooks of officers' alerts: one address an account, and the alerts that are to be posted. Never commits.

Each alert is claimed by compare-and-set before it is posted, so that two processes do not post it at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, select, update

from single_window.store.bulk import one_of, upsert_rows
from single_window.store.prepared import fetch_all
from single_window.store.tables import alert_webhook, case_alert, decision_log


class AlertWebhook(NamedTuple):
    """The address to which an officer's alerts are posted. `last_error`: of the last attempt, empty if it succeeded."""

    account: str
    address: str
    secret: str
    last_error: str = ""
    made_at: int = 0


class DueAlert(NamedTuple):
    """An alert that is to be posted. `at`: the sandbox's instant of what it tells."""

    sandbox: str
    account: str
    sequence: int
    attempts: int
    push_at: int
    address: str
    secret: str
    subject: str
    subject_id: str
    action: str
    by: str
    at: int


def find(connection: Connection, account: str) -> AlertWebhook | None:
    """The webhook of an account; None: it has none."""
    row = connection.execute(
        select(*[alert_webhook.c[name] for name in AlertWebhook._fields]).where(alert_webhook.c.account == account)
    ).first()
    return None if row is None else AlertWebhook(*row)


def put(connection: Connection, wanted: AlertWebhook) -> None:
    """Give an account this webhook instead of its present one."""
    upsert_rows(connection, alert_webhook, AlertWebhook._fields, [tuple(wanted)], replace=AlertWebhook._fields[1:])


def remove(connection: Connection, account: str) -> bool:
    """Take the webhook of an account away, with what was to be posted; False if it has none."""
    connection.execute(
        update(case_alert).where(case_alert.c.account == account, case_alert.c.push_at > 0).values(push_at=0)
    )
    return bool(connection.execute(delete(alert_webhook).where(alert_webhook.c.account == account)).rowcount)


def accounts_of(connection: Connection, accounts: Collection[str]) -> set[str]:
    """Those of these accounts that have a webhook."""
    if not accounts:
        return set()
    chosen = select(alert_webhook.c.account).where(one_of(connection, alert_webhook.c.account, list(accounts)))
    return set(connection.execute(chosen).scalars())


def due(connection: Connection, now: int, most: int) -> Sequence[DueAlert]:
    """At most `most` alerts that are to be posted at the machine's instant `now`, the longest due first."""
    return [DueAlert(*row) for row in fetch_all(connection, _due(), {"until": now, "most": most})]


@cache
def _due() -> Select[Any]:
    alert, told, hook = case_alert.c, decision_log.c, alert_webhook.c
    columns = [
        *(alert[name] for name in ("sandbox", "account", "sequence", "attempts", "push_at")),
        *(hook[name] for name in ("address", "secret")),
        *(told[name] for name in ("subject", "subject_id", "action", "by", "answered_at")),
    ]
    joined = case_alert.join(alert_webhook, hook.account == alert.account).join(
        decision_log, (told.sandbox == alert.sandbox) & (told.sequence == alert.sequence)
    )
    chosen = select(*columns).select_from(joined).where(alert.push_at > 0, alert.push_at <= bindparam("until"))
    return chosen.order_by(alert.push_at, alert.sequence).limit(bindparam("most"))


def claim(connection: Connection, chosen: DueAlert, until: int) -> bool:
    """Compare-and-set: nobody else posts an alert before an instant of the machine; False: somebody was first."""
    return _change(connection, chosen, chosen.push_at, push_at=until, attempts=chosen.attempts + 1)


def settle(connection: Connection, chosen: DueAlert, claimed: int, push_at: int, error: str) -> None:
    """Note what came of an attempt, whose claim ran until `claimed`: when it is posted again (0: no more), and why it
    failed."""
    _change(connection, chosen, claimed, push_at=push_at)
    hook = alert_webhook.c
    connection.execute(update(alert_webhook).where(hook.account == chosen.account).values(last_error=error))


def _change(connection: Connection, chosen: DueAlert, before: int, **values: int) -> bool:
    column = case_alert.c
    return bool(
        connection.execute(
            update(case_alert)
            .where(
                column.sandbox == chosen.sandbox,
                column.account == chosen.account,
                column.sequence == chosen.sequence,
                column.push_at == before,
            )
            .values(**values)
        ).rowcount
    )
