"""The messages of gateways to each other and to themselves: one typed payload for each topic, beside the gateway that
handles it (`customs`, `tax`, …), and what a gateway says of a topic (`topic`).

Whoever sends constructs a payload and needs no more than this package: the handlers stand in the gateways' tables.
"""
