"""Send the requests of a plan with a Python client in its default configuration: see plan.py."""

import asyncio
import base64
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager

Send = Callable[[str, str, Mapping[str, str], bytes], Awaitable[tuple[int, bytes]]]


@asynccontextmanager
async def requests_client(chunked: bool, proxy: str | None) -> AsyncIterator[Send]:
    """Send with requests; chunked by a generator."""
    import requests

    def pieces(body: bytes) -> Iterator[bytes]:
        yield body[:5]
        yield body[5:]

    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"http": proxy} if proxy else {}

        async def send(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
            data = pieces(body) if chunked and body else body
            response = session.request(method, url, headers=headers, data=data, timeout=20)
            return response.status_code, response.content

        yield send


@asynccontextmanager
async def httpx_client(chunked: bool, proxy: str | None) -> AsyncIterator[Send]:
    """Send with httpx; chunked by an asynchronous generator."""
    import httpx

    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        yield body[:5]
        yield body[5:]

    async with httpx.AsyncClient(proxy=proxy, trust_env=False, timeout=20) as client:

        async def send(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
            content = pieces(body) if chunked and body else body
            response = await client.request(method, url, headers=headers, content=content)
            return response.status_code, response.content

        yield send


@asynccontextmanager
async def aiohttp_client(chunked: bool, proxy: str | None) -> AsyncIterator[Send]:
    """Send with aiohttp; chunked by its own switch."""
    import aiohttp

    async with aiohttp.ClientSession() as client:

        async def send(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
            in_chunks = True if chunked and body else None
            sending = client.request(method, url, headers=headers, data=body or None, chunked=in_chunks, proxy=proxy)
            async with sending as response:
                return response.status, await response.read()

        yield send


CLIENTS = {"requests": requests_client, "httpx": httpx_client, "aiohttp": aiohttp_client}


async def main() -> None:
    """Send each line of the plan on standard input."""
    mode, *proxy = sys.argv[1:]
    name, _, chunked = mode.partition("-")
    async with CLIENTS[name](bool(chunked), proxy[0] if proxy else None) as send:
        for line in sys.stdin:
            key, method, url, content_type, body = line.rstrip("\n").split("\t")
            headers = {"Authorization": f"Bearer {key}"} | ({"Content-Type": content_type} if content_type else {})
            status, answer = await send(method, url, headers, base64.b64decode(body))
            sys.stdout.write(f"{status} {base64.b64encode(answer).decode()}\n")


if __name__ == "__main__":
    asyncio.run(main())
