"""Tante Emma: the memory of a company for its customers."""

__version__ = "0.1.0"
