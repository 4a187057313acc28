"""Collect what the sources say, politely, and keep it as it came: one WARC and one manifest a source."""
