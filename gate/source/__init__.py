"""Contracts as files: YAML and JSON with positions, `$ref`s between files, and revisions of git."""
