"""From comments as found to the words alone: repaired, without quotes, each drop with its reason."""
