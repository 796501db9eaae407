"""Why a question has no answer, as a program tells it apart; the words for people are elsewhere."""

from __future__ import annotations

from enum import StrEnum


class RefusalKind(StrEnum):
    """The reasons of a refusal. This set is closed: programs may list it."""

    NOTHING_LEFT = "nothing_left"  # no article is left by the filters
    NOTHING_FOUND = "nothing_found"  # no text has a word of the question; none was counted
    UNCLEAR_QUESTION = "unclear_question"  # it refers to something that was not said, or asks none
    UNKNOWN_NAME = "unknown_name"  # something was found, and in no article a name of the question
    NOT_TOGETHER = "not_together"  # its names are in articles, and all of them in none
    OTHER_TIME = "other_time"  # nothing that was found is of the time that it asks about
    OTHER_SPEAKER = "other_speaker"  # nothing that was found is said by whom it asks about
    NOT_ANSWERED = "not_answered"  # sentences were found, and none of them answers it
    NOTHING_MORE = "nothing_more"  # all that answers it was shown before
