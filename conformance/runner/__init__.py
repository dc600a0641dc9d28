"""Running properties and probes."""
