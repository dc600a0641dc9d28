"""Run properties and probes."""
