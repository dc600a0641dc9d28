"""`python -m mock_server`: the same as `milestones-mock`."""

from mock_server.cli import main

main(prog_name="milestones-mock")
