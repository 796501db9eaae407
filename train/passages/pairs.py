"""Questions with nothing but the sentence that answers -> questions on sentences put together.

Each sentence stands among the others that come nearest to it in meaning: strangers, of which some
may be its neighbours after all.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from passages.public_sets import SEED, Row
from passages.raw import Question, Text, article
from rag.models.embedder import Embedder

STRANGERS = 4


def read(rows: Sequence[Row], embedder: Embedder) -> tuple[list[Text], list[Question]]:
    """One article of `STRANGERS` + 1 sentences for each sentence that is asked about."""
    random_ = random.Random(SEED)
    sentences = list(dict.fromkeys(str(row["passage"]).strip() for row in rows))
    matrix = embedder.encode(sentences)
    texts: list[Text] = []
    begins: dict[str, tuple[str, int]] = {}
    for number, own in enumerate(sentences):
        nearest = np.argsort(-(matrix @ matrix[number]))[1 : 3 * STRANGERS]
        others = [sentences[n] for n in random_.sample(nearest.tolist(), STRANGERS)]
        place = random_.randrange(STRANGERS + 1)
        group = [*others[:place], own, *others[place:]]
        path = f"pairs/{number}"
        begins[own] = (path, sum(len(one) + 1 for one in group[:place]))
        found = article(path, " ".join(group))
        texts.append(Text(source="pairs", name=path, pool="pairs", article=found))
    questions = []
    for row in rows:
        own = str(row["passage"]).strip()
        path, start = begins[own]
        bounds = ((start, start + len(own)),)
        questions.append(
            Question(
                source="pairs",
                path=path,
                question=row["question"],
                answers=bounds,
                strings=(own,),
                whole=True,
            )
        )
    return texts, questions
