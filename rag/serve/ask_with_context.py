"""A question with those before it -> an answer in the making: what every adapter asks with."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

from rag.answer.assistant import Assistant, Event
from rag.answer.async_assistant import AsyncAssistant, Events
from rag.answer.conversation import Understood, answer_understood, understand
from rag.config import Settings
from rag.domain import Answer
from rag.filters import NONE, Filters
from rag.question.read import read_question
from rag.serve.logs import tell_logs

KEPT = 500  # answers that a follow-up may refer to
NOT_KEPT = "not kept"  # in place of an answer that is asked about and not known any more
_Key = tuple[str, int, Filters]
TURNS = 10  # earlier questions that are read


def served_assistant(settings: Settings, notify: Callable[[str], None]) -> AsyncAssistant:
    """The assistant of an adapter, with the limits that the settings give it; not started yet.

    From here on what libraries log is told as notes; some would set a handler of their own.
    """
    tell_logs(notify)
    return AsyncAssistant(
        settings=settings,
        waiting=settings.serve_queue,
        seconds=settings.serve_seconds,
        notify=notify,
    )


class Questions:
    """The questions of all conversations, and the answers that a follow-up may refer to."""

    def __init__(
        self, assistant: AsyncAssistant, log: Callable[[str], None] = lambda question: None
    ) -> None:
        """Ask an assistant.

        Args:
            assistant: Answers.
            log: Told each question where that is wanted.
        """
        self._assistant = assistant
        self._log = log
        self._answers: OrderedDict[_Key, Answer] = OrderedDict()

    def take(self, question: str, earlier: Sequence[str] = (), filters: Filters = NONE) -> Events:
        """Take a question, with those before that it may refer to, asked with the same filters.

        Raises:
            QuestionError: It is empty or too long.
            Busy: Too many wait.
        """
        read_question(question)
        self._log(question)

        def work(assistant: Assistant) -> Iterator[Event]:
            understood = self._understood(question, earlier, filters, assistant)
            for event in answer_understood(understood, assistant, filters):
                if isinstance(event, Answer) and understood.again is None:
                    self._keep(_key(understood, filters), event)
                yield event

        return self._assistant.answer_with(work)

    def _understood(
        self, question: str, earlier: Sequence[str], filters: Filters, assistant: Assistant
    ) -> Understood:
        """A question with what it leaves out or refers to taken from those before."""
        answers: list[Answer] = []
        for asked in earlier[-TURNS:]:
            before = understand(asked, answers, speaks=assistant.speaks, called=assistant.called)
            kept = before.again or self._answers.get(_key(before, filters))
            answers.append(kept or Answer(question=before.question, reason=NOT_KEPT))
        understood = understand(question, answers, speaks=assistant.speaks, called=assistant.called)
        lost = understood.again is not None and understood.again.reason == NOT_KEPT
        return Understood(question=understood.question) if lost else understood  # is asked again

    def _keep(self, key: _Key, answer: Answer) -> None:
        # In the one thread that answers, which is the one that reads them too.
        self._answers[key] = answer
        if len(self._answers) > KEPT:
            self._answers.popitem(last=False)


def _key(understood: Understood, filters: Filters) -> _Key:
    """What tells an answer from others: "Tell me more" has the question of the one before."""
    return understood.question, len(understood.shown), filters
