"""Gives an officer's account a webhook for alerts, or takes it away, for the command line and the API. Commits."""

from __future__ import annotations

from single_window import keys
from single_window.accounts import keeping
from single_window.channels.addresses import parse, resolve
from single_window.clock import system_now
from single_window.context import Context
from single_window.store import alert_webhooks
from single_window.store.alert_webhooks import AlertWebhook
from single_window.store.engine import writing


def put(context: Context, account: str, url: str) -> AlertWebhook:
    """Post the alerts of an account to an address from now on, and return it with its new secret. Raises
    `NoSuchAccount`, or `UnfitAddress` for an address that receipts could not be posted to either."""
    keeping.find(context.engine, account)
    resolve(parse(url), bool(context.settings.webhook_private))
    made = AlertWebhook(account, url, keys.secret(), made_at=system_now())
    with writing(context.engine) as connection:
        alert_webhooks.put(connection, made)
    return made


def remove(context: Context, account: str) -> None:
    """Post no more alerts of an account; raises `NoSuchAccount`."""
    keeping.find(context.engine, account)
    with writing(context.engine) as connection:
        alert_webhooks.remove(connection, account)
