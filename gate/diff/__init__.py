"""The changes between two contracts, each with what a client notices of it."""
