"""Texts to vectors: one vector a text, kept as long as text and model stay."""
