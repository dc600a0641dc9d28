"""The HTTP client: transport, retries, and one method for each operation."""
