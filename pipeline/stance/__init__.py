"""Whom does a comment hold responsible? A probability per party, the stance that follows, and the span that shows why."""
