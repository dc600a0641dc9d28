"""The record of exchanges, and what is made of it: logs, metrics, archives, explanations."""
