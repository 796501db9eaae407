"""A question with those before it -> an answer in the making: what every adapter asks with."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

from rag.assistant import Assistant, Event
from rag.async_assistant import AsyncAssistant, Events
from rag.config import Settings
from rag.domain import Answer
from rag.follow_up import spoken_of, stand_alone
from rag.question import read_question
from rag.serve.logs import tell_logs

KEPT = 500  # answers that a follow-up may refer to
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
        self._answers: OrderedDict[str, Answer] = OrderedDict()

    def take(self, question: str, earlier: Sequence[str] = ()) -> Events:
        """Take a question, with those before that it may refer to.

        Raises:
            QuestionError: It is empty or too long.
            Busy: Too many wait.
        """
        read_question(question)
        self._log(question)

        def work(assistant: Assistant) -> Iterator[Event]:
            for event in assistant.stream(self._understood(question, earlier, assistant)):
                if isinstance(event, Answer):
                    self._keep(event)
                yield event

        return self._assistant.answer_with(work)

    def _understood(self, question: str, earlier: Sequence[str], assistant: Assistant) -> str:
        """A question with what it leaves out filled in from the questions before."""
        before = None
        for asked in earlier[-TURNS:]:
            alone = stand_alone(asked, before, speaks=assistant.speaks)
            answer = self._answers.get(alone) or Answer(question=alone, reason="not kept")
            before = spoken_of(alone, answer)
        return stand_alone(question, before, speaks=assistant.speaks)

    def _keep(self, answer: Answer) -> None:
        # In the one thread that answers, which is the one that reads them too.
        self._answers[answer.question] = answer
        if len(self._answers) > KEPT:
            self._answers.popitem(last=False)
