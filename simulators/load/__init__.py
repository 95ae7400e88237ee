"""Load on any window over HTTP: traffic by a timetable that waits for nobody, heard, judged, and told."""
