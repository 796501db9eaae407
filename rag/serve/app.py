"""The HTTP application: routes, and what stands before and behind all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException

from rag import __version__
from rag.errors import Busy, IndexMissing, IndexStale, RagError
from rag.serve.errors import failure
from rag.serve.guard import Guard, Rules, error_body
from rag.serve.local import Local, local_routes
from rag.serve.native import native_routes
from rag.serve.openai_api import openai_routes
from rag.serve.pages import page_routes
from rag.serve.shared_state import Server
from rag.store.manifest import read_manifest

_TEXT = {"type": "string"}
_FAILED: dict[str, Any] = {
    "application/json": {
        "schema": {
            "type": "object",
            "required": ["error"],
            "properties": {
                "error": {
                    "type": "object",
                    "required": ["message", "type", "param", "code"],
                    "properties": {
                        "message": _TEXT, "type": _TEXT, "param": {"type": "null"}, "code": _TEXT
                    },
                }
            },
        }
    }
}  # fmt: skip
# What any route may answer with (`error_body`); without it FastAPI declares a 422 of its own.
FAILURES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "The request is wrong or not allowed", "content": _FAILED},
    "5XX": {"description": "The server cannot answer now", "content": _FAILED},
}


def create_app(server: Server, rules: Rules, local: Local | None = None) -> FastAPI:
    """The application.

    Args:
        server: What is served; its assistant is started by who runs this.
        rules: Who is let in.
        local: What commands on this machine are served; None: nothing.
    """
    app = FastAPI(
        title="rag",
        version=__version__,
        summary="Ask a folder of articles; every claim of an answer cites its source.",
        docs_url=None,  # both pages load scripts from elsewhere
        redoc_url=None,
        responses=FAILURES,
    )
    app.include_router(openai_routes(server))
    app.include_router(native_routes(server))
    app.include_router(page_routes(server))
    if local:
        app.include_router(local_routes(server, local))
    _add_health(app, server)
    _add_errors(app, server)
    app.add_middleware(Guard, rules=rules)
    return app


def _add_health(app: FastAPI, server: Server) -> None:
    @app.get("/health/live", tags=["health"])
    async def live() -> dict[str, str]:
        """Whether the process answers."""
        return {"status": "ok"}

    @app.get("/health/ready", tags=["health"], response_model=None)
    async def ready() -> dict[str, Any] | Response:
        """Whether questions can be answered now."""
        try:
            generation = read_manifest(server.assistant.settings.index).generation
        except (IndexMissing, IndexStale) as error:
            return _response(error)
        if not server.assistant.is_alive:
            body = error_body(503, "the assistant has ended", code="not_ready")
            return JSONResponse(body, status_code=503)
        return {"status": "ok", "generation": generation, "waiting": server.assistant.waiting}

    @app.get("/metrics", tags=["health"], response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Figures, as Prometheus reads them."""
        page = server.metrics.page(waiting=server.assistant.waiting)
        return Response(page, media_type="text/plain; version=0.0.4")


def _add_errors(app: FastAPI, server: Server) -> None:
    @app.exception_handler(RagError)
    async def ours(request: Request, error: RagError) -> Response:
        if isinstance(error, Busy):
            server.metrics.refused.inc()
        return _response(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        told = _wrong(error.errors()[0], request.headers.get("content-type", ""))
        return JSONResponse(error_body(400, told, code="invalid_request"), status_code=400)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        body = error_body(error.status_code, str(error.detail))
        return JSONResponse(body, status_code=error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        return _response(error)


def _wrong(first: Mapping[str, Any], kind: str) -> str:
    """What is wrong with a request, and where.

    Args:
        first: What the validation found first.
        kind: The content type that the request came with.
    """
    place = ".".join(str(step) for step in first["loc"])
    if first["type"] == "json_invalid":
        return f"the body is not JSON: {first['ctx']['error']} at character {first['loc'][-1]}"
    if place == "body" and not _is_json(kind):
        came = f"not {kind[:100]}" if kind else "it was missing"
        return f"send JSON, with the header 'content-type: application/json' ({came})"
    if first["type"] == "extra_forbidden":
        return f"{place} is no field of this request; docs/serve.md lists those that there are"
    return f"{place}: {first['msg']}"


def _is_json(kind: str) -> bool:
    """Whether a content type is one of JSON, as FastAPI takes it."""
    main, _, sub = kind.partition(";")[0].strip().lower().partition("/")
    return main == "application" and (sub == "json" or sub.endswith("+json"))


def _response(error: Exception) -> Response:
    told = failure(error)
    return JSONResponse(told.body, status_code=told.status, headers=told.headers)
