"""Verdicts and what leads to them."""
