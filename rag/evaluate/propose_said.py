"""A statement of an article -> "What did … say about …?", with the words that answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.domain import Statement, StatementKind
from rag.evaluate.proposal import (
    NAME,
    QUOTE,
    VERB,
    Proposal,
    is_name,
    is_person,
    is_vague,
    lowered,
    stands_alone,
)
from rag.language.text import content_terms, plain, words

FEWEST, MOST = 3, 12  # words of a fact that is cut out of a longer quotation
CUT = 5  # words at least of what stands before a comma, when that is all that fits

_ACTS = (  # verbs with which reported clauses go on after their subjects
    r"(?:wants?|needs?|plans|believes|supports?|knows|seems|remains|became|went|made|took|gave|won"
    r"|lost|came|began|faced|used|wanted|needed|tried|failed|continued|deserves?|poses?|violated"
    r"|agreed|refused|offered|helped|showed|sent|left|called|asked|told|said|played|ran|put)"
)
_SAID_OF = re.compile(r"\b(?:of|about) (?P<topic>[^,.;:()\"“”]+?)(?: on \w+day)?(?=[,.;]|$)")
_CALLED = re.compile(rf"\bcalled (?P<topic>[^,;:()\"“”]+?),? {QUOTE}")
_THAT = re.compile(r"^(?:[\w’'-]+ ){0,6}?that\s+")  # "reporters on Monday that"
_REPORTED = re.compile(
    rf"^(?P<topic>(?:the )?(?:(?:Sen|Rep|Gov|Mr|Mrs|Ms|Dr)\. )?{NAME}(?:[’']s(?: [a-z-]+){{1,3}})?"
    rf"|[Tt]he (?:[\w-]+ ){{1,4}}[\w-]+?) (?={VERB}\b|{_ACTS}\b|{QUOTE})"
)
_NEAR_QUOTE = re.compile(rf"^ ?(?:{VERB}(?: [a-z-]+){{0,4}} )?{QUOTE}$")
_IS_QUOTE = re.compile(rf"^ (?:is|are|was|were|(?:has|have|had) been)(?: an?| the)? {QUOTE}$")
_SUBJECT = re.compile(rf"^(?P<topic>[Tt]he (?:[\w’'-]+ ){{0,4}}?[\w-]+) (?={VERB}(?:n’t|n't)?\b)")
_NAMED = re.compile(
    rf"(?<![\w’'-])(?P<topic>(?:[Tt]he )?{NAME})"
    rf"(?=$|[.,;!?—–)]| (?:{VERB}|on|for|with|from|by|and|but|or|because|if|when|as|than|that"
    r"|who|which|to|in|at|after|before|again)\b)"
)
# After these a name is where something is, or only part of a phrase.
_NOT_BEFORE = frozenset(
    "a an in at from near to my our your his her its their this that these those every each any"
    " some no another many most all fellow dear into across you thank thanks".split()
)
_CLAUSE_END = re.compile(
    r"(?<=[.!?])\s+|\s*[;:—–]\s*|\s-{1,2}\s"
    r"|,\s+(?=(?:and|but|so|because|which|who|or|if|when|while|where|as|yet|it’s|it's)\b)"
)
_INNER_END = re.compile(r",\s+|\s+(?=(?:and|but|because|if|when|while|unless|although)\s)")
_FINITE = re.compile(
    rf"\b(?:{VERB}|{_ACTS}|know|think|believe|want|need|hope|love|see|\w+ed)\b|\w[’'](?:s|m|re|ll|ve|d|t)\b"
)
_DEPENDENT = re.compile(
    rf"(?:if|when|while|unless|although|as|since|after|before|how|\w+ing|{VERB})\b", re.IGNORECASE
)
_FRONTED = re.compile(r"(?:with|in|on|at|by|for|from|of|to|under|about)\b", re.IGNORECASE)
_BROKEN = re.compile(r"[\[\](){}\"“”…]|(?:^| )[‘']|[’'](?: |$)")  # a quotation in it, or a gap
_QUOTED = re.compile(r"[\"“]([^\"“”]+)")
_OPENING = re.compile(r"^(?:and|but|because|so|or|that|which|well|look),?\s+", re.IGNORECASE)


def from_statement(text: str, statement: Statement) -> Iterator[Proposal]:
    """Propose what somebody said about something.

    Args:
        text: Of the article.
        statement: One of its statements.

    Yields:
        Nothing where the speaker is no person named in full, or the topic is not plain.
    """
    if not statement.speaker or not is_person(statement.speaker, text):
        return
    first = statement.content[0]
    content = plain(text[first.start : first.end])
    if statement.kind is StatementKind.DIRECT and (quoted := _QUOTED.search(content)):
        content = quoted[1]
    own = set(words(statement.speaker)) | set(words(statement.written or ""))
    verb = "call" if statement.cue == "called" else "say about"
    for topic, fact in _topics(text, statement, content):
        adds = set(content_terms(fact)) - set(content_terms(topic))
        if adds and not own & set(words(topic)):
            yield Proposal(
                question=f"What did {statement.speaker} {verb} {topic}?",
                fact=fact,
                evidence=content,
                speaker=statement.speaker,
                topic=topic,
            )


def _topics(text: str, statement: Statement, content: str) -> Iterator[tuple[str, str]]:
    """Topics with their facts; a fact is empty where none can be cut out."""
    sentence = plain(text[statement.sentence.start : statement.sentence.end])
    before, _, after = sentence.partition(content)
    if statement.cue == "called":
        match = _CALLED.search(sentence)
        if match and stands_alone(match["topic"]) and re.search(r"[A-Z]", match["topic"]):
            yield match["topic"], _shortened(content)
    elif statement.kind is StatementKind.INDIRECT:
        reported = _THAT.sub("", content)
        # Without "that", "told the Herald the dam …", nobody can tell where the clause begins.
        is_clear = reported != content or statement.cue not in {"told", "tells"}
        if is_clear and (topic := _subject(reported, text)):
            yield topic, _clause_with(reported.split()[0], reported)
    elif content[:1].isupper() and re.search(rf"(?:^|[,:] |\w ){QUOTE}$", before):
        yield from _quoted(statement, content, after, text)
    elif cue := re.search(rf"\b{statement.cue} (?P<rest>[^\"“”]*{QUOTE})$", before):
        reported = _THAT.sub("", cue["rest"])
        topic = _subject(reported, text)
        # One or two words say something only when they say what the topic is.
        near = _NEAR_QUOTE if len(content.split()) >= FEWEST else _IS_QUOTE
        if topic and near.search(reported[len(topic) :]):
            yield topic, _shortened(content)


def _quoted(statement: Statement, content: str, after: str, text: str) -> Iterator[tuple[str, str]]:
    """Topics of a quotation of whole sentences."""
    said = re.search(rf"\b{statement.cue}\b\s*", after)
    about = _SAID_OF.match(after[said.end() :]) if said else None
    if about and stands_alone(about["topic"]):
        yield about["topic"], _shortened(content)
        return
    for clause in filter(None, map(_bare, _CLAUSE_END.split(content))):
        yield from _in_clause(clause, text)


def _in_clause(clause: str, text: str) -> Iterator[tuple[str, str]]:
    """The subject and the names of one clause of a quotation, with the part that holds them."""
    subject = _SUBJECT.match(clause)
    if subject and stands_alone(subject["topic"]) and not is_vague(subject["topic"]):
        yield lowered(subject["topic"]), _clause_with(subject["topic"], clause)
    for match in _NAMED.finditer(clause):
        before, after = clause[: match.start()].rstrip(), clause[match.end() :]
        is_called_upon = before.endswith(",") or (not before and after.startswith((",", "!")))
        previous = (words(before) or [""])[-1]
        is_one_of_many = re.search(r"\ban?(?: \w+)?$", before)
        if is_called_upon or is_one_of_many:
            continue
        if previous not in _NOT_BEFORE and is_name(match["topic"], text):
            yield lowered(match["topic"]), _clause_with(match["topic"], clause)


def _subject(clause: str, text: str) -> str:
    """What a reported clause is about; empty where its subject is not plain."""
    match = _REPORTED.match(clause)
    if not match:
        return ""
    topic = match["topic"]
    if re.search(r"[’']s ", topic) or topic[:4].lower() == "the ":
        is_plain = stands_alone(topic) and not is_vague(topic)
    else:
        is_plain = is_name(topic, text)
    return lowered(topic) if is_plain else ""


# --- facts ----------------------------------------------------------------------------------------


def _shortened(content: str) -> str:
    """A short quotation whole, of a longer one the first clause."""
    short = len(content.split()) <= MOST and not _BROKEN.search(content)
    return _bare(content) if short else _clause_with("", content)


def _clause_with(topic: str, content: str) -> str:
    """The first clause that holds the topic and has the length of a fact; empty when none does."""
    has_topic = re.compile(rf"(?<!\w){re.escape(topic)}(?!\w)" if topic else "")
    clauses = _CLAUSE_END.split(content)
    # What stands before a comma or a conjunction may be whole; what comes after it hangs on it.
    firsts = [_INNER_END.split(clause)[0] for clause in clauses]
    cut = [one for one in firsts if len(one.split()) >= CUT and not _FRONTED.match(_bare(one))]
    for piece in map(_bare, [*clauses, *cut]):
        fits = FEWEST <= len(piece.split()) <= MOST and not _BROKEN.search(piece)
        is_whole = _FINITE.search(piece) and not _DEPENDENT.match(piece)
        if fits and is_whole and has_topic.search(piece):
            return piece
    return ""


def _bare(clause: str) -> str:
    """Without the marks around it and the conjunction before it."""
    return _OPENING.sub("", clause.strip(' ,.;:!?"“”‘')).strip(" ,")
