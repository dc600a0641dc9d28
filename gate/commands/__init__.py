"""Commands of the gate: from options to a verdict."""
