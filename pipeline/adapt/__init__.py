"""Shared by `standpunt train`: scales adapted to labels of one's own corpus, and whether that helps on labels not seen."""
