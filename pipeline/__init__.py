"""Standpunt: from discussion threads to findings that can be cited."""

__version__ = "0.1.0"
