"""Whose words a question asks for, and who only shares the last name.

"What did Owen Smith say" asks for one person. A sentence of Chloe Smith is not an answer, and one
of a bare "Smith" is only where nobody else can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.domain import Evidence
from rag.language.labels import read_label
from rag.language.names import akin, same_name
from rag.language.proper_names import HONORIFICS, NAME
from rag.language.text import REPORTING, fold, plain, stem, words
from rag.question.read import Kind, Question
from rag.retrieve.resolve_speakers import PersonName, Speaker, called, group_speakers, read_name
from rag.statements.titles import ROLES, gender, person, title_before
from rag.store import LocalStore

LOOKED_AT = 20  # articles of a speaker that tell whether it is a person

_NAME = re.compile(NAME)
_PERSONAL = frozenset("he she his her him who whose".split())
_SPEAKS_AS = {"he": "m", "she": "f"}
_SAYS = "|".join(sorted(REPORTING))
_PRONOUN_SAYS = re.compile(
    rf"\b(he|she) (?:also |then |later |\w+ly )?(?:{_SAYS})\b|\b(?:{_SAYS}) (he|she)\b"
)
_OWN = frozenset({"i", "my"})
# "the king of Jordan", "Jordan's king": somebody who is called by an office.
_HOLDER = re.compile(
    rf"(?:[Tt]he\s|[Aa]n?\s)?(?P<office>[A-Za-z-]+(?:\s[a-z-]+){{0,3}})\s(?:of|for|from|in)\s(?:the\s)?"
    rf"(?P<of>{NAME})|(?P<whose>{NAME})[’']s\s(?P<his>[a-z-]+(?:\s[a-z-]+){{0,3}})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a question asks for."""

    name: PersonName | None  # None where the question names several, or nobody
    speakers: tuple[Speaker, ...] = ()  # those of that name who say something
    namesakes: bool = False  # whether others who have the last name say something too
    of: str | None = None  # "Jordan", where it asks for "the king of Jordan"
    person: bool = False  # whether it is one, and no body for which others speak
    gender: str | None = None  # "m" or "f", where a title, a first name or a pronoun tells

    @property
    def forms(self) -> frozenset[str]:
        """All that articles call them."""
        return frozenset(form for one in self.speakers for form in one.forms)

    @property
    def whole(self) -> bool:
        """Whether the question gives more than a last name."""
        return self.name is not None and self.name.tells

    def may_be(self, heard: Collection[str | None]) -> list[str]:
        """Who of them speaks, where only a last name is asked for.

        Args:
            heard: Speakers, as the articles call them.
        """
        if self.name is None or self.whole:
            return []
        spoke = (one for one in self.speakers if not set(one.forms).isdisjoint(heard))
        names = dict.fromkeys(name for one in spoke for name in one.may_be or (one.name,))
        # "Rival Ada Lark" is Ada Lark.
        return [one for one in names if not any(one.endswith(f" {other}") for other in names)]


def asked_for(question: Question, store: LocalStore) -> Asked:
    """Read whose words a question asks for.

    Args:
        question: The question.
        store: The index in which they may say something.
    """
    if not question.speaker:
        return Asked(name=None)
    asked = question.speaker_as_asked
    title, written = _parted(asked)
    of = _whose_office(asked)
    if of or _NAME.fullmatch(written) is None:
        both = [
            (form, 0)
            for form in speak_as(question.speaker, store)
            if of is None or not _shares(form, of)
        ]
        return Asked(name=None, speakers=tuple(group_speakers(both)), of=of)
    if " " not in written and (title := title_before(f"{title} {written}")):
        written = f"{title} {written}"
    name = read_name(written)
    # Whoever is called so has the last word of the name; a first name, hundreds of others have.
    ends = {name.last, name.surname}
    near = [one for one in store.speakers_named(ends) if any(_has(one[0], end) for end in ends)]
    lasts = {read_name(form).last for form, _ in near}
    known = group_speakers(
        [one for one in store.speakers_named(lasts) if not lasts.isdisjoint(_words(one[0]))]
    )
    told_gender = name.gender or gender(f"{title} {written}")
    found = [
        one
        for one in called(written, known)
        if _gender(one) in (told_gender, None) or told_gender is None
    ]
    forms = {form for one in found for form in one.forms}
    others = (form for form, _ in near if form not in forms)
    whole = [read_name(one.name) for one in found if len(read_name(one.name).words) > 1]
    return Asked(
        name=name,
        speakers=tuple(found),
        gender=told_gender or _gender_of(found, store),
        person=any(one.gender for one in (name, *whole))
        or (bool(found) and len(whole) == len(found) and not _is_body(found, store)),
        namesakes=any(
            len((other := read_name(one)).words) > 1 and same_name(other.surname, name.surname)
            for one in others
        ),
    )


def _gender_of(found: Sequence[Speaker], store: LocalStore) -> str | None:
    """Whether all whom a name can mean are men or women, by a first name or as "she said" tells."""
    told = {_gender(one) or _gender_by_pronoun(one, store) for one in found}
    return told.pop() if len(told) == 1 else None


def _gender_by_pronoun(speaker: Speaker, store: LocalStore) -> str | None:
    said = (one for form in speaker.forms for _, one in store.statements_by(form))
    written = ((one.written or "").lower() for one in said)
    told = {_SPEAKS_AS[word] for word in written if word in _SPEAKS_AS}
    return told.pop() if len(told) == 1 else None


def _is_body(found: Sequence[Speaker], store: LocalStore) -> bool:
    """Whether articles write "the" before the name, as before the World Bank and before nobody."""
    for form in (form for one in found for form in one.forms):
        article = re.compile(rf"\b[Tt]he\s{re.escape(form)}\b(?!\s[A-Z])")
        if any(map(article.search, store.texts_with(form, most=LOOKED_AT))):
            return True
    return False


def speak_as(names: Sequence[str], store: LocalStore) -> list[str]:
    """Speakers whose name has all of these folded words, one at least, in any spelling."""
    found = store.speakers_named(names[-1:])
    return [form for form, _ in found if all(_has(form, name) for name in names)]


def is_anothers(asked: Asked, found: Evidence, store: LocalStore) -> bool:
    """Whether a sentence is of somebody else than the one asked for.

    It is where another speaks in it and it does not name whom a question asks for, and where it
    tells of somebody who only shares the last name.

    Args:
        asked: Whom the question asks for.
        found: The sentence.
        store: The index it is from.
    """
    if asked.name is None:
        return bool(asked.of and found.speaker and _shares(found.speaker, asked.of))
    another = found.speaker is not None and found.speaker not in asked.forms
    if (
        asked.person
        and not _has(found.text, asked.name.surname)
        and (another or (found.speaker is None and _speaks_as_other(found.text, asked.gender)))
    ):
        return True
    if not asked.whole:
        return False
    surname = asked.name.surname
    names = [found.speaker] if found.speaker and _is_called(found.speaker, surname) else []
    names = names or _named(plain(found.text), surname)
    whole = [name for name in names if read_name(name).tells]
    if whole:
        return not any(one in asked.forms or asked.name.is_called(one) for one in whole)
    if not names:
        return False
    # A bare last name is that of whom the article names most, or of who alone has it.
    text = store.article_text(found.source.path) or ""
    there = [one for one in _named(plain(text), surname) if len(read_name(one).words) > 1]
    own = sum(map(asked.name.is_called, there))
    return 2 * own <= len(there) if there else asked.namesakes


def _speaks_as_other(text: str, gender: str | None) -> bool:
    """Whether "he said" tells that a man speaks, where a woman is asked for, or the reverse.

    So does a sentence that begins with "He": it tells what a man does.
    """
    told = {_SPEAKS_AS[match[1] or match[2]] for match in _PRONOUN_SAYS.finditer(fold(text))}
    told.update(_SPEAKS_AS[word] for word in words(text)[:1] if word in _SPEAKS_AS)
    return gender is not None and bool(told) and gender not in told


def words_of_turn(found: Evidence) -> str:
    """What a sentence says, without the label of a turn: "Ada Lark: We pay." is "We pay."."""
    return plain(found.text[label_end(found) :])


def label_end(found: Evidence) -> int:
    """Where the label of a turn ends in the text of a sentence; 0 where it has none.

    Of somebody who has no name, it is in capitals: "THE WITNESS: …", "Q: …", and not "Winner: …".
    """
    label = read_label(found.text)
    name = found.text[label.name.start : label.name.end] if label else ""
    return label.end if label and (found.speaker or name.isupper()) else 0


def tells_who(question: Question, found: Evidence) -> bool:
    """Whether a sentence can tell who somebody is, if that is all a question asks: "Who is Lark?".

    It names them, not as who speaks in it, or has a pronoun for them: of "Lark: Smart guy." nobody
    learns who Lark is. "She" in a turn that begins with it is of whom the turn before names, and
    in the words of somebody it is not that one.
    """
    if not asks_who(question):
        return True
    own = found.speaker is not None and any(_has(found.speaker, n) for n in question.names)
    told = words(words_of_turn(found))
    named = any(akin(word, name) for word in told for name in question.names)
    pronouns = _OWN if own else frozenset() if label_end(found) else _PERSONAL
    return named or not pronouns.isdisjoint(told)


def asks_who(question: Question) -> bool:
    """Whether all that a question asks is who somebody is: "Who is Ada Lark?"."""
    if question.kind is not Kind.PERSON or not question.names:
        return False
    return set(question.terms) <= {stem(name) for name in question.names}


def is_personal(text: str) -> bool:
    """Whether a sentence has a pronoun for a person: it may be about whom one before it names."""
    return not _PERSONAL.isdisjoint(words(text))


def can_tell_of(asked: Asked, text: str, heard: Collection[str | None]) -> bool:
    """Whether a passage can tell what somebody says: they speak in it, or it names them.

    Args:
        asked: Whom the question asks for.
        text: The passage, with the title of its article.
        heard: Who speaks in it.
    """
    if asked.name is None or not asked.forms.isdisjoint(heard):
        return True
    return any(same_name(word, asked.name.surname) for word in set(words(text)))


def _whose_office(asked: str) -> str | None:
    """Of what or whom somebody has an office: "the king of Jordan", "Jordan's king"."""
    match = _HOLDER.fullmatch(asked.strip(" ,"))
    if match is None:
        return None
    office = fold(match["office"] or match["his"]).split()
    return (match["of"] or match["whose"]) if any(word in ROLES for word in office) else None


def _shares(speaker: str, of: str) -> bool:
    """Whether a person only has the name of a place: Jordan Blake is not the king of Jordan."""
    return (
        " " in speaker and person(speaker) == speaker and all(_has(speaker, w) for w in words(of))
    )


def _parted(written: str) -> tuple[str, str]:
    """What a person is called by, and the name: "Treasury Secretary", "Chloe Smith"."""
    parts = written.split()
    while parts and parts[0][0].islower():
        parts.pop(0)
    after = 1 + max((at for at, part in enumerate(parts) if _is_title(part)), default=-1)
    after = after if after < len(parts) else 0
    return " ".join(parts[:after]), " ".join(parts[after:]).rstrip(".")


def _is_title(part: str) -> bool:
    bare = fold(part)
    return bare in HONORIFICS or bare in ROLES or bare.endswith("'s")


def _named(text: str, surname: str) -> list[str]:
    """The names in a text that end with a last name, without titles."""
    found = (person(match[0]) for match in _NAME.finditer(text))
    return [name for name in found if name and _is_called(name, surname)]


def _is_called(name: str, surname: str) -> bool:
    return same_name(read_name(name).surname, surname)


def _gender(speaker: Speaker) -> str | None:
    told = {known for form in speaker.forms if (known := gender(form))}
    return told.pop() if len(told) == 1 else None


def _has(name: str, part: str) -> bool:
    return any(same_name(word, part) for word in _words(name))


@lru_cache(maxsize=50_000)
def _words(name: str) -> frozenset[str]:
    return frozenset(words(name))
