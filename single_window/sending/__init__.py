"""Sends many messages over HTTP: by a timetable, in parallel, in order where they concern each other."""
