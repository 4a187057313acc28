"""From the archive of a source to its threads and comments."""
