"""The record of exchanges, and what is derived from it: logs, metrics, archives, explanations."""
