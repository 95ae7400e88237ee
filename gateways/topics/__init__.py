"""The messages of gateways to each other and to themselves: one typed payload for each topic, all in `TOPICS`.

A payload is declared by the gateway that handles it; the sender constructs it, and the runner decodes it.
"""

from gateways.topics import customs, forex, inspection, refund, registration, shared, tax
from gateways.topics.registry import TOPICS, Topic, UnknownPayload, decode, topic_of

__all__ = [
    "TOPICS",
    "Topic",
    "UnknownPayload",
    "customs",
    "decode",
    "forex",
    "inspection",
    "refund",
    "registration",
    "shared",
    "tax",
    "topic_of",
]
