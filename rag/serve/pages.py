"""What a browser opens: the page, an article with the cited words marked, and their files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from rag.answer.assistant import Assistant
from rag.errors import ConfigError, RagError
from rag.language.invisible import without_unseen
from rag.render.as_json import dumps
from rag.render.outline import Words, texts
from rag.serve.shared_state import Server
from rag.serve.source_ids import find_path
from rag.web_address import host_of

HERE = Path(__file__).parent
STATIC = HERE / "static"
KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
UNKEPT = {"cache-control": "no-cache"}  # asked for anew each time: the next version has others


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An article with a span of it marked."""

    path: str
    title: str | None
    outlet: str | None
    date: str | None
    sha256: str
    url: str | None  # where it was published
    text: str
    start: int  # half-open, in the text; both 0 for none
    end: int
    changed: bool  # since it was cited


def page_routes(server: Server) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["pages"])

    @router.get("/", include_in_schema=False)
    async def page() -> Response:
        return _file("index.html")

    @router.get("/widget.js", include_in_schema=False)
    async def widget() -> Response:
        # Other sites load it: that is what it is for.
        return _file("widget.js", {"cross-origin-resource-policy": "cross-origin"})

    @router.get("/static/texts.js", include_in_schema=False)
    async def words() -> Response:
        script = f"export default {dumps(texts(), indent=None)};\n"
        return Response(script, media_type=KINDS[".js"], headers=UNKEPT)

    @router.get("/static/{name}", include_in_schema=False)
    async def static(name: str) -> Response:
        return _file(name)

    @router.get("/source/{id}", response_class=HTMLResponse)
    async def source(
        request: Request,
        id: str,
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int, Query(ge=0)] = 0,
        of: Annotated[str, Query(max_length=64)] = "",
        sig: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        """An article, with a span of it marked. As JSON where that is what the client accepts."""
        cited = await server.assistant.look_up(
            lambda assistant: find_cited(id, assistant, start=start, end=end, of=of)
        )
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(asdict(cited))
        return HTMLResponse(source_html(cited))

    return router


def find_cited(id: str, assistant: Assistant, *, start: int, end: int, of: str) -> Marked:
    """An article by its id.

    Args:
        id: See `rag.serve.source_ids`.
        assistant: Has the index.
        start: First character of the cited span.
        end: The one after its last; both 0 for no span.
        of: The beginning of the SHA-256 of the file that was cited; empty for any. Of another
            file, what lies outside of the text now is cut off.

    Raises:
        RagError: There is no such article.
        ConfigError: It has no such span.
    """
    path = find_path(id, assistant)
    found = assistant.store.article(path) if path is not None else None
    if found is None:
        raise RagError("there is no such article in the index", hint="ask again for a new address")
    source, whole = found.source, len(found.text)
    changed = not source.sha256.startswith(of)
    if (start or end) and not changed and not start < end <= whole:
        raise ConfigError(
            f"there are no characters {start} to {end} in {source.path}",
            hint=f"it has {whole:,}; end must be after start",
        )
    end = min(end, whole)
    start = min(start, end)
    return Marked(
        path=source.path,
        title=source.title,
        outlet=source.outlet,
        date=source.date,
        sha256=source.sha256,
        url=source.url,
        text=found.text,
        start=start,
        end=end,
        changed=changed,
    )


def source_html(cited: Marked) -> str:
    """The article as a page; whatever it holds is text there."""
    parts = {
        "before": cited.text[: cited.start],
        "cited": cited.text[cited.start : cited.end],
        "after": cited.text[cited.end :],
        "title": cited.title or cited.path,
        "details": " · ".join(filter(None, (cited.outlet, cited.date, cited.path))),
        "url": cited.url or "",
        "host": host_of(cited.url or ""),
    }
    shown = {name: without_unseen(part) for name, part in parts.items()}
    return str(_template().render(notice=Words.CITED_CHANGED if cited.changed else "", **shown))


@lru_cache(maxsize=1)
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string((HERE / "source.html.j2").read_text(encoding="utf-8"))


def _file(name: str, headers: dict[str, str] | None = None) -> Response:
    """One of our own files, by its exact name."""
    known = {path.name: path for path in STATIC.iterdir()}
    path = known.get(name)
    if path is None or path.suffix not in KINDS:
        raise RagError("there is no such file", hint="see / for the page")
    return FileResponse(
        path,
        media_type=f"{KINDS[path.suffix]}; charset=utf-8",
        headers={**UNKEPT, **(headers or {})},
    )
