"""Decide what the run may write to, and clean up after it."""
