"""The OpenAPI model: operations, messages, parameter serialization, security, servers and requirements."""
