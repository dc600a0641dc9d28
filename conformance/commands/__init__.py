"""The commands of `milestones-check`. Slow imports are made when a command runs, so that --help is fast."""
