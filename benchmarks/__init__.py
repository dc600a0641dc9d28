"""Measurements: what a verdict costs, what the mock costs. Nothing here is asserted by a test."""
