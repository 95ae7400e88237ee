"""Stock of exports in warehouses abroad (9810): their notices, what is on hand, what was sold of which export."""
