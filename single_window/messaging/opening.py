"""Opens the wake-ups that the settings ask for."""

from __future__ import annotations

from single_window.messaging.wakeups import LocalWakeups, Wakeups
from single_window.settings import Settings


def open_wakeups(settings: Settings) -> Wakeups:
    """Wake-ups that reach all processes on the configured database: over RabbitMQ if configured, else on this
    machine.
    """
    if settings.broker:
        # imports pika, which is only needed with RabbitMQ
        from single_window.messaging.rabbitmq_wakeups import RabbitWakeups

        return RabbitWakeups(settings.broker)
    if settings.processes > 1:
        from single_window.messaging.socket_wakeups import SocketWakeups

        return SocketWakeups(settings.data)
    return LocalWakeups()
