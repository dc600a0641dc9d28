"""The HTTP client: transport, retries, one method an operation."""
