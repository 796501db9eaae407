"""Frozen values from a file to an answer. Offsets are half-open, in characters of its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rag.cost import Timings, Tokens
from rag.filters import Limited
from rag.refusal import RefusalKind


class Origin(StrEnum):
    """Where a title, outlet or date was found."""

    FRONT_MATTER = "front matter"
    META = "meta"  # HTML <meta>, JSON-LD, PDF or DOCX document properties, headers of a mail
    HEADING = "heading"  # a Markdown, HTML or DOCX heading
    FIRST_LINE = "first line"
    BYLINE = "byline"  # a line of its own under the title: a date, "ACME Media Group"
    DATELINE = "dateline"  # "HELSINKI, July 16, 2018 (Reuters) -" at the start of the body
    URL = "url"  # a link to the original, inside the file
    FILE_NAME = "file name"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A fact about an article, and its origin."""

    value: str | None = None
    origin: Origin = Origin.NONE

    def __post_init__(self) -> None:
        if (self.value is None) != (self.origin is Origin.NONE):
            raise ValueError(f"a value and its origin go together: {self.value!r}, {self.origin!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of characters."""

    start: int  # inclusive
    end: int  # exclusive

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def moved(self, by: int) -> Span:
        """The same range so many characters further on."""
        return Span(start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One file, read; or one of several articles in a file.

    ``text`` is never edited after extraction. Only ``paragraphs`` may become evidence: between them
    are the title, boilerplate (captions, newsletter boxes, lists of links) and white space.
    """

    path: str  # relative to the corpus root, with forward slashes
    sha256: str  # of the file's bytes
    text: str
    paragraphs: tuple[Span, ...]
    flowing: bool = False  # a line end is no more than a space, as in Markdown
    title: Found = field(default_factory=Found)
    outlet: Found = field(default_factory=Found)
    date: Found = field(default_factory=Found)  # ISO 8601: 2018-07-02
    tags: tuple[str, ...] = ()  # from its front matter, as written there
    url: str | None = None  # where it was published, as `rag.web_address` allows it
    left_out: tuple[str, ...] = ()  # what the file holds and ``text`` does not, for people
    part_of: str | None = None  # the path of the file, where it holds several articles
    ocr: tuple[Span, ...] = ()  # of the text: what OCR read in pictures

    def __post_init__(self) -> None:
        ends = (0, *(span.end for span in self.paragraphs))
        for span, previous in zip(self.paragraphs, ends, strict=False):
            if span.start < previous or span.end > len(self.text):
                raise ValueError(f"{self.path}: paragraphs overlap or leave the text at {span}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that was not read, or a part of one, and why."""

    path: str
    why: str
    failed: bool = True  # it should have been readable
    unread: bool = field(default=False, compare=False)  # what it or the folder holds is not known
    part_of: str | None = None  # the path of the file, where other parts of it are articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete:
    """An article that does not hold all of its file."""

    path: str
    left_out: tuple[str, ...]  # "pages 3-5 without text: they may be pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of paragraphs that is searched as one; its sentences are what can be cited."""

    span: Span  # in the article's text, from the first sentence to the last
    sentences: tuple[Span, ...]


class StatementKind(StrEnum):
    """How somebody's words are reported."""

    DIRECT = "direct"
    INDIRECT = "indirect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Who says something, with the words of the article that show it."""

    speaker: str | None  # in full, "Dmitry Peskov"; None where the text does not tell
    written: str | None  # as written here: "he", "the Kremlin spokesman"; None: nobody is named
    cue: str | None  # "said"; None for a quotation that goes on or stands alone
    kind: StatementKind
    content: tuple[Span, ...]  # what is said, in the text; "…," he said, "…" has two parts
    sentence: Span  # the sentence that tells so
    source: Span | None = None  # where ``written`` stands

    def __post_init__(self) -> None:
        if not self.content:
            raise ValueError("a statement says something")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a reader needs to know of an indexed article."""

    path: str
    title: str | None
    outlet: str | None
    date: str | None  # ISO 8601
    sha256: str  # of the file as indexed
    url: str | None = None  # where the article was published
    ocr: tuple[Span, ...] = ()  # of its text: what OCR read in pictures

    def is_ocr(self, start: int, end: int) -> bool:
        """Whether OCR read some of a range of the text."""
        return any(span.start < end and start < span.end for span in self.ocr)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader makes of a sentence for a question. All probabilities, 0 to 1."""

    answers: float  # that the sentence answers, by itself
    share: float = 0.0  # that it does rather than any other or none: of all, these add up to 1
    words: Span | None = None  # of the sentence, that answer by themselves; None: it does not say
    sure: float = 0.0  # that these are the right words, if the sentence answers


class Freshness(StrEnum):
    """What became of a file since it was indexed."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"
    UNREAD = "unreadable"  # it cannot be looked at, so what became of it is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Where a copy of an article has a sentence of it, word for word."""

    source: Source
    start: int  # half-open, in the copy's text
    end: int
    line: int  # 1-based
    quote: str  # verbatim: may differ in quotes, dashes, spaces
    file: Freshness = Freshness.UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence of the index with what speaks for it. All scores: higher is better."""

    id: int  # of the sentence in this generation of the index
    article_id: int
    source: Source
    start: int  # half-open, in the article's text
    end: int
    line: int  # 1-based, in the article's text
    text: str  # verbatim: article.text[start:end]
    terms: frozenset[str]  # of the text
    speaker: str | None
    score: float  # what the ranking is by; below 0 for what can be no answer
    dense: float  # cosine of the question and its passage, -1 to 1
    lexical: float  # weighted share of the question's words in the sentence, 0 to 1
    reading: Reading | None = None  # None where no reader read it
    answer: Span | None = None  # words that answer by themselves, however sure the reader is
    also: tuple[Evidence, ...] = ()  # sentences of other articles that say the same
    copies: tuple[Copy, ...] = ()  # in articles that are copies of this one, by path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A sentence that was found and is no part of the answer."""

    evidence: Evidence
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPassage:
    """A passage that a search found. All scores: higher is better."""

    id: int  # of the passage in this generation of the index
    score: float  # fused, what the ranking is by; 0 to 1
    dense: float  # in the search by meaning, scaled to 0..1 over what it found
    lexical: float  # in the search by words, likewise
    cosine: float  # of question and passage, -1 to 1; 0 where that search did not find it


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """What was found for a question, best first."""

    passages: tuple[RankedPassage, ...]
    evidence: tuple[Evidence, ...]  # the sentences of the best of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The exact place that supports a claim."""

    n: int  # number of the cited sentence in this answer, from 1
    source: Source
    start: int  # half-open, in the article's text
    end: int
    line: int  # 1-based
    quote: str  # verbatim: article.text[start:end]
    speaker: str | None
    file: Freshness = Freshness.UNCHANGED  # the quote is of the file as it was indexed
    copies: tuple[Copy, ...] = ()  # where else it stands, in copies of the article


class Verdict(StrEnum):
    """What the check of a claim against its cited text found."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One check of a claim against its cited text."""

    name: str
    why: str  # what is wrong where it does not hold
    wrong: tuple[str, ...] = ()  # the words that it does not hold for; none: it holds

    @property
    def holds(self) -> bool:
        """Whether the claim passes it."""
        return not self.wrong


class ClaimKind(StrEnum):
    """Who worded the claim."""

    COMPOSED = "composed"  # the language model
    QUOTED = "quoted"  # the article


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement of an answer with its evidence. An answer shows supported claims only."""

    text: str
    kind: ClaimKind
    verdict: Verdict
    citations: tuple[Citation, ...]
    rungs: tuple[Rung, ...] = ()  # what it was checked for; a quotation needs no check
    support: float = 1.0  # how likely it follows from what it cites, as the checker has it

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("a claim needs a citation")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortAnswer:
    """The few words of a cited sentence that answer a who, when, where or how-many question."""

    text: str  # as a person reads it
    start: int  # half-open, in the text of the cited article
    end: int
    citation: Citation
    probability: float  # that the sentence answers and these are the words, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many articles there are, where a question asks for that: counted, and in no article."""

    text: str  # a sentence of ours: "3 articles mention “Arne Vik”."
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A claim that was written and not shown."""

    text: str
    why: str
    rungs: tuple[Rung, ...] = ()  # what it was checked for; none where it never came to that
    support: float | None = None  # as of a claim; None where it never came to that


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the answers that cited sentences contradict each other in."""

    text: str  # the words that differ, or the whole sentence
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question of several that were asked at once."""

    question: str  # as it was understood
    short_answer: ShortAnswer | None = None
    count: Count | None = None
    reason: str | None = None  # why it has no answer
    refusal: RefusalKind | None = None  # the same for programs


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Claims with citations, or a reason why there is none."""

    question: str
    claims: tuple[Claim, ...] = ()
    short_answer: ShortAnswer | None = None  # None where the words are not sure
    count: Count | None = None  # of articles, where it asks for them
    parts: tuple[Part, ...] = ()  # of a question that asks several things; else none
    sides: tuple[Side, ...] = ()  # where the articles differ: what each says, newest first
    reason: str | None = None  # why it abstained
    refusal: RefusalKind | None = None  # the same for programs; of several questions, the first's
    looked_for: tuple[str, ...] = ()  # what was searched for when it abstained; else see the schema
    undated: int | None = None  # articles without a date, where a time was asked about
    limited: Limited | None = None  # to which articles; None: to none
    nearest: tuple[Evidence, ...] = ()  # shown when it abstained, as *not* an answer
    dropped: tuple[Dropped, ...] = ()
    answerability: float = 0.0  # how far the evidence can answer, 0 to 1, whether it abstained
    timings: Timings = field(default_factory=Timings)
    tokens: Tokens | None = None  # None without a language model, or when it does not say
    model: str = "none"
    generation: int = 0
    checked_on: str | None = None  # ISO 8601: the day on which each quotation was in its article

    def __post_init__(self) -> None:
        if bool(self.claims) == (self.reason is not None):
            raise ValueError("an answer has claims, or a reason to have none")
        shorts = [self.short_answer, *(part.short_answer for part in self.parts)]
        if any(one and one.citation not in self.citations for one in (*shorts, *self.sides)):
            raise ValueError("a short answer stands in a cited sentence")

    @property
    def abstained(self) -> bool:
        """True when the articles do not hold an answer."""
        return not self.claims

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations in the order of their numbers, each once."""
        found = {citation.n: citation for claim in self.claims for citation in claim.citations}
        return tuple(found[n] for n in sorted(found))

    @property
    def text(self) -> str:
        """The prose: a rendering of the claims."""
        numbers = ("".join(f" [{one.n}]" for one in claim.citations) for claim in self.claims)
        return " ".join(claim.text + n for claim, n in zip(self.claims, numbers, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFound:
    """The sentences that the answer will be made of; comes before any claim."""

    evidence: tuple[Evidence, ...]
    cut: tuple[Cut, ...] = ()  # the best of those that are left out
    short_answer: ShortAnswer | None = None  # None where the words are not sure
    count: Count | None = None  # of articles, where the question asks for them
