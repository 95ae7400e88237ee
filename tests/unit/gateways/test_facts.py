"""Facts: what is published reaches every gateway that hears it in its sandbox, each once, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from gateways.agencies import ROUTES
from gateways.circumstances import Options
from gateways.desk import Desk
from gateways.topics.facts import ListReleased
from gateways.topics.route import Route
from gateways.topics.shared import Decision
from gateways.topics.topic import NO_ROUTES, Routes, Topic, always, fact
from tests.gateways.desks import desk_of


@fact
class GoodsSold(NamedTuple):
    """A fact of these tests."""

    number: int


class Ordered(NamedTuple):
    """A payload of these tests for one gateway."""

    number: int


SOLD = GoodsSold(7)


def do_nothing(payloads: Sequence[Any], desk: Desk[Any]) -> None:
    """Handle payloads."""


def row(name: str, payload: type[Any] = GoodsSold, hears: Callable[[Options], bool] = always) -> Topic[Any, Any, None]:
    return Topic(name, payload, do_nothing, None, hears=hears)


def published(*tables: tuple[str, Sequence[Topic[Any, Any, None]]], **options: Any) -> dict[Route, list[Any]]:
    """What is sent when the fact is published in a sandbox with these options, by queue."""
    desk = desk_of(None, **options)
    desk.routes = Routes(tables)
    desk.publish(SOLD)
    return desk.answers.sends


def test_every_gateway_that_hears_a_fact_gets_it_once() -> None:
    sends = published(("customs", [row("customs.sold")]), ("tax", [row("tax.sold")]), ("refund", []))
    assert sends == {Route("customs", "customs.sold"): [SOLD], Route("tax", "tax.sold"): [SOLD]}


def test_nothing_is_sent_when_nobody_hears_a_fact() -> None:
    assert published() == published(("tax", [])) == {}
    desk = Desk(None, desk_of(None).circumstances, NO_ROUTES)
    desk.publish(SOLD)
    assert desk.answers.sends == {}


def test_a_gateway_may_hear_a_fact_by_the_options_of_the_sandbox() -> None:
    tables = (("customs", [row("customs.sold", hears=lambda options: options.pre_check)]), ("tax", [row("tax.sold")]))
    assert [route.queue for route in published(*tables)] == ["tax"]
    assert [route.queue for route in published(*tables, pre_check=True)] == ["customs", "tax"]


def test_a_fact_is_not_sent_or_scheduled_and_nothing_else_is_published() -> None:
    desk = desk_of(None)
    desk.routes = Routes([("tax", [row("tax.sold"), row("tax.ordered", Ordered)])])
    with pytest.raises(TypeError, match="GoodsSold is a fact"):
        desk.send(SOLD)
    with pytest.raises(TypeError, match="GoodsSold is a fact"):
        desk.send(SOLD, "tax.sold")
    with pytest.raises(TypeError, match="GoodsSold is a fact"):
        desk.schedule(desk.now, SOLD)
    with pytest.raises(TypeError, match="Ordered is no fact"):
        desk.publish(Ordered(7))
    assert desk.answers.sends == {} and desk.answers.deadlines == []


def test_a_payload_that_is_no_fact_has_one_gateway() -> None:
    with pytest.raises(ValueError, match="Ordered is handled by customs, tax: only a fact has several hearers"):
        Routes([("customs", [row("customs.ordered", Ordered)]), ("tax", [row("tax.ordered", Ordered)])])
    Routes([("tax", [row("tax.ordered", Ordered), row("tax.urgent", Ordered)])])
    Routes([("customs", [row("decision.a", Decision)]), ("tax", [row("decision.b", Decision)])])


def test_a_gateway_does_not_hear_a_fact_twice() -> None:
    with pytest.raises(ValueError, match=r"GoodsSold reaches a gateway twice: tax\.sold, tax\.sold_again"):
        Routes([("tax", [row("tax.sold"), row("tax.sold_again")])])


def test_only_facts_are_heard_by_options() -> None:
    with pytest.raises(ValueError, match=r"'tax\.ordered' carries no fact"):
        Routes([("tax", [row("tax.ordered", Ordered, lambda options: options.pre_check)])])


def test_released_lists_are_a_fact_that_the_tax_gateway_hears() -> None:
    released = ListReleased(7, "I1", "DXP1", {}, 0)
    assert Route("tax", "customs.released") in [hearer.route for hearer in ROUTES.hearers(released)]
