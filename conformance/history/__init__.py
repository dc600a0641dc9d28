"""Keep the verdicts of runs in a file, and tell what changed from run to run."""
