"""The gate: says what a change of the contract or of a deployment breaks for clients, and how sure that is."""
