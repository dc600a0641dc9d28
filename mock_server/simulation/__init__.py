"""Behaviour on demand: faults, `Prefer`, repaired requests, example responses, an upstream."""
