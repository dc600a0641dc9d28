"""The physical reference: a bare hello in JSON on Starlette."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def hello(_: Request) -> JSONResponse:
    """Say hello."""
    return JSONResponse({"message": "hello"})


METHODS = ["GET", "POST", "PATCH", "PUT"]
app = Starlette(routes=[Route("/{path:path}", hello, methods=METHODS)])
