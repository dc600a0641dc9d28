"""Runs of the suite: started as a command, read from their reports, and compared with each other."""
