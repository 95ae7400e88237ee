"""UN/EDIFACT: reading, checking and writing interchanges, answering them with CONTRL, and stock lines of warehouses.

`directory/` has the segment tables of the messages and the elements of their segments as data, `guides.toml` the codes
that guides list, `warehouse.csv` which quantity means which event of stock. Only bytes and values are handled here: who
may send what, and what becomes of it, is decided elsewhere.
"""
