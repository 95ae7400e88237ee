"""GET /receipts: in order, from a place on, as JSON or XML, waiting for what is not there yet."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from urllib.parse import urlsplit

from lxml import etree
from serving_http import TRADE, Answer, Client, again, mailbox, sample

from schemas import catalogue
from single_window.api import create_app
from single_window.api.receipts import may_wait
from single_window.api.server.listener import bind
from single_window.cases.declarations.assembly import answer
from single_window.intake import samples
from single_window.language.words import Words
from single_window.messaging.wakeups import RECEIPTS
from single_window.process.serving import Server
from single_window.receipts import rows as receipts
from single_window.store.engine import reading
from single_window.wiring import Window
from tests.described import described_client
from tests.mailboxes import numbers, put
from tests.patience import PATIENCE
from tests.tables import each

NOON = 1_795_147_200_000


def order(number: str, dxp_id: str) -> bytes:
    body = again(sample("311", orderNo=number))
    return body.replace(mailbox(body).encode(), dxp_id.encode())


def test_receipts_come_in_the_order_of_their_mailbox_each_with_its_xml(client: Client, server: Server) -> None:
    for number in range(3):
        client.post(order(f"POLL-{number}", "DXPENT1000000001"))
        assert server.runtime.wait_until_settled(PATIENCE)
    answer = client.get("/receipts?mailbox=DXPENT1000000001").json
    assert [receipt["sequence"] for receipt in answer["receipts"]] == [1, 2, 3]
    assert [receipt["order_no"] for receipt in answer["receipts"]] == ["POLL-0", "POLL-1", "POLL-2"]
    assert answer["next"] == 3
    first = answer["receipts"][0]
    assert (first["type"], first["status"], first["values"]["orderNo"]) == ("CEB312Message", "2", "POLL-0")
    assert first["info_zh"].startswith("新增申报成功") and first["info_en"] and first["status_zh"] and first["time"]
    assert etree.fromstring(first["xml"].encode()).tag.endswith("CEB312Message")


def test_polling_goes_on_after_the_last_place(client: Client, server: Server) -> None:
    for number in range(3):
        client.post(order(f"AFTER-{number}", "DXPENT1000000002"))
    assert server.runtime.wait_until_settled(PATIENCE)
    seen, after = [], 0
    while page := client.get(f"/receipts?mailbox=DXPENT1000000002&after={after}&limit=2&body=false").json:
        if not page["receipts"]:
            break
        assert len(page["receipts"]) <= 2 and "xml" not in page["receipts"][0]
        seen += [receipt["sequence"] for receipt in page["receipts"]]
        after = page["next"]
    assert seen == [1, 2, 3]


@each(
    "box, query",
    [
        ("DXPWHS9988000001", ""),
        ("DXPWHS9988000002", "&body=false"),
        ("DXPWHS9988000003", "&wait=1"),
        ("DXPWHS9988000004", "&format=xml"),
        ("DXPWHS9988000005", "&format=xml&wait=1"),
    ],
)
def test_a_receipt_without_words_holds_up_no_poll(client: Client, server: Server, box: str, query: str) -> None:
    put(server.window, box, ["312", "312", "312"], rules={1: "-506016", 3: "-506016"})
    answer = client.get(f"/receipts?mailbox={box}{query}")
    assert answer.status == 200
    if "xml" in query:
        assert (numbers(answer.body), answer.headers["X-Next-After"]) == ([2], "2")
    else:
        assert [receipt["sequence"] for receipt in answer.json["receipts"]] == [2]
    assert client.get(f"/receipts?mailbox={box}&after=2{query}").status in {200, 204}
    reasons = [parked["reason"] for parked in client.get("/parked").json["deliveries"] if box in parked["reason"]]
    assert len(reasons) == 2 and all("no words for '-506016'" in reason for reason in reasons)


def test_a_poll_waits_where_the_last_places_are_empty(client: Client, server: Server) -> None:
    box = "DXPWHS9977000001"
    put(server.window, box, ["312"], rules={1: "-506016"})
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(client.get, f"/receipts?mailbox={box}&wait=20")
        put(server.window, box, ["312"])
        server.window.wakeups.wake(RECEIPTS)
        assert [receipt["sequence"] for receipt in waiting.result().json["receipts"]] == [2]


def test_as_xml_one_message_at_a_time_until_there_is_none(client: Client, server: Server) -> None:
    for number in range(3):
        client.post(order(f"XML-{number}", "DXPENT1000000003"))
    assert server.runtime.wait_until_settled(PATIENCE)
    roots, after = set(), "0"
    for ask in ({"Accept": "application/xml"}, {"Accept": "text/xml"}, {"Accept": "application/xml"}):
        answer = client.get(f"/receipts?mailbox=DXPENT1000000003&after={after}", **ask)
        assert answer.headers["X-Message-Type"] == "CEB312Message"
        message, after = etree.fromstring(answer.body), answer.headers["X-Next-After"]
        assert len(message) == 1
        roots.add(message.get("guid"))
    assert len(roots) == 3, "each answers a message of its own"
    last = client.get(f"/receipts?mailbox=DXPENT1000000003&format=xml&after={answer.headers['X-Next-After']}")
    assert (last.status, last.headers["X-Next-After"], last.body) == (204, "3", b"")
    assert "Content-Type" not in last.headers


def test_a_tax_bill_is_made_and_not_staged_as_on_the_command_line(
    client: Client, server: Server, served_window: Window
) -> None:
    for code in TRADE:
        client.post(samples.fresh(catalogue.by_code(code), "bill", NOON))
    assert server.runtime.wait_until_settled(PATIENCE)
    boxes = {mailbox(sample(code)) for code in TRADE}
    with reading(served_window.engine) as connection:
        answers = {
            (box, received.sequence): received
            for box in boxes
            for received in (answer(box, receipt) for receipt in receipts.after(connection, "main", box, 0, 1_000))
        }
    by_sequence = {
        (box, receipt["sequence"]): receipt
        for box in boxes
        for receipt in client.get(f"/receipts?mailbox={box}&limit=1000&body=false").json["receipts"]
    }
    assert {"CEB816Message", "CEB622Message"} <= {row["type"] for row in by_sequence.values()}
    for place, entry in by_sequence.items():
        assert Words(entry["status_zh"], entry["status_en"]) == answers[place].words
        assert (entry["info_zh"], entry["info_en"]) == (answers[place].info, answers[place].info_en)
        if entry["type"] == "CEB816Message" and entry["status"] == "1":
            assert entry["status_en"] == "made"


def test_a_poll_that_waits_is_answered_by_what_comes(client: Client) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(client.get, "/receipts?mailbox=DXPENT1000000004&wait=25")
        client.post(order("WAIT-1", "DXPENT1000000004"))
        answer = waiting.result(PATIENCE).json
    assert [receipt["order_no"] for receipt in answer["receipts"]] == ["WAIT-1"]


def test_a_poll_without_waiting_is_answered_at_once(client: Client) -> None:
    assert client.post(order("ONCE-1", "DXPENT1000000010")).status == 202
    answer = client.get("/receipts?mailbox=DXPENT1000000010&after=7").json
    findings = [finding["code"] for finding in answer.pop("findings")]
    assert (answer, findings) == ({"mailbox": "DXPENT1000000010", "receipts": [], "next": 7}, ["after-beyond-end"])


def test_who_polls_before_he_sends_is_informed_that_nobody_has_the_mailbox_yet(client: Client) -> None:
    assert client.post(order("EARLY-1", "DXPENT1000000012")).status == 202
    assert client.get("/receipts?mailbox=DXPENT1000000012&wait=25").json["receipts"]
    early = client.get("/receipts?mailbox=DXPENT1000000013").json
    assert early["receipts"] == [] and early["findings"][0]["warning"]
    assert "DXPENT1000000012" in early["findings"][0]["remedy_en"]
    assert client.get("/receipts?mailbox=DXPENT1000000013&format=xml").status == 204
    assert client.post(order("EARLY-2", "DXPENT1000000013")).status == 202
    assert "findings" not in client.get("/receipts?mailbox=DXPENT1000000013&wait=25").json


def test_many_waiting_polls_leave_room_for_messages(client: Client) -> None:
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(client.get, "/receipts?mailbox=DXPENT1000000005&wait=25") for _ in range(20)]
        assert client.post(order("ROOM-1", "DXPENT1000000005")).status == 202
        assert {future.result(PATIENCE).status for future in waiting} == {200}


def open_with_retries(ask: Callable[[], Answer]) -> Answer:
    """What a client gets in the end that comes again as `Retry-After` says: a busy machine says so."""
    while (response := ask()).status == 503:
        Event().wait(float(response.headers["Retry-After"]))
    return response


def test_a_hundred_polls_wait_at_once_and_each_is_answered_by_what_comes(client: Client) -> None:
    with ThreadPoolExecutor(100) as pool:
        waiting = [
            pool.submit(open_with_retries, lambda: client.get("/receipts?mailbox=DXPENT1000000008&wait=30&body=false"))
            for _ in range(100)
        ]
        assert open_with_retries(lambda: client.post(order("HUNDRED-1", "DXPENT1000000008"))).status == 202
        answers = [future.result(PATIENCE) for future in waiting]
    assert [len(row.json["receipts"]) for row in answers] == [1] * 100


def test_a_poll_that_finds_no_room_to_wait_says_so(server: Server, client: Client) -> None:
    assert client.post(order("ROOM-2", "DXPENT1000000009")).status == 202
    assert server.runtime.wait_until_settled(PATIENCE)
    full = described_client(create_app(server.window, server.admission, server.runtime, polls=0))
    nothing = full.get("/api/v1/receipts?mailbox=NOBODY&wait=10")
    assert (nothing.status_code, nothing.json["findings"][0]["code"]) == (503, "too-many-polls")
    assert nothing.headers["Retry-After"] == "2"
    assert full.get("/api/v1/receipts?mailbox=DXPENT1000000009&after=9").status_code == 200, "it did not ask to wait"
    response = full.get("/api/v1/receipts?mailbox=DXPENT1000000009&wait=10")
    assert len(response.json["receipts"]) == 1, "what is there needs no waiting"


@each(
    ("path", "query", "may"),
    [
        ("/api/v1/receipts", "mailbox=A&wait=10", True),
        ("/api/v1/receipts", "mailbox=A&%77ait=10", True),
        ("/api/v1/receipts", "mailbox=A", False),
        ("/api/v1/messages", "wait=10", False),
    ],
)
def test_polls_that_may_wait_are_known_before_they_are_read(path: str, query: str, may: bool) -> None:
    assert may_wait(path, query) is may


def test_a_poll_whose_client_has_gone_gives_its_place_back(served_window: Window) -> None:
    with Server(served_window, bind("127.0.0.1", 0), folders=False) as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port)) as leaving:
            leaving.sendall(
                b"GET /api/v1/receipts?mailbox=DXPENT1000000007&wait=30 HTTP/1.1\r\n"
                b"Host: " + address.netloc.encode() + b"\r\n\r\n"
            )
            leaving.shutdown(socket.SHUT_WR)
            leaving.settimeout(20)  # it does not wait the thirty seconds for receipts that nobody reads
            assert b'"receipts":[]' in leaving.makefile("rb").read()


def test_a_server_that_stops_lets_waiting_polls_go(served_window: Window) -> None:
    server = Server(served_window, bind("127.0.0.1", 0), folders=False).start()
    client = Client(server.url)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(client.get, "/receipts?mailbox=DXPENT1000000006&wait=30")
        assert client.get("/state").json["working"] is True
        pool.submit(server.stop).result(PATIENCE)
        assert waiting.result(PATIENCE).json["receipts"] == []


def test_wrong_parameters_are_all_reported(client: Client) -> None:
    answer = client.get("/receipts?after=-1&wait=31&limit=0&format=pdf")
    assert answer.status == 400
    assert {finding["path"] for finding in answer.json["findings"]} == {"mailbox", "after", "wait", "limit", "format"}


def test_a_mailbox_that_no_database_could_name_is_refused(client: Client) -> None:
    assert client.get("/receipts?mailbox=%00").status == 400


def test_a_mailbox_is_text_and_nothing_else(client: Client) -> None:
    for mailbox_name in ("%27%20OR%201%3D1--", "..%2F..%2Fetc", "%0d%0aSet-Cookie:%20a=b"):
        answer = client.get(f"/receipts?mailbox={mailbox_name}")
        assert answer.codes == ["unknown-mailbox"] and "Set-Cookie" not in answer.headers
