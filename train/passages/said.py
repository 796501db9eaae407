r"""Questions of whose words are told: "What did X say about Y?", made of statements in passages.

    PYTHONPATH=train python -m passages.said --out WORK/data

Reads the passages that `passages.build` wrote there and adds ``said.jsonl.gz``. Public question
sets hardly ask so, and it is what people ask the news most. Who says what is found as the index
finds it; the topic is a name or a noun of what is said. Asked in vain: another speaker of the
passage, who says nothing of the topic; or the speaker, of what only others say elsewhere in the
article. Seeded.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from passages.build import WRONG
from passages.data import Asked, Passage, Seen, kept, read_passages, write_rows
from passages.negatives import Search, ranked
from passages.raw import article, spelled
from rag.domain import Statement
from rag.language.names import capitalised
from rag.language.proper_names import NAME
from rag.language.text import STOPWORDS, words
from rag.statements.find import find_statements

SEED = 20
A_PASSAGE = 2  # questions of a passage, at most
IN_VAIN = 0.3  # of the questions, where there is another speaker
ELSEWHERE = 0.3  # of the statements of longer articles: asked about what others say there
ABOUT = (
    ("What did {} say about {}?", 8),
    ("What does {} say about {}?", 2),
    ("What has {} said about {}?", 2),
    ("What did {} say on {}?", 2),
    ("What does {} think of {}?", 1),
    ("What is {}'s view of {}?", 1),
    ("How did {} comment on {}?", 1),
    ("What did {} tell reporters about {}?", 1),
    ("{} on {}", 1),
)
SAY = re.compile(
    r"sa(?:y|id)|t(?:ell|old)|add|argu|stat|announc|claim|explain|describ|warn|not(?:e|ing)|wr(?:ite|ote)"
    r"|belie|th(?:ink|ought)|suggest|insist|den(?:y|i)|promis|predict|according|comment|call|critici"
    r"|prais|confirm|admit|conclud|report|repl|respon|accus|urg|compar|remark|tweet"
)
_NAME = re.compile(NAME)
_DETERMINERS = frozenset("the a an its their our his her any more this these no".split())
_TOKEN = re.compile(r"[^\W\d_][\w'’-]*|\S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement of a passage."""

    speaker: str
    written: str  # as the passage calls them
    content: str  # what is said
    sentence: int  # its number


def told_in(passage: Passage) -> list[Told]:
    """Who says what in a passage, where it names them."""
    text = passage.text
    found = []
    for one in find_statements(article("", text, title=passage.title)):
        number = _sentence(one, passage)
        if one.speaker and number is not None and _NAME.fullmatch(one.speaker) and _says(one):
            content = " ".join(text[span.start : span.end] for span in one.content)
            found.append(
                Told(
                    speaker=one.speaker,
                    written=one.written or one.speaker,
                    content=content,
                    sentence=number,
                )
            )
    return found


def _says(one: Statement) -> bool:
    return one.cue is None or SAY.match(one.cue) is not None


def _sentence(one: Statement, passage: Passage) -> int | None:
    at = one.sentence.start
    inside = (n for n, (start, end) in enumerate(passage.sentences) if start <= at < end)
    return next(inside, None)


def topics(told: Told) -> list[str]:
    """Names in what is said, then nouns of it; none that the speaker is called by."""
    own = set(words(f"{told.speaker} {told.written}"))
    starts = {name for name, opens in capitalised(told.content) if not opens}
    names = [one[0] for one in _NAME.finditer(told.content) if starts & set(words(one[0]))]
    nouns = [f"the {noun}" for noun in _nouns(told.content)]
    found = dict.fromkeys([*names, *nouns])
    return [one for one in found if not own & set(words(one)) and set(words(one)) - STOPWORDS]


def _nouns(text: str) -> Iterator[str]:
    """One or two words after an article, up to a small word: "new road" of "the new road to"."""
    tokens = _TOKEN.findall(text)
    for n, token in enumerate(tokens):
        if token.lower() in _DETERMINERS:
            run = list(takewhile(_is_content, tokens[n + 1 : n + 4]))
            if 0 < len(run) < 3 and len(run[-1]) > 3:
                yield " ".join(run)


def _is_content(token: str) -> bool:
    return token.islower() and token.isalpha() and token not in STOPWORDS


def called(told: Told, random_: random.Random) -> str:
    """A speaker as somebody may ask for them: the whole name, the last, or as they are written."""
    forms = [told.speaker, told.speaker, told.speaker.split()[-1]]
    if len(told.written.split()) <= 6 and told.written[:1].isupper():
        forms.append(told.written)
    if told.written.lower().startswith("the "):
        forms.append(told.written[0].lower() + told.written[1:])
    return random_.choice(forms)


def asked_of(passage: Passage, number: int, random_: random.Random) -> Iterator[tuple[str, Seen]]:
    """Questions on what is said in a passage, each with what of it answers."""
    said = told_in(passage)
    random_.shuffle(said)
    speakers = list(dict.fromkeys(one.speaker for one in said))
    patterns, weights = zip(*ABOUT, strict=True)
    made = 0
    for one in said:
        found = topics(one)
        if not found or made == A_PASSAGE:
            continue
        topic = random_.choice(found[:3])
        others = [
            other
            for other in said
            if other.speaker != one.speaker
            and not any(_has(mine.content, topic) for mine in said if mine.speaker == other.speaker)
        ]
        whose = random_.choice(others) if others and random_.random() < IN_VAIN else one
        question = random_.choices(patterns, weights)[0].format(called(whose, random_), topic)
        mine = [other for other in said if other.speaker == whose.speaker]
        right = {other.sentence for other in mine if _has(other.content, topic)}
        # Another's sentence on the topic is wrong; more of the same person may be right.
        unsure = {other.sentence for other in mine} - right if right else set()
        if whose is one or len(speakers) > 1:
            made += 1
            yield (
                question,
                Seen(passage=number, right=tuple(sorted(right)), unsure=tuple(sorted(unsure))),
            )


def asked_elsewhere(
    passages: Sequence[Passage], random_: random.Random
) -> Iterator[tuple[int, str, tuple[Seen, ...]]]:
    """Questions in vain: a speaker asked about what only others say, in another passage.

    Yields:
        The number of the speaker's passage, the question, and both passages, which do not answer.
    """
    patterns, weights = zip(*ABOUT, strict=True)
    articles: dict[tuple[str, str], list[int]] = {}
    for n, passage in enumerate(passages):
        articles.setdefault((passage.source, passage.article), []).append(n)
    for numbers in articles.values():
        if len(numbers) < 2:
            continue
        said = [(n, one) for n in numbers for one in told_in(passages[n])]
        for n, one in said:
            last = one.speaker.split()[-1]
            elsewhere = [
                (place, topic)
                for place, other in said
                if place != n and not _has(passages[place].text, last)
                for topic in topics(other)[:3]
                if not _has(passages[n].text, topic)
                and not any(
                    _has(more.content, topic) for _, more in said if more.speaker == one.speaker
                )
            ]
            if elsewhere and random_.random() < ELSEWHERE:
                place, topic = random_.choice(elsewhere)
                question = random_.choices(patterns, weights)[0].format(called(one, random_), topic)
                yield n, question, (Seen(passage=n), Seen(passage=place))


def _has(text: str, topic: str) -> bool:
    return spelled(topic.removeprefix("the ")) in spelled(text)


def questions_of(passages: Sequence[Passage]) -> Iterator[Asked]:
    """The questions of all passages, each with wrong ones that a search finds."""
    random_ = random.Random(SEED)
    made: list[tuple[int, str, tuple[Seen, ...]]] = [
        (n, question, (seen,))
        for n, passage in enumerate(passages)
        for question, seen in asked_of(passage, n, random_)
    ]
    made += asked_elsewhere(passages, random_)
    search = Search([f"{one.title}\n{one.text}" for one in passages])
    for (n, question, seen), scores in zip(
        made, search.scores([question for _, question, _ in made]), strict=True
    ):
        mine = passages[n]
        hidden = kept("said", mine.article)
        wrong = [
            place
            for place in ranked(scores, ())
            if passages[place].article != mine.article
            and (hidden or not kept(passages[place].source, passages[place].article))
        ]
        rest = [Seen(passage=place) for place in wrong[:WRONG]]
        yield Asked(source="said", article=mine.article, question=question, seen=(*seen, *rest))


def main() -> None:
    """Read the passages, make the questions, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("train/work"))
    options = parser.parse_args()
    passages = read_passages(options.out / "passages.jsonl.gz")
    rows = [one for one in questions_of(passages)]
    count = write_rows(rows, options.out / "said.jsonl.gz")
    print(f"{count} questions, {sum(not one.answerable for one in rows)} of them asked in vain")


if __name__ == "__main__":
    main()
