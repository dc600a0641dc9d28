"""Behaviour on demand: faults, `Prefer`, repaired requests, an upstream."""
