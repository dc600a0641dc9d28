"""A stateful mock of the Milestones API, answering from the contract in `openapi.yaml`."""
