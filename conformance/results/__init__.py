"""Verdicts, and the evidence that leads to them."""
