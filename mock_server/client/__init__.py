"""Clients that drive a running mock: from the command line and from Python."""
