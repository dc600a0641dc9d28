"""Serve the bound of the mock: a hello in JSON on its own server, without the mock behind it."""

import sys

from mock_server.http.server import listen, serve
from mock_server.messages import Request, Response
from mock_server.responses import json_response


class Hello:
    """Says hello, whatever it is asked."""

    def handle(self, _: Request) -> Response:
        """Answer a request."""
        return json_response(200, {"message": "hello"})


if __name__ == "__main__":
    serve(Hello(), listen("127.0.0.1", int(sys.argv[1])), lambda: None)
