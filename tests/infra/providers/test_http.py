"""Calls to providers of sign-in: where they may go, how long they take, and how much comes back."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from entrepot.infra.providers.http import MOST_BYTES, HttpProviderCaller, ProviderSilent

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listener).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        await runner.cleanup()


async def test_a_form_goes_out_and_the_answer_comes_back() -> None:
    async def handler(request: web.Request) -> web.Response:
        form = await request.post()
        said = f"{request.method} {form.get('code')} {request.headers['authorization']}"
        return web.Response(text=said, status=201)

    async with answering(handler) as url, HttpProviderCaller() as caller:
        got = await caller.ask(f"{url}/token", issuer=url, form={"code": "a b"}, authorization="Basic x")
    assert got == (201, b"POST a b Basic x")


async def test_redirects_are_not_followed() -> None:
    async def handler(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:1/")

    async with answering(handler) as url, HttpProviderCaller() as caller:
        assert (await caller.ask(url, issuer=url))[0] == 302


async def test_another_host_that_the_provider_names_must_be_public() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text="{}")

    async with answering(handler) as url, HttpProviderCaller() as caller:
        with pytest.raises(ProviderSilent):
            await caller.ask(url, issuer="https://id.example")
        with pytest.raises(ProviderSilent):
            await caller.ask("http://169.254.169.254/latest", issuer="https://id.example")


async def test_endless_and_slow_answers_end() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(2 * MOST_BYTES // 65_536):
            await answer.write(b"x" * 65_536)
        return answer

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(2)
        return web.Response()

    async with answering(endless) as url, HttpProviderCaller() as caller:
        with pytest.raises(ProviderSilent):
            await caller.ask(url, issuer=url)
    async with answering(slow) as url, HttpProviderCaller(timeout_s=0.2) as caller:
        with pytest.raises(ProviderSilent):
            await caller.ask(url, issuer=url)
