"""Article -> statements: who says what, quoted or reported.

Each paragraph is read with its quotations masked, sentence by sentence (`attributions`). What is
quoted without an attribution of its own goes on with the statement before it, as news copy has it.
Who "he" or "the spokesman" is, `people` tells; where the text leaves it open the speaker is
unknown.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.domain import Article, Span, Statement, StatementKind
from rag.language.calendar import SHORT_MONTHS
from rag.language.marks import MARKDOWN_LINK
from rag.language.proper_names import ABBREVIATED_TITLES, PARTICLE, UPPER
from rag.language.quotations import Quotation, find_quotations
from rag.language.text import MAX_DATELINE, dateline_end
from rag.statements.attributions import Attribution, find_attributions
from rag.statements.interviews import Interview, find_interview
from rag.statements.noun_phrases import LAST, MARK, QUOTED
from rag.statements.people import People, find_people
from rag.statements.titles import SUFFIX, person, title_before
from rag.statements.turns import Piece, Turn, find_pieces, find_turns, is_transcript

LONGEST = 5_000  # characters that are read as one sentence
FREE = 6  # words from which a quotation that nobody is said to say is a statement all the same
REMEMBERED = 800  # characters back from "he" in which its person is looked for

_NO_WORDS = re.compile(rf"[{QUOTED}\s.,―—–-]")
_NAME_AT_END = re.compile(rf"(?:{UPPER}[\w.’'-]*(?:\s(?=\S)|$)|{PARTICLE}\s)+$")
_BEFORE_PRONOUN = 100  # characters that show whether it is the subject of its sentence
_PRONOUNS = frozenset("he she they it we i you who others some".split())
# Before "he", where he is the subject of the sentence and not of a clause in it.
_MAIN = re.compile(rf"(?:^|[{QUOTED},;:—–-]\s*|\b(?:[Aa]nd|[Bb]ut)\s)$")
_STOP = re.compile(rf"(?P<stop>[.?!…][)\]”’\"]*|[{QUOTED}])\s+(?=[“\"‘'(\[{MARK}\d]|{UPPER})")
_ABBREVIATIONS = (
    *(title for title in ABBREVIATED_TITLES if title != "Govs"),
    *"Jr Sr vs No Inc Co Corp Sept".split(),
    *(month.capitalize() for month in SHORT_MONTHS if month not in {"may", "jun", "jul"}),
)
_ABBREVIATION = re.compile(rf"(?:\b(?:{'|'.join(_ABBREVIATIONS)}|[A-Z])|\b[A-Z]\.[A-Z])\.$")
_LONGEST_ABBREVIATION = 8  # characters, well over those above
_SAID_NEXT = re.compile(
    r"(?:\S+ ){1,5}?(?:said|says|asked|added|wrote|told|replied|declared|responded|shouted|joked)\b"
    r"|(?:[A-Z]\S+ ){1,3}[a-z]+ed\b[.,]"
)
# Four words at most, and bounded: a paragraph of nothing but capitals must not take for ever.
_SIGNATURE = r"[A-Z][\w.’'-]{1,40}(?: [A-Z][\w.’'-]{1,40}){0,3} ?"
_SIGNED = re.compile(rf"\s*(?:[―—–-]|--)\s*(?P<name>{_SIGNATURE})")  # "…" — Ann Lee


@dataclass(slots=True)
class _Said:
    """A statement that is still being read."""

    content: list[Span]
    direct: bool
    sentence: Span
    source: Span | None = None
    cue: Span | None = None
    speaker: str | None = None

    def holds(self, quotation: Quotation) -> bool:
        """Whether a quotation is part of what is said."""
        return any(span.start <= quotation.outer.start < span.end for span in self.content)

    def goes_on_with(self, quotation: Quotation) -> bool:
        """Whether a quotation comes after "…," he said: the cue stands between the two."""
        if not self.direct or self.cue is None:
            return False
        return self.content[-1].end <= self.cue.start and self.cue.end <= quotation.outer.start


def find_statements(article: Article) -> list[Statement]:
    """Find who says what in an article.

    Returns:
        Statements in the order of the text. The speaker is the fullest form in which the article
        names the person; None where it is not clear who speaks.
    """
    text, paragraphs = article.text, article.paragraphs
    quotations = find_quotations(text, paragraphs)
    masked = _masked(text, quotations)
    people = find_people(text)
    unfinished = {one.outer.end for one in quotations if one.unfinished}
    found: list[_Said] = []
    spoken: _Said | None = None  # the last one with a known speaker
    pieces = find_pieces(text, paragraphs)
    turns, interview = _turns(text, masked, pieces, people)
    for piece in pieces:
        paragraph, turn = piece.span, turns.get(piece.span)
        inside = _starting_in(paragraph, quotations)
        earlier = _last_spoken(found)
        if inside and earlier and not turn and earlier.content[-1].end in unfinished:
            # The quotation of the paragraph before, taken up again.
            earlier.content.append(inside.pop(0).outer)
        if turn:
            if piece != turn.pieces[0]:
                continue
            one = _spoken(text, turn, interview)
            found.append(one)
            spoken = one if one.speaker else spoken
            continue
        told = _after_dateline(text, paragraph)
        for one in _in_paragraph(text, masked, told, inside, earlier):
            if one.speaker is None:
                one.speaker = _speaker(text, one, spoken, people)
            if one.sentence.start == told.start:  # as it is cited, dateline and all
                one.sentence = Span(start=paragraph.start, end=one.sentence.end)
            found.append(one)
            spoken = one if one.speaker else spoken
    return sorted((_statement(text, one) for one in found), key=lambda one: one.content[0].start)


def _starting_in(span: Span, quotations: Sequence[Quotation]) -> list[Quotation]:
    """Those of some quotations in order that start in a stretch of the text."""
    first, end = (
        bisect_left(quotations, place, key=lambda one: one.outer.start)
        for place in (span.start, span.end)
    )
    return list(quotations[first:end])


def _after_dateline(text: str, paragraph: Span) -> Span:
    """A paragraph without "PORTO VERO, Sept 14 (Reuters) - ", which says nothing."""
    head = text[paragraph.start : min(paragraph.end, paragraph.start + MAX_DATELINE)]
    return Span(start=paragraph.start + dateline_end(head), end=paragraph.end)


def _masked(text: str, quotations: Sequence[Quotation]) -> str:
    chars = list(text)
    for quotation in quotations:
        for place in range(quotation.outer.start, quotation.outer.end):
            chars[place] = MARK
        if text[quotation.inner.end - 1] in ",?!—-":
            chars[quotation.outer.end - 1] = LAST
    return "".join(chars)


def _sentences(text: str, masked: str, paragraph: Span) -> Iterator[Span]:
    """The sentences of a paragraph; a quotation is never cut, nor parted from who says it."""
    start = paragraph.start
    for match in _STOP.finditer(masked, paragraph.start, paragraph.end):
        if match["stop"] in QUOTED:
            said = text[max(start, match.start() - 10) : match.start()].rstrip("\"”’'»")
            asked = said.endswith(("?", "!", "…"))
            if not said.endswith(".") and (not asked or _SAID_NEXT.match(masked, match.end())):
                continue
        elif _ABBREVIATION.search(
            masked, max(start, match.start() - _LONGEST_ABBREVIATION), match.start() + 1
        ):
            continue
        yield from _bounded(masked, start, match.end())
        start = match.end()
    yield from _bounded(masked, start, paragraph.end)


def _bounded(masked: str, start: int, end: int) -> Iterator[Span]:
    """A sentence; one that no person would write is cut, outside of its quotations if it can be."""
    while end - start > LONGEST:
        cut = masked.rfind(" ", start, start + LONGEST) + 1 or start + LONGEST
        yield Span(start=start, end=cut)
        start = cut
    if start < end:
        yield Span(start=start, end=end)


def _in_paragraph(
    text: str, masked: str, paragraph: Span, quotations: Sequence[Quotation], earlier: _Said | None
) -> Iterator[_Said]:
    """The statements of a paragraph; ``earlier`` is the last one of the text before it."""
    last: _Said | None = None
    for sentence in _sentences(text, masked, paragraph):
        shown = masked[sentence.start : sentence.end]
        here = [_placed(one, sentence, shown) for one in _outer(_attributions(shown), shown)]
        free = [
            quotation
            for quotation in _starting_in(sentence, quotations)
            if not any(one.holds(quotation) for one in here)
        ]
        alone = not _NO_WORDS.sub("", shown)
        goes_on = alone or (shown[0] in QUOTED and not here)
        if free and goes_on and last and last.direct:
            last.content += [quotation.outer for quotation in free]
            continue
        if free and alone:
            spoken = earlier if earlier and earlier.direct and last is None else None
            here.append(
                _Said(
                    content=[quotation.outer for quotation in free],
                    direct=True,
                    sentence=sentence,
                    source=spoken.source if spoken else None,
                    speaker=spoken.speaker if spoken else None,
                )
            )
        else:
            here += _unclaimed(text, masked, free, sentence, paragraph, here)
        yield from here
        last = _last_spoken(here) or last


def _last_spoken(found: Sequence[_Said]) -> _Said | None:
    """The last statement; of "…," she said, adding that …, the quotation, which may go on."""
    if not found:
        return None
    last = found[-1]
    here = takewhile(lambda one: one.sentence == last.sentence, reversed(found))
    return next((one for one in here if one.direct and one.source == last.source), last)


def _turns(
    text: str, masked: str, pieces: Sequence[Piece], people: People
) -> tuple[dict[Span, Turn], Interview]:
    """The turns of an article by their places, and who takes part.

    Where nobody answers, only a name before a quotation speaks: "Ada Lark: “…”".
    """

    def tells(piece: Piece, label: str) -> bool:
        name = person(label)
        if name and name.split()[-1] in text[piece.span.start : piece.span.end]:
            return True
        shown = masked[piece.span.start : piece.span.end]
        return any(
            one.source and shown[one.source.start : one.source.end].lower() not in _PRONOUNS
            for one in find_attributions(shown)
        )

    if is_transcript(text, pieces):
        turns = list(find_turns(text, pieces, tells=tells))
    else:
        turns = [
            Turn(label=piece.label, pieces=(piece,))
            for piece in pieces
            if piece.label
            and masked[piece.words.start] in QUOTED
            and not text[piece.label.name.start : piece.label.name.end].isupper()
        ]
    placed = {piece.span: turn for turn in turns for piece in turn.pieces}
    return placed, find_interview(text, turns, people)


def _spoken(text: str, turn: Turn, interview: Interview) -> _Said:
    """The statement that a turn makes."""
    label = turn.label.name if turn.label else None
    return _Said(
        content=[piece.words for piece in turn.pieces],
        direct=True,
        sentence=turn.pieces[0].span,
        source=label,
        cue=Span(start=label.end, end=label.end + 1) if label else None,
        speaker=interview.speaker(label) if label else interview.answerer,
    )


def _attributions(shown: str) -> list[Attribution]:
    """Those of a sentence, read as a person reads it: "he [said](https://x.org)" is "he said"."""
    links = list(MARKDOWN_LINK.finditer(shown))
    if not links:
        return find_attributions(shown)
    kept = [True] * len(shown)
    for link in links:
        for place in (*range(link.start(), link.start(1)), *range(link.end(1), link.end())):
            kept[place] = False
    places = [place for place, keep in enumerate(kept) if keep]

    def back(span: Span) -> Span:
        return Span(start=places[span.start], end=places[span.end - 1] + 1)

    return [
        Attribution(
            source=back(one.source) if one.source else None,
            cue=back(one.cue),
            content=tuple(map(back, one.content)),
        )
        for one in find_attributions("".join(shown[place] for place in places))
    ]


def _outer(found: Sequence[Attribution], sentence: str) -> list[Attribution]:
    """Without what is attributed to "he" inside of what somebody else is said to say.

    "Fowler said he hopes so" is what Fowler says; "he denied that he wanted it" says of nobody that
    he wanted.
    """
    kept = []
    for one in found:
        source = sentence[one.source.start : one.source.end].lower() if one.source else ""
        inside = any(
            span.start <= one.cue.start < span.end for other in found for span in other.content
        )
        quotes = any(set(QUOTED) & set(sentence[span.start : span.end]) for span in one.content)
        if not (inside and (source in _PRONOUNS or not quotes)):
            kept.append(one)
    return kept


def _placed(one: Attribution, sentence: Span, shown: str) -> _Said:
    """An attribution with its places in the article."""
    return _Said(
        content=[span.moved(sentence.start) for span in one.content],
        direct=any(set(QUOTED) & set(shown[span.start : span.end]) for span in one.content),
        sentence=sentence,
        source=one.source.moved(sentence.start) if one.source else None,
        cue=one.cue.moved(sentence.start),
    )


def _unclaimed(
    text: str,
    masked: str,
    free: Sequence[Quotation],
    sentence: Span,
    paragraph: Span,
    here: Sequence[_Said],
) -> Iterator[_Said]:
    """Quotations of a sentence that no attribution holds.

    The second part of "…," he said, "…" joins the first; one that is signed, "…" — Name, has its
    speaker; another is somebody's only where it is long: one or two words are a title or irony.
    """
    for quotation in free:
        first = next((one for one in here if one.goes_on_with(quotation)), None)
        signed = _SIGNED.match(masked, quotation.outer.end, paragraph.end)
        if first:
            first.content.append(quotation.outer)
        elif signed:
            name = signed.start("name")
            source = Span(start=name, end=name + len(signed["name"].rstrip()))
            cue = Span(start=quotation.outer.end, end=name)
            yield _Said([quotation.outer], True, sentence, source=source, cue=cue)
        elif len(text[quotation.inner.start : quotation.inner.end].split()) >= FREE:
            yield _Said([quotation.outer], True, sentence)


def _speaker(text: str, said: _Said, last: _Said | None, people: People) -> str | None:
    """Who speaks, by the fullest name; None where the text does not tell.

    ``last`` is the statement before it with a known speaker.
    """
    if said.source is None:
        return None
    written = text[said.source.start : said.source.end]
    if written.lower() in {"he", "she"}:
        start = max(said.sentence.start, said.source.start - _BEFORE_PRONOUN)
        before_it = text[start : said.source.start]
        if not _MAIN.search(_masked_end(before_it)):
            return None
        since = max(last.content[0].start if last else 0, said.source.start - REMEMBERED)
        return people.pronoun(
            written,
            place=said.source.start,
            since=since,
            speaker=last.speaker if last else None,
            quoted=said.content if said.direct else (),
        )
    suffix = SUFFIX.search(written)
    named = _NAME_AT_END.search(written[: suffix.start()] if suffix else written)
    if named is None:
        return people.by_role(written)
    whole = named[0].rstrip() + (f" {suffix['suffix']}" if suffix else "")
    name = people.named(whole, said.source.start + named.start())
    return people.canonical(name, title_before(written)) if name else people.by_role(written)


def _masked_end(text: str) -> str:
    """With a quotation mark at the end as what it stands for."""
    bare = text.rstrip()
    return bare[:-1] + LAST if bare.endswith(('"', "”", "»", "''")) else text


def _statement(text: str, said: _Said) -> Statement:
    sentence = text[said.sentence.start : said.sentence.end]
    return Statement(
        speaker=said.speaker,
        written=text[said.source.start : said.source.end] if said.source else None,
        cue=text[said.cue.start : said.cue.end].strip().lower() if said.cue else None,
        kind=StatementKind.DIRECT if said.direct else StatementKind.INDIRECT,
        content=tuple(sorted(said.content, key=lambda span: span.start)),
        sentence=Span(start=said.sentence.start, end=said.sentence.start + len(sentence.rstrip())),
        source=said.source,
    )
