"""Words and sentences of a text: pure functions on ``str``.

Everything that must point back into an article returns spans; everything that is only compared
(search terms, folded strings) returns plain strings and loses its place on purpose.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from rag.domain import Span
from rag.language.calendar import MONTHS_ABROAD
from rag.language.invisible import without_unseen
from rag.language.labels import read_label
from rag.language.line_ends import unwrapped
from rag.language.marks import within_emphasis, without_ends, without_marks
from rag.language.proper_names import PARTICLE, TITLE, UPPER_OR_ACCENTED

# A quotation can run over many sentences, and the splitter keeps it whole so that its speaker stays
# with it. Past this many characters it is cut inside: an evidence sentence must be quick to read.
LONG_SENTENCE = 320
MAX_DATELINE = 90  # characters
WINDOW = 4_000  # characters of a paragraph given to the sentence splitter at once

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
    }
)
_DATELINE_END = re.compile(r"\s(?:-{1,2}|–|—)\s")
_SMALL_WORD = re.compile(rf"(?<![\w(’'-])(?!{PARTICLE}\s)[a-z]+\b(?![^()]*\))")  # not in brackets
_SPACES = re.compile(r"\s+")
_POSSESSIVE = re.compile(r"'s?(?!\w)")
_ACRONYM = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}")
_NUMBER_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)(?!\w)")
_CONTRACTIONS = (
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\bper cent\b|%"), " percent "),
)
_WORD = re.compile(r"\d+(?:\.\d+)+|\w+")
# Han and Kana, which are written without spaces between words.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_INNER_BREAK = re.compile(rf"(?<=[.!?])[\"'”’»]?\s+(?=[\"'“‘«]?{UPPER_OR_ACCENTED})")
_ABBREVIATED = re.compile(rf"(?:^|\W)(?:{TITLE}|[A-Z]\.)[\"'”’»]?$")
_TITLE_END = re.compile(rf"(?:^|\W){TITLE}\s*$")
_SHORT_END = re.compile(rf"(?:^|\W){UPPER_OR_ACCENTED}[a-z]{{0,4}}\.\s*$")  # "D-Minn."
# "seit dem 2. Juni", "im 19. Jahrhundert": the point ends no sentence. No "am", as in "I am 19."
_ORDINAL_END = re.compile(
    r"(?P<article>\b(?:der|die|das|dem|den|des|im|vom|zum|zur|beim)\s+)?(?<![\w.,:-])\d{1,2}\.\s*$"
)
_NEXT_WORD = re.compile(r"\s*(?P<word>[^\W\d_]+)")
_GLUED = re.compile(r"(?<=[a-z][.!?])(?=[A-Z][a-z]+\s)|(?<=[a-z][.!?][\"”’])(?=[A-Z][a-z]+\s)")

# Words that say how a question is put, not what it is about.
_STOP_ENGLISH = """
a about above after again against all also am an and any are as asked at be because been before
being below between both but by can could did do does doing down during each ever few for from
further give given had has have having he her here hers herself him himself his how however i if
in into is it its itself just know let like made make many me might more most much must my name
named no nor not of off on once one only or other ought our out over own please said same say
saying says shall she should so some such talk talked tell than that the their theirs them
themselves then there these they this those through to told too under until up upon very was we
were what when where whether which while who whom whose why will with would you your yours
according
""".split()
_STOP_RUSSIAN = """
а без более больше будет был была были было быть в вам вас весь во вот все всего всех вы где да
для до его ее ей если есть еще же за и из или им их к как какая какие каким какого какое какой
каком какую ко когда кого кому который которая которое которые кто куда ли либо между меня мне
много можно мы на над надо наш не него нее нет ни них но ну о об однако он она они оно от очень
по под после при с сказал сказала сколько со так также такой там то того тоже той только том ты
у уже чего чей чем через что чтобы эта эти это этого этой этом этот я является
""".split()
# Verbs and phrases with which English reports what somebody says.
REPORTING = frozenset(
    """
said says say saying told tells tell telling added adds stated states wrote writes written noted
notes explained explains denied denies warned warns argued argues claimed claims announced
announces suggested suggests insisted insists acknowledged acknowledges emphasized emphasised
emphasizes emphasises stressed stresses praised praises criticized criticised criticizes
criticises declared declares reiterated reiterates recalled recalls replied replies responded
responds retorted remarked remarks asserted asserts vowed vows promised promises pledged pledges
admitted admits confirmed confirms concluded concludes urged urges demanded demands questioned
questions expressed expresses alleged alleges predicted predicts posted tweeted called
""".split()
)
STOPWORDS = frozenset(_STOP_ENGLISH) | frozenset(_STOP_RUSSIAN)


def fold(text: str) -> str:
    r"""The form in which strings are compared: no case, one sort of quotes, dashes and spaces.

    Latin accents are dropped.

    >>> fold("“Señor  O’Neill”")
    '"senor o\'neill"'
    """
    text = without_unseen(text).translate(_QUOTES)
    text = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES)
    return _SPACES.sub(" ", text if text.isascii() else _drop_accents(text))


def _drop_accents(text: str) -> str:
    # Only over Latin letters: in Cyrillic the breve makes another letter (и, й).
    kept: list[str] = []
    for char in unicodedata.normalize("NFD", text):
        if not (unicodedata.combining(char) and kept and kept[-1].isascii()):
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def plain(text: str) -> str:
    r"""The text as a person reads it: Markdown links and emphasis as their words, single spaces.

    Marks of templates, tags, and characters that nobody sees are gone; entities are characters.

    >>> plain("Matviyenko\ntold [Interfax]({{ '/x' | url }}).<br/>Ada&#8217;s [[Alta|town]]")
    'Matviyenko told Interfax. Ada’s town'
    """
    text = without_marks(without_unseen(text))
    return _SPACES.sub(" ", without_unseen(text)).strip()


def dateline_end(text: str) -> int:
    """Where a wire report begins after its dateline: place, date and agency; 0 where it has none.

    >>> text = "HELSINKI, July 16, 2018 (Reuters) - Trump met Putin."
    >>> text[dateline_end(text) :]
    'Trump met Putin.'
    """
    head = text[:MAX_DATELINE]
    match = _DATELINE_END.search(head)
    place = head[: match.start()] if match else ""
    # A dash in a sentence is no dateline: "He has said it since May 3, 2019 - and before", "NATO
    # warned Talia on Monday - and left".
    plainly = place.endswith(")") or (place[:3].isupper() and len(place) >= 3)
    return match.end() if match and plainly and not _SMALL_WORD.search(place) else 0


def words(text: str) -> list[str]:
    """Folded words and numbers in order, unstemmed; "didn't" is two words and "%" is one.

    Chinese and Japanese have no spaces: there every two characters in a row are a word.

    >>> words("The U.S. spent $7,000 on the 16th; Trump's plan")
    ['the', 'us', 'spent', '7000', 'on', 'the', '16', 'trump', 'plan']
    >>> words("桥梁关闭")
    ['桥梁', '梁关', '关闭']
    """
    folded = _ACRONYM.sub(lambda match: match[0].replace(".", "") + " ", fold(plain(text)))
    for pattern, words_meant in _CONTRACTIONS:
        folded = pattern.sub(words_meant, folded)
    folded = _POSSESSIVE.sub("", folded)
    folded = _ORDINAL.sub("", _NUMBER_COMMA.sub("", folded))
    found = _WORD.findall(folded.replace("'", ""))
    return found if folded.isascii() else [part for word in found for part in _parted(word)]


def _parted(word: str) -> Iterator[str]:
    """A word, cut into pairs of characters where it is of a script without spaces."""
    place = 0
    for run in _UNSPACED.finditer(word):
        if place < run.start():
            yield word[place : run.start()]
        yield from (run[0][at : at + 2] for at in range(max(1, len(run[0]) - 1)))
        place = run.end()
    if place < len(word):
        yield word[place:]


def terms(text: str) -> list[str]:
    """The words of a text as the lexical index knows them: folded and stemmed, in order."""
    return [stem(word) for word in words(text)]


def content_terms(text: str) -> list[str]:
    """The terms that carry the meaning of a question or claim: no stop words, in order."""
    return [stem(word) for word in words(text) if word not in STOPWORDS]


def common_subsequence(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(right) + 1)
    for item in left:
        previous = 0
        for j, other in enumerate(right, start=1):
            previous, row[j] = row[j], previous + 1 if item == other else max(row[j], row[j - 1])
    return row[-1]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Snowball stem of one folded word; the alphabet chooses Russian or English."""
    return str(_stemmer("russian" if _CYRILLIC.search(word) else "english").stemWord(word))


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(language)


def sentence_spans(
    text: str, paragraph: Span, *, width: int = 0, flowing: bool = False
) -> Iterator[Span]:
    """Split one paragraph into sentences, without the white space around them.

    A line end, blank line or page break in the middle of a sentence is white space like any other.

    Args:
        text: The whole article.
        paragraph: Where the paragraph stands in it.
        width: To which the article is hard-wrapped, in characters; 0 if it is not.
        flowing: Whether a line end is no more than a space where nothing marks it, as in Markdown.

    Yields:
        Spans of ``text`` in order, not overlapping, none of them blank.
    """
    cursor = paragraph.start
    shown = unwrapped(text[paragraph.start : paragraph.end], width, flowing=flowing)
    for raw in _segments(without_ends(shown)):
        end = cursor + len(raw)
        for span in _cut(text, cursor, end):
            whole = within_emphasis(text, span, first=span.start == paragraph.start)
            if any(map(str.isalnum, plain(text[whole.start : whole.end]))):
                yield whole
        cursor = end


def _segments(paragraph: str) -> list[str]:
    """Sentences whose concatenation is exactly ``paragraph``."""
    if len(paragraph) > WINDOW:  # the splitter takes quadratic time: cut by rule, then split
        return [piece for part in _windows(paragraph) for piece in _segments(part)]
    if paragraph.isalnum():  # one word: no need to ask, which takes as long as for a sentence
        return [paragraph]
    lead = len(paragraph) - len(paragraph.lstrip())
    rest = paragraph[lead:]
    try:
        pieces = _pieces(rest, _segmenter().processor(rest).process())
    except ValueError:  # it takes the separator U+001F for a part of a list item's number
        pieces = None
    if pieces is None:  # the splitter edits some texts: then cut by rule
        pieces = _split_at(_INNER_BREAK, rest)
    return [*([paragraph[:lead]] if lead else []), *_joined(pieces)]


def _pieces(text: str, sentences: Iterable[str]) -> list[str] | None:
    """A text cut before each of its sentences; None where they are not all that it holds.

    The splitter could do this by itself, and compiles an expression for every sentence. Where it
    took the points of ". . ." apart, it is not believed.
    """
    pieces = []
    place = 0
    for sentence in filter(None, sentences):
        if not text.startswith(sentence, place) or sentence == ". .":
            return None
        rest = text[place + len(sentence) :]
        end = len(text) - len(rest.lstrip())
        pieces.append(text[place:end])
        place = end
    return pieces if place == len(text) else None


def _joined(pieces: Sequence[str]) -> Iterator[str]:
    """Pieces of a text, those put together that were parted after the title of a name.

    Or in a date, "2. Juni", or within who is written to speak: "**MR. LARK (for J. Falk):** …". Or
    before what begins no sentence: "Ada Lark, R-Ky." ", said so."
    """
    whole, held, label_end = "".join(pieces), "", 0
    place = 0
    for piece, following in zip(pieces, [*pieces, ""][1:], strict=True):
        if not held:
            label = read_label(whole, place)
            label_end = label.end if label else 0
        held += piece
        place += len(piece)
        in_one = _TITLE_END.search(held) or _goes_on(held, following) or _in_ordinal(whole, place)
        if place >= label_end and not in_one:
            yield held
            held = ""
    if held:
        yield held


def _goes_on(piece: str, following: str) -> bool:
    """Whether the piece after one begins no sentence, and stands on the same line."""
    if "\n" in piece[len(piece.rstrip()) :]:
        return False
    small = following[:1].islower()
    return following.startswith((",", ";")) or (small and _SHORT_END.search(piece) is not None)


def _windows(paragraph: str) -> Iterator[str]:
    """Parts of at most `WINDOW` characters, cut after a sentence or a line where there is one."""
    start = 0
    while start < len(paragraph):
        part = paragraph[start : start + WINDOW]
        if start + WINDOW < len(paragraph):
            breaks = _breaks(_INNER_BREAK, part)
            end = max([part.rfind("\n") + 1, part.rfind(" ") + 1 if not breaks else 0, *breaks])
            part = part[: end or WINDOW]
        yield part
        start += len(part)


def _breaks(pattern: re.Pattern[str], text: str) -> list[int]:
    """Where a pattern breaks a text, but not inside of "Sen. Schumer" or "James B. Comey"."""
    return [
        match.end()
        for match in pattern.finditer(text)
        if not _ABBREVIATED.search(text, max(0, match.start() - 12), match.start())
        and not _in_ordinal(text, match.end())
    ]


def _in_ordinal(text: str, place: int) -> bool:
    """Whether the point before a place makes an ordinal of a number, as in "2. Juni"."""
    number = _ORDINAL_END.search(text[max(0, place - 20) : place])
    following = _NEXT_WORD.match(text, place)
    if number is None or following is None:
        return False
    return bool(number["article"]) or following["word"].casefold() in MONTHS_ABROAD


def _split_at(pattern: re.Pattern[str], text: str) -> list[str]:
    ends = [*_breaks(pattern, text), len(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False) if start < end]


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """One sentence, cut where two were glued together or where a quotation runs on for too long."""
    for piece in _split_at(_GLUED, text[start:end]):
        parts = _split_at(_INNER_BREAK, piece) if len(piece) > LONG_SENTENCE else [piece]
        for part in parts:
            stripped = part.strip()
            if stripped:
                left = start + part.index(stripped)
                yield Span(start=left, end=left + len(stripped))
            start += len(part)


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    import pysbd

    return pysbd.Segmenter(language="en", clean=False)


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "question"), counted(1200, "question")
    ('1 question', '1,200 questions')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
