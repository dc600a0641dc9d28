"""The control API under `/_mock`, the pages, and the handler for all that a mock serves."""
