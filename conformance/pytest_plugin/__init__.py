"""The pytest integration: `pytest --pyargs conformance --target URL`."""
