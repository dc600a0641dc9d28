"""The contract: `openapi.yaml` and its cache, profiles of open points, documented responses."""
