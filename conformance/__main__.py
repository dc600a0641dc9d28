"""`python -m conformance`: the same as `milestones-check`."""

from conformance.cli import main

main()
