"""Releases a trade through the generated client: release.py ADDRESS ORDER-NUMBER FILE…; run where that is installed."""

# mypy: ignore-errors
import sys
from base64 import b64encode
from pathlib import Path

from generated_client import Client
from generated_client.api.declarations import get_declarations_show
from generated_client.api.messages import post_messages_send
from generated_client.models import HaikouJson, HaikouMessage, MessageJson

address, order_no, *files = sys.argv[1:]
with Client(base_url=address, timeout=60) as client:
    for place, file in enumerate(files):
        data = MessageJson(data=b64encode(Path(file).read_bytes()).decode())
        # both documented bodies, in turn
        body = HaikouJson(message=HaikouMessage(message_body=data)) if place % 2 else data
        accepted = post_messages_send.sync(client=client, body=body)
        print(accepted.type_, accepted.state)
    shown = get_declarations_show.sync(order_no, client=client, wait_for=["800,100"])
    print("the list is", shown.declarations[0].state)
