"""`python -m gate`: the same as `milestones-gate`."""

from gate.cli import main

main()
