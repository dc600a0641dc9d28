"""Violations as programs: derived from recorded exchanges, replayed, minimised, and written as shell scripts."""
