"""The initial state of an account: the shipped scenarios, and their import and export."""
