"""Runs of the suite: started as a command, read from their reports, and held against each other."""
