"""The export desk of customs: lists meet order and waybill, wait for their arrival, are released, leave, come back."""
