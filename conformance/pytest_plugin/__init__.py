"""The pytest door: `pytest --pyargs conformance --target URL`."""
