"""HTTP: the server, and the mock as an ASGI application."""
