"""Wake-ups between our own processes, and the client of RabbitMQ that participants' channels use too.

No work is in a message between our processes: the database is the truth.
"""
