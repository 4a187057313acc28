"""Files that people and crawlers hand over: what they are, and reading them within limits. What they say is for `platforms`."""
