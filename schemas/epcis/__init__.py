"""EPCIS 2.0 in JSON, GS1's standard of events about goods: reading and checking what is captured, ids of events,
identification keys and their web addresses.

`fields.csv` has a row for each field of each part of a document, `further.csv` says which parts take fields of others,
`words.csv` has the words of the Core Business Vocabulary. Only bytes and values are handled here: who may capture what,
and what becomes of it, is decided elsewhere.

GS1's JSON schema is not used: it accepts a misspelt `bizStep` unless formats are asserted, names neither field nor
remedy, and comes without terms that would let it be shipped. A test holds the tables against it. Ids of events are
computed here, because the generator in Python fetches contexts from the network, and leaves out an event when it fails.
"""
