"""Exports at customs: lists are matched with order and waybill, await arrival, are released, leave, come back."""
