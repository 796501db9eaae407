"""A rich console through which no character passes that could do something to a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from rag.render.safe import safe


class SafeConsole(Console):
    """Whatever is printed, drawn live or asked here has lost its control characters.

    rich's own moves of the cursor are segments of another kind and stay; text is never markup.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        """A console for one of the two streams."""
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The segments of anything that rich can show, each made harmless."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
                continue
            style = segment.style
            if style and style.link and safe(style.link) != style.link:
                style = style.update_link(None)
            yield Segment(safe(segment.text), style)
