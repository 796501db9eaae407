"""`rag chat`: questions and follow-ups, one a line, and commands that begin with a slash."""

from __future__ import annotations

import difflib
import io
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rag.cli.answer_options import AnswerOptions
from rag.cli.brief_file import SUFFIXES, write_brief, write_new
from rag.cli.command import (
    await_answer,
    note,
    remember,
    report,
    taking,
    tell_undated,
)
from rag.cli.filter_options import changed_filters, show_limited
from rag.error_words import reason
from rag.errors import ConfigError, RagError
from rag.line_place import line_place
from rag.terminal.screen import say, say_json, show_text

if TYPE_CHECKING:
    from rag.answer.assistant import Assistant
    from rag.answer.conversation import Conversation, Turn
    from rag.domain import Citation

HELP = """\
Ask a question. A follow-up can be short: "And about Syria?", "When did he say that?". rag shows how
it understood a short question. "Tell me more" shows more sentences. "Are you sure?" shows the
sentences that support the answer.

  /sources [T]   list the sources of the last answer, or of turn T
  /show N        show citation N of the last answer in its article; T.N for turn T
  /why           show how the last answer was made: what was found, what was refused and why
  /filter [NAME VALUE]
                 limit what is searched: since, until, outlet, speaker, path or tag; without a
                 name, show what is set; /filter clear removes it
  /save [FILE]   save the conversation with its sources as .docx, .md, .html or .json
  /help          show this help
  /quit          leave; Ctrl-D also works"""
WORDS = frozenset({"quit", "exit", "bye"})
LEAVING = WORDS | {"/quit", "/exit", "/q"}
ASK_FIRST = "ask a question first"
SAVE_HINT = "use another name: /save NAME"


@taking(AnswerOptions)
def chat(ctx: typer.Context, options: AnswerOptions) -> None:
    """Have a conversation: ask questions and follow-ups.

    Type one question on each line, or pipe them in on standard input.

    Example: rag chat
    """
    from rag.answer.assistant import Assistant
    from rag.answer.conversation import Conversation
    from rag.serve.follow import following

    filters = options.filters
    settings = options.settings()
    with (
        following(settings, notify=note),
        Assistant.open(settings=settings, notify=note) as assistant,
    ):
        session = _Session(assistant, Conversation(assistant, filters), as_json=options.as_json)
        session.greet()
        for line in _lines():
            if line.lower() in LEAVING or line.split()[0] in LEAVING - WORDS:
                return
            session.take(line)


def _lines() -> Iterator[str]:
    """What is typed, without blank lines, until the end of the input."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # invalid text is refused as a question
    if not sys.stdin.isatty():
        yield from (line.strip() for line in sys.stdin if line.strip())
        return
    import readline  # noqa: F401 - gives input() a history and keys to edit with

    while True:
        try:
            line = input("> ").strip()
        except EOFError:
            say(err=True)
            return
        except KeyboardInterrupt:
            say(err=True)
            say("To leave, type /quit or press Ctrl-D.", err=True)
            continue
        if line:
            yield line


class _Session:
    """One conversation at the terminal."""

    def __init__(self, assistant: Assistant, conversation: Conversation, *, as_json: bool) -> None:
        self._assistant = assistant
        self._conversation = conversation
        self._as_json = as_json
        self._commands: dict[str, Callable[[str], None]] = {
            "/help": lambda _: self._help(),
            "/sources": self._sources,
            "/show": self._show,
            "/why": self._why,
            "/save": self._save,
            "/filter": self._filter,
        }

    def greet(self) -> None:
        """On a terminal, say what can be asked."""
        if sys.stdin.isatty():
            from rag.language.text import counted

            articles = counted(self._assistant.store.count("articles"), "article")
            note(f"{articles}. Ask a question. /help lists the commands, /quit leaves.")
            if self._conversation.filters:
                self._filter("")

    def take(self, line: str) -> None:
        """Answer a question or carry out a command; what fails is said, and nothing else lost."""
        try:
            if line.startswith("/"):
                self._command(line)
            else:
                self._ask(line)
        except RagError as error:
            report(error)
        except KeyboardInterrupt:
            if not sys.stdin.isatty():
                raise
            note("Stopped.")

    def _command(self, line: str) -> None:
        name, *rest = line.split(maxsplit=1)
        if name not in self._commands:
            near = difflib.get_close_matches(name, self._commands, n=1)
            hint = f"did you mean {near[0]}?" if near else "/help lists the commands"
            raise ConfigError(f"there is no command {name}", hint=hint)
        self._commands[name](rest[0].strip() if rest else "")

    def _ask(self, asked: str) -> None:
        from rag.render.outline import Words, filled_in

        understood = self._conversation.understand(asked)
        if filled_in(asked, understood) and not self._as_json:
            note(f"{Words.UNDERSTOOD}: {understood}")
        answer = await_answer(self._conversation.stream(asked), live=not self._as_json)
        remember(answer, self._assistant.settings)
        if self._as_json:
            from rag.render.conversation import turn_dict

            say_json(turn_dict(self._conversation.turns[-1]), indent=None)
            return
        from rag.render.terminal import answer_text

        show_limited(answer.limited)
        show_text(answer_text(answer, locate=self._assistant.locate))
        tell_undated(answer, self._assistant.store.count("articles"))
        say()

    def _turn(self, n: str) -> Turn:
        """A turn by its number; the last one when none is given."""
        turns = self._conversation.turns
        if not turns:
            raise ConfigError("there is no question yet", hint=ASK_FIRST)
        if not n:
            return turns[-1]
        if not n.isdecimal() or not 1 <= int(n) <= len(turns):
            raise ConfigError(f"there is no turn {n}", hint=f"give a turn from 1 to {len(turns)}")
        return turns[int(n) - 1]

    def _help(self) -> None:
        for line in HELP.splitlines():
            say(line)

    def _filter(self, rest: str) -> None:
        """Show the filters, or change them; what the index has not is said at once."""
        from rag.render.outline import limited

        if rest:
            filters = changed_filters(rest, self._conversation.filters)
            self._assistant.narrow(filters)  # a name that several people have is refused here
            self._conversation.filters = filters
        narrowed = self._assistant.narrow(self._conversation.filters)
        if narrowed is None:
            note("No filter is set: all articles are searched.")
            return
        note(narrowed.reason or limited(narrowed.limited))

    def _sources(self, rest: str) -> None:
        from rag.render.terminal import sources_text

        turn = self._turn(rest)
        if turn.answer.abstained:
            raise ConfigError(f"turn {turn.n} has no sources: it had no answer", hint="/why")
        show_text(sources_text(turn.answer, locate=self._assistant.locate))

    def _show(self, rest: str) -> None:
        from rag.render.terminal import context_text

        turn, _, number = rest.rpartition(".")
        citation = self._citation(self._turn(turn), number)
        text = self._assistant.store.article_text(citation.source.path)
        if text is None or text[citation.start : citation.end] != citation.quote:
            raise ConfigError(
                f"{citation.source.path} has changed in the index since that turn",
                hint="ask the question again",
            )
        source = citation.source
        place = [line_place(source.path, citation.line), source.date, source.outlet]
        show_text(
            context_text(
                citation.n,
                article=text,
                start=citation.start,
                end=citation.end,
                place=" · ".join(filter(None, place)),
            )
        )

    def _citation(self, turn: Turn, number: str) -> Citation:
        known = {str(citation.n): citation for citation in turn.answer.citations}
        if number not in known:
            raise ConfigError(
                f"turn {turn.n} has no citation {number}" if number else "which citation?",
                hint=f"type /show N; turn {turn.n} has: {', '.join(known) or 'none'}",
            )
        return known[number]

    def _why(self, rest: str) -> None:
        from rag.render.explanation import explanation_text

        show_text(explanation_text(self._turn(rest).explanation, prompt=False))

    def _save(self, rest: str) -> None:
        from rag.render.as_json import dumps
        from rag.render.brief_markdown import brief_markdown
        from rag.render.conversation import conversation_brief, turn_dict

        self._turn("")
        named = Path(rest or f"chat-{datetime.now():%Y%m%d-%H%M%S}.md")
        try:
            path = named.expanduser()
        except RuntimeError as error:  # the home of somebody unknown
            why = reason(error)
            raise ConfigError(f"{named} cannot be written: {why}", hint=SAVE_HINT) from error
        turns = self._conversation.turns
        if path.suffix.lower() == ".json":
            text = dumps([turn_dict(turn) for turn in turns]) + "\n"
            write_new(path, text, hint=SAVE_HINT)
        elif not path.suffix:
            write_new(path, brief_markdown(conversation_brief(turns)), hint=SAVE_HINT)
        elif path.suffix.lower() not in SUFFIXES:
            endings = f"{', '.join(SUFFIXES)} or .json"
            raise ConfigError(f"{path} does not end in {endings}", hint=SAVE_HINT)
        else:
            write_brief(conversation_brief(turns), path, hint=SAVE_HINT)
        many = "1 turn" if len(turns) == 1 else f"{len(turns)} turns"
        note(f"Saved {many} in {path}.")
