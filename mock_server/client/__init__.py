"""The commands that drive a running mock."""
