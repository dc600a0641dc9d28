"""Store the verdicts of runs in a file, and find what changed from run to run."""
