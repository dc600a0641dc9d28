"""The changes between two contracts, each with its effect on clients."""
