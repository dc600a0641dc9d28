"""The conformance suite of the Milestones API: requirement → property → exchanges → verdict → reports."""
