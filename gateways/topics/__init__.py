"""The messages between gateways: one module of typed payloads for each receiving gateway, and `Topic` in `topic`.

Senders only need this package; handlers are named in the gateways' own tables of topics.
"""
