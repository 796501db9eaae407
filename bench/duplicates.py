"""Copies of articles: how many are found, what is taken for one and is not, and what it costs.

    python bench/duplicates.py --data ../shared/data

News articles are printed again as agencies' customers do it, written to files, and read as for an
index, together with all other news articles. Beside them stand texts that are easily taken for
copies. A group of which two do not belong together is an error, however many it has.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from rag.answer.select import select
from rag.domain import Article, Evidence, Source
from rag.language.text import content_terms, dateline_end, terms
from rag.load.parse import load_folder
from rag.question.read import read_question
from rag.store import articles, statements
from rag.store.copies import SCHEMA, keep_fingerprint, mark_copies
from rag.store.near_duplicates import CONTAINED, Fingerprint, find_copies, fingerprint
from rag.sync.passages import split_article

SAMPLE = 150  # articles that are printed again in each way
SHORTEST = 12  # sentences
LARGE = 10_000  # articles of the synthetic corpus that is only timed
PAIRS = 2_000  # sentences that are printed again one by one
FEWEST_WORDS = 5  # content words that such a sentence has
STRAIGHT = str.maketrans({**dict.fromkeys("“”", '"'), **dict.fromkeys("‘’", "'")})
SHARES = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9)
OUTLETS = ("The Harbour Courier", "Northern Star", "Evening Bell", "Valley Gazette")
WORDS = "harbour council quiet seven growing northern later perhaps public iron".split()
BOILERPLATE = (
    "Every weekday morning our reporters bring together what matters in this region and beyond it.",
    "You may print this report for your own use, and quote it if you name where it is from.",
    "Our newsroom is paid for by its readers, and nobody else has a say in what we write.",
    "Mistakes happen, and when one happens to us we put it right on the page where it was made.",
    "Letters to the editor should have fewer than three hundred words and come with a full name.",
    "The opinions of guest authors are their own, and not always those of this paper.",
)
TEAMS = (
    "Elmport Rovers Ashby Wanderers Thornby Dunmere Athletic Larkham Town Fenwick Marsh Upton Vale"
    " Brackley Orwick City Kestrel Green Stanmoor United"
).split()
MATCH = """{a} beat {b} {x}-{y} on {day} in front of {crowd} spectators at {a} Park.

{p} gave the home side the lead in minute {m} with a header after a corner from the left. {b} came
back into the match before the break, and {q} hit the post from twenty metres in minute {n}.

After the break {a} had more of the ball, and {p} scored his second goal of the season in minute
{o}. The visitors protested, but the referee pointed to the centre circle and the goal stood.

“We worked hard for this and the supporters carried us,” said the coach of {a} after the match. The
coach of {b} said his team had played well for an hour and had not been rewarded for it.

{a} are now in place {r} of the table, and {b} stay in place {s}. Next week {a} travel to {c}, and
{b} receive {d} at home."""


@dataclass(frozen=True, slots=True)
class Story:
    """An article as it was read, by its parts."""

    path: str
    sentences: list[str]

    def paragraphs(self) -> str:
        """Its text, three sentences a paragraph."""
        rows = [self.sentences[at : at + 3] for at in range(0, len(self.sentences), 3)]
        return "\n\n".join(" ".join(row) for row in rows)


Print = Callable[[Story, random.Random], str]


# --- copies ---------------------------------------------------------------------------------------


def headline(story: Story, chance: random.Random) -> str:
    """Another headline."""
    return f"What is known so far, number {chance.randrange(10**6)}\n\n{story.paragraphs()}"


def dateline(story: Story, chance: random.Random) -> str:
    """Another outlet, headline and dateline."""
    day = chance.randrange(1, 28)
    place = f"PORT ELM, March {day}, 2016 ({chance.choice(OUTLETS)}) - "
    return f"The day in brief {chance.randrange(10**6)}\n\n{place}{story.paragraphs()}"


def cut(story: Story, chance: random.Random) -> str:
    """The first 60 % under another headline."""
    kept = story.sentences[: round(0.6 * len(story.sentences))]
    return headline(Story(story.path, kept), chance)


def edited(share: float) -> Print:
    """That share of the words replaced, evenly over the text."""

    def printed(story: Story, chance: random.Random) -> str:
        words = [
            chance.choice(WORDS) if word.isalpha() and chance.random() < share else word
            for word in story.paragraphs().split(" ")
        ]
        return " ".join(words)

    return printed


def added(story: Story, chance: random.Random) -> str:
    """A paragraph of the paper's own in the middle."""
    own = (
        f"{chance.choice(OUTLETS)} asked {chance.randrange(20, 90)} people in the market square"
        " about it. Most had heard of it, and few expected that anything would come of it soon."
    )
    middle = len(story.sentences) // 2
    sentences = [*story.sentences[:middle], own, *story.sentences[middle:]]
    return Story(story.path, sentences).paragraphs()


def surrounded(story: Story, chance: random.Random) -> str:
    """The paper's standing texts before and after."""
    return f"{BOILERPLATE[0]}\n\n{story.paragraphs()}\n\n" + "\n\n".join(BOILERPLATE[1:4])


def all_at_once(story: Story, chance: random.Random) -> str:
    """Cut to 60 %, one word in fifty replaced, a paragraph added, another dateline."""
    kept = Story(story.path, story.sentences[: round(0.6 * len(story.sentences))])
    body = edited(0.02)(Story(story.path, added(kept, chance).split("\n\n")), chance)
    return dateline(Story(story.path, body.split("\n\n")), chance)


COPIES: dict[str, Print] = {
    "another headline": headline,
    "another outlet and dateline": dateline,
    "the first 60 %": cut,
    "2 % of the words edited": edited(0.02),
    "5 % of the words edited": edited(0.05),
    "a paragraph added": added,
    "standing text around it": surrounded,
    "cut, edited, added to, redated": all_at_once,
}


# --- what is no copy ------------------------------------------------------------------------------


def standing_text(stories: Sequence[Story]) -> Iterator[str]:
    """Short articles of one outlet, half of each its standing text."""
    for story in stories:
        kept, size = [], 0
        for sentence in story.sentences:
            if size < sum(len(text.split()) for text in BOILERPLATE):
                kept.append(sentence)
                size += len(sentence.split())
        yield "\n\n".join([*kept, *BOILERPLATE])


def updates(stories: Sequence[Story], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Stories and the same with other numbers."""
    for story in stories:
        text = story.paragraphs()
        changed = re.sub(
            r"(?<![\w.,:$])(\d{1,3})(?![\w.,:]\d|\w)",
            lambda match: str(int(match[1]) + chance.randrange(1, 9)),
            text,
        )
        if sum(a != b for a, b in zip(text.split(), changed.split(), strict=True)) >= 3:
            yield text, changed


def matches(chance: random.Random) -> Iterator[str]:
    """Match reports of one template."""
    pairs = list(combinations(range(0, len(TEAMS) - 1, 2), 2))
    for one, other in pairs:
        a, b, c, d = (f"{TEAMS[at]} {TEAMS[at + 1]}" for at in (one, other, *chance.choice(pairs)))
        yield MATCH.format(
            a=a, b=b, c=c, d=d,
            p=chance.choice("Hale Moss Reed Birch Stone".split()),
            q=chance.choice("Frost Lane Marsh Wood Hill".split()),
            day=chance.choice("Friday Saturday Sunday".split()),
            crowd=chance.randrange(900, 9000),
            x=chance.randrange(2, 5), y=chance.randrange(2),
            **{key: chance.randrange(1, 90) for key in "mno"},
            **{key: chance.randrange(1, 20) for key in "rs"},
        )  # fmt: skip


# --- measuring ------------------------------------------------------------------------------------


def sentences_of(article: Article) -> list[str]:
    """What of an article may be evidence."""
    return [
        article.text[span.start : span.end]
        for passage in split_article(article, words=120)
        for span in passage.sentences
    ]


def read(folder: Path) -> dict[str, list[str]]:
    """Path -> sentences of all articles of a folder that have any."""
    found = {
        one.path: sentences_of(one) for one in load_folder([folder]) if isinstance(one, Article)
    }
    return {path: sentences for path, sentences in found.items() if sentences}


def grouped(prints: dict[str, Fingerprint], share: float) -> set[frozenset[str]]:
    """All pairs of articles that one group holds."""
    paths = list(prints)
    groups = find_copies(list(prints.values()), contained=share)
    return {frozenset((paths[a], paths[b])) for group in groups for a, b in combinations(group, 2)}


@dataclass(frozen=True, slots=True)
class Set:
    """Articles that are looked at together."""

    name: str
    prints: dict[str, Fingerprint]
    true: set[frozenset[str]]  # pairs that are copies
    copies: bool  # there are to be some


def written_sets(news: dict[str, list[str]], place: Path) -> Iterator[Set]:
    """Every kind of copy beside all the news, and every kind of text that is none."""
    chance = random.Random(7)
    known = {path: fingerprint(sentences) for path, sentences in news.items()}
    real = grouped(known, CONTAINED)  # printed twice in the corpus itself
    again = {path for pair in real for path in pair}
    long = [Story(p, s) for p, s in news.items() if len(s) >= SHORTEST and p not in again]
    stories = chance.sample(long, min(SAMPLE, len(long)))
    written: dict[str, dict[str, str]] = {
        f"copy: {name}": {story.path: printed(story, chance) for story in stories}
        for name, printed in COPIES.items()
    }
    written["none: half of it standing text"] = {
        f"{n}.txt": text for n, text in enumerate(standing_text(stories))
    }
    written["none: reports of one template"] = {
        f"{n}.txt": text for n, text in enumerate(matches(chance))
    }
    written["none: other numbers"] = {
        f"{n}-{side}.txt": text
        for n, pair in enumerate(updates(long, chance))
        for side, text in zip(("before", "after"), pair, strict=True)
    }
    for number, (name, texts) in enumerate(written.items()):
        folder = place / str(number)
        for path, text in texts.items():
            file = folder / "printed" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text + "\n", encoding="utf-8")
        prints = {f"{number}/{p}": fingerprint(s) for p, s in read(folder).items()}
        is_copy = name.startswith("copy")
        true = {frozenset((p, f"{number}/printed/{p}")) for p in texts} if is_copy else set()
        yield Set(name, {**known, **prints} if is_copy else prints, true | real, is_copy)


def timed(stories: Sequence[list[str]], prints: Sequence[Fingerprint]) -> tuple[float, int]:
    """Seconds in which a sync finds and marks all copies, best of three; how many there are."""
    db = sqlite3.connect(":memory:")
    db.executescript(articles.SCHEMA + SCHEMA + statements.SCHEMA)
    for id, (sentences, known) in enumerate(zip(stories, prints, strict=True)):
        db.execute("INSERT INTO articles (id, path, text) VALUES (?,?,'')", (id, f"{id:06}.txt"))
        db.execute("INSERT INTO passages (id, article, words) VALUES (?,?,'')", (id, id))
        db.executemany(
            "INSERT INTO sentences (passage, start) VALUES (?,?)",
            [(id, start) for start in range(len(sentences))],
        )
        keep_fingerprint(db, id, known)
    took = []
    for _ in range(3):
        began = time.perf_counter()
        mark_copies(db)
        took.append(time.perf_counter() - began)
    return min(took), int(db.execute("SELECT count(*) FROM copies").fetchone()[0])


def large(news: dict[str, list[str]]) -> list[list[str]]:
    """Many articles of the size of real ones; one in ten is another once more, a word changed."""
    chance = random.Random(11)
    vocabulary = [word for sentences in news.values() for s in sentences for word in s.split()]
    made: list[list[str]] = []
    while len(made) < LARGE:
        if made and chance.random() < 0.1:
            one = list(chance.choice(made))
            one[chance.randrange(len(one))] += " Perhaps."
        else:
            one = [" ".join(chance.choices(vocabulary, k=22)) for _ in range(28)]
        made.append(one)
    return made


def one_claim(sentences: Sequence[str]) -> Iterator[str]:
    """How often two articles are cited for one claim, by what tells their sentences apart."""
    chance = random.Random(13)
    long = [text for text in sentences if len(set(content_terms(text))) >= FEWEST_WORDS]
    drawn = chance.sample([text for text in long if not dateline_end(text)], PAIRS)
    vocabulary = [word for text in long for word in text.split() if content_terms(word)]
    pairs = {
        "one content word changed": [(text, _changed(text, vocabulary, chance)) for text in drawn],
        "other white space": [(text, text.replace(" ", "\n")) for text in drawn],
        "other quotes": [(text, text.translate(STRAIGHT)) for text in drawn],
        "a dateline before it": [(text, f"PORT ELM, May 3 (Agency) — {text}") for text in drawn],
    }
    yield f"{PAIRS} pairs of sentences of two articles:"
    yield ""
    yield "| what tells them apart | cited for one claim | bar |"
    yield "|---|---|---|"
    for name, told in pairs.items():
        cited = sum(_cited_together(*pair) for pair in told)
        yield f"| {name} | {cited} | {'none' if 'changed' in name else 'all'} |"


def _changed(text: str, vocabulary: Sequence[str], chance: random.Random) -> str:
    pieces = text.split(" ")
    place = chance.choice([at for at, word in enumerate(pieces) if content_terms(word)])
    before = content_terms(pieces[place])
    other = next(
        w for w in iter(lambda: chance.choice(vocabulary), "") if content_terms(w) != before
    )
    return " ".join([*pieces[:place], other, *pieces[place + 1 :]])


def _cited_together(one: str, other: str) -> bool:
    found = [_evidence(id, text) for id, text in enumerate((one, other))]
    return any(
        chosen.also
        for chosen in select(found, asked=read_question("What was told?"), limit=3).chosen
    )


def _evidence(id: int, text: str) -> Evidence:
    source = Source(path=f"{id}.txt", title=None, outlet=None, date=None, sha256="0" * 64)
    return Evidence(
        id=id, article_id=id, source=source, start=0, end=len(text), line=1, text=text,
        terms=frozenset(terms(text)), speaker="Ada Lark", score=0.5, dense=0.5, lexical=0.5,
    )  # fmt: skip


def report(data: Path) -> Iterator[str]:
    """The tables, line by line."""
    news = read(data / "polnear" / "news")
    with tempfile.TemporaryDirectory() as place:
        sets = list(written_sets(news, Path(place)))
    if (data / "wikinews").is_dir():
        prints = {path: fingerprint(s) for path, s in read(data / "wikinews").items()}
        sets.append(Set("none: Wikinews, 2019 and 2020", prints, set(), copies=False))
    yield f"{len(news)} news articles, and {SAMPLE} of them printed again in each way beside all."
    yield "Right are pairs of a group that belong together."
    yield ""
    yield "| set | articles | pairs to find | found | wrong pairs | bar |"
    yield "|---|---|---|---|---|---|"
    for one in sets:
        pairs = grouped(one.prints, CONTAINED)
        printed = {pair for pair in one.true if any("/printed/" in path for path in pair)}
        right = f"{len(pairs & printed) / len(printed):.3f}" if one.copies else ""
        wrong = len(pairs - one.true)
        bar = "no wrong pair"
        yield (f"| {one.name} | {len(one.prints)} | {len(printed)} | {right} | {wrong} | {bar} |")
    yield ""
    yield from one_claim([text for sentences in news.values() for text in sentences])
    yield ""
    yield "By the share of the shorter article's shingles that the other must have:"
    yield ""
    yield "| share | copies found | wrong pairs |"
    yield "|---|---|---|"
    for share in SHARES:
        found = wrong = total = 0
        for one in sets:
            pairs = grouped(one.prints, share)
            printed = {pair for pair in one.true if any("/printed/" in path for path in pair)}
            found, total = found + len(pairs & printed), total + len(printed)
            wrong += len(pairs - one.true)
        mark = " (in use)" if share == CONTAINED else ""
        yield f"| {share}{mark} | {found / total:.3f} | {wrong} |"
    yield ""
    yield "What a sync takes to find and mark the copies among all articles, whatever changed:"
    yield ""
    yield "| articles | copies | seconds | bar |"
    yield "|---|---|---|---|"
    for stories, bar in ((list(news.values()), "<= 0.2"), (large(news), "")):
        seconds, copies = timed(stories, [fingerprint(sentences) for sentences in stories])
        yield f"| {len(stories)} | {copies} | {seconds:.3f} | {bar} |"


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    for line in report(parser.parse_args().data):
        print(line, flush=True)


if __name__ == "__main__":
    main()
