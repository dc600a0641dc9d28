"""Simulated behaviour: faults, `Prefer`, repair of invalid requests, an upstream."""
