"""What an answer is refused for: names that no article has, or that no article has together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rag.language.text import stem, words
from rag.question.read import Question
from rag.refusal import RefusalKind
from rag.retrieve.known_names import is_known
from rag.retrieve.resolve_speakers import group_speakers, sounding_like
from rag.retrieve.whose import Asked
from rag.store import LocalStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The reason to refuse."""

    kind: RefusalKind
    text: str  # a sentence for the person who asked


def missing_names(question: Question, whom: Asked, store: LocalStore) -> Why | None:
    """That a name is in no article, or that nobody with the asked name says anything.

    It names who else may be meant: of a speaker whom nobody sounds like, it says nothing.
    """
    if mistyped := question.mistyped:
        typed, meant = (" or ".join(names) for names in zip(*mistyped, strict=True))
        text = f"No article mentions {typed}. Did you mean {meant}?"
        return Why(kind=RefusalKind.UNKNOWN_NAME, text=text)
    absent = [name for name in _names(question, whom) if not is_known(name, store)]
    near = {one.capitalize(): None for name in absent for one in store.misspelt(name)}
    meant = " or ".join(near) or _alike(whom, store)
    hint = f" Did you mean {meant}?" if meant else ""
    if absent:
        text = f"No article mentions {' or '.join(_as_asked(question, whom, absent))}.{hint}"
        return Why(kind=RefusalKind.UNKNOWN_NAME, text=text)
    if not meant:
        return None
    asked = question.speaker_as_asked
    text = f"Nobody called {asked} says anything in the articles.{hint}"
    return Why(kind=RefusalKind.UNKNOWN_NAME, text=text)


def _alike(whom: Asked, store: LocalStore) -> str:
    """Who speaks and has a name that sounds as that of whom it asks for, where nobody has that."""
    if whom.name is None or whom.speakers:
        return ""
    known = group_speakers(store.speakers())
    return " or ".join(sounding_like(" ".join(whom.name.words), known))


def apart_names(question: Question, whom: Asked, store: LocalStore) -> Why | None:
    """That no article has all the names asked about, where that is so. It explains a refusal."""
    names = _names(question, whom)
    together: set[int] | None = None
    for name in names:
        spelled = store.spellings(name) or store.misspelt(name)
        articles = store.articles_with([stem(name), *map(stem, spelled)])
        if articles is not None:  # else it is in so many that it tells nothing
            together = articles if together is None else together & articles
    if together is None or together:
        return None
    asked = _as_asked(question, whom, set(names))
    if len(asked) == 1:  # two words of one name, or a name that stands in no sentence
        return Why(kind=RefusalKind.UNKNOWN_NAME, text=f"No article mentions {asked[0]}.")
    text = f"No article mentions {' and '.join(asked)} together."
    return Why(kind=RefusalKind.NOT_TOGETHER, text=text)


def _names(question: Question, whom: Asked) -> list[str]:
    """The names of a question, without the title of whom it asks for."""
    asked = whom.name
    titles = {name for name in question.speaker if asked and name not in asked.words}
    return [name for name in question.names if name not in titles]


def _as_asked(question: Question, whom: Asked, wanted: Collection[str]) -> list[str]:
    """Folded names, one at least, as the user wrote them, with those that stand beside them."""
    names, ended = set(_names(question, whom)), True
    found: list[tuple[str, set[str]]] = []
    for word in question.text.split():
        held = names.intersection(words(word))
        if not held:
            ended = True
            continue
        bare = word.strip("?!.,;:\"'()").removesuffix("'s").removesuffix("’s")
        if not ended:
            before, more = found.pop()
            found.append((f"{before} {bare}", held | more))
        else:
            found.append((bare, held))
        ended = not word.endswith(bare)
    written = [text for text, held in found if not held.isdisjoint(wanted)]
    return list(dict.fromkeys(written)) or sorted(wanted)
