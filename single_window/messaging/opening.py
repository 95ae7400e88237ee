"""Opens the broker that the settings name."""

from __future__ import annotations

from single_window.messaging.broker import Broker
from single_window.messaging.embedded import EmbeddedBroker
from single_window.messaging.topology import EXCHANGE, QUEUES
from single_window.settings import Settings


def open_broker(settings: Settings) -> Broker:
    """A broker with the topology declared; raises `BrokerUnavailable` when RabbitMQ cannot be reached."""
    if settings.broker == "memory://":
        broker: Broker = EmbeddedBroker()
    else:
        from single_window.messaging.rabbitmq import RabbitBroker  # pika is needed only where RabbitMQ is

        broker = RabbitBroker(settings.broker)
    broker.declare(EXCHANGE, QUEUES)
    return broker
