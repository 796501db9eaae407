"""Article -> the people in it: their full names, what they are called, and whom "he" stands for.

Only what the text itself settles is settled: a last name that two people share, a "he" that could
be one of two men, a "spokesman" of whom there are two stay open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from rag.domain import Span
from rag.language.calendar import MONTHS, WEEKDAYS
from rag.language.proper_names import ABBREVIATED_TITLES, HONORIFICS, NAME
from rag.language.text import fold

TITLES = (
    HONORIFICS
    | {f"{title.lower()}." for title in ABBREVIATED_TITLES if title not in {"Govs", "St", "Adm"}}
    | set(
        """
president prime minister foreign defense defence deputy senator governor secretary spokesman
spokeswoman spokesperson chancellor chairman chairwoman republican democratic democrat kremlin white
house press national security adviser advisor former russian american british ukrainian french
german chinese chief general judge justice state king queen pope professor ambassador vice lead
mayor commissioner director colonel lieutenant major captain sergeant reverend candidate nominee
congressman congresswoman representative attorney speaker interim ex acting retired first premier
economy finance interior campaign manager editor analyst strategist senior executive officer leader
founder
""".split()
    )
)
NOBODY = frozenset(
    """
the a an he she it they we i this that these those but and in on at as for from with after before
when while if also however meanwhile his her their its our my your one some many most according
there here what who why how yesterday today tomorrow then now later earlier still yet both others
everyone nobody officials given unlike like under over despite during per via asked speaking
""".split()
) | {*WEEKDAYS, *MONTHS}
# What persons are called by what they do; "minister" stands for "the minister".
ROLES = frozenset(
    """
president minister premier senator congressman congresswoman representative governor mayor secretary
spokesman spokeswoman spokesperson chancellor chairman chairwoman chair candidate nominee ambassador
diplomat judge justice prosecutor lawyer attorney professor economist analyst strategist director
chief general commander commissioner officer leader founder editor author writer reporter journalist
activist billionaire businessman banker adviser advisor aide manager king queen pope prince princess
emir sultan coach singer actor actress filmmaker scientist researcher expert doctor physician
sheriff envoy deputy speaker whip republican democrat moderator host pollster mogul
""".split()
)
_MALE = frozenset(
    """
aaron adam alan albert alex alexander alexei aleksei alfred andrei andrew anthony antonio arthur
barack ben benjamin bernie bill bob boris brad brian bruce carl charles chris christopher craig dan
daniel dave david dennis dmitry dmitri don donald doug douglas ed edward eric erik eugene evan frank
fred gary george gerald glenn greg gregory harold harry henry howard hugh ian igor ivan jack jacob
jake james jason jeff jeffrey jerry jim jimmy joe joel john johnny jon jonathan joseph josh joshua
juan justin karl keith ken kenneth kevin larry lawrence lee leonid louis luis mark martin matt
matthew max michael mike mikhail mitch mitt nathan newt nicholas nick nikolai oleg oliver patrick
paul pavel pete peter phil philip randy ray reince richard rick rob robert roger ron ronald rudy
russell ryan sam samuel scott sean sergei sergey seth simon stanley stephen steve steven stuart ted
terry theodore thomas tim timothy todd tom tony victor viktor vladimir volodymyr walter wayne
william yuri emmanuel francois jose carlos mohammed muhammad ahmed ali omar recep xi
""".split()
)
_FEMALE = frozenset(
    """
alice alicia alison amanda amy andrea angela ann anna anne annie ashley barbara beth betty brenda
carly carol caroline catherine chelsea christina christine cindy claire dana dawn deborah debbie
diana diane donna dorothy ekaterina elena eleanor elizabeth ellen emily emma eva frances gennifer
gloria grace hannah heather heidi helen hillary irina ivanka jane janet jean jennifer jessica jill
joan joyce judith judy julia julie karen kate katherine kathleen kathy katie kellyanne kelly kim
kristen laura lauren lesley linda lisa liz loretta lori lucy lynn margaret maria marie marina martha
mary maureen megan melania melissa michelle monica nadezhda nancy natalia nicole nina olga pamela
patricia paula rachel rebecca rosa rose ruth samantha sandra sarah sharon sheila shirley sophie
stephanie susan suzanne svetlana tatyana teresa theresa tiffany tracy valerie vanessa vera victoria
virginia wendy yulia
""".split()
)
_MENTION = re.compile(NAME)
_GENDERS = {"mr": "m", "sir": "m", "lord": "m", "mrs": "f", "ms": "f", "lady": "f"}
_PRONOUNS = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A person where the text names them."""

    start: int
    end: int
    last: str  # the last word of the name, folded


@dataclass
class People:
    """The people of an article."""

    full: dict[str, str] = field(default_factory=dict)  # folded last name -> fullest name
    shared: set[str] = field(default_factory=set)  # folded last names of several people
    genders: dict[str, set[str]] = field(default_factory=dict)  # folded last name -> m, f
    roles: dict[str, set[str]] = field(default_factory=dict)  # role -> folded last names
    mentions: list[Mention] = field(default_factory=list)

    def canonical(self, name: str) -> str:
        """The fullest form of a name, unless two people share its last part."""
        last = fold(name.split()[-1])
        return name if last in self.shared else self.full.get(last, name)

    def may_be(self, last: str, pronoun: str) -> bool:
        """Whether a pronoun can stand for a person: nothing speaks against it."""
        known = self.genders.get(last)
        return not known or _PRONOUNS[pronoun] in known

    def by_role(self, phrase: str) -> str | None:
        """Who "the Kremlin spokesman" is, when the article calls just one person so."""
        words = [word for word in re.findall(r"[a-z]+", phrase.lower())]
        for word in reversed(words):
            if word in ROLES:
                known = self.roles.get(word, set())
                if len(known) == 1:
                    [last] = known
                    return self.full.get(last)
                return None
        return None

    def pronoun(
        self,
        word: str,
        *,
        place: int,
        since: int,
        speaker: str | None,
        quoted: Sequence[Span] = (),
    ) -> str | None:
        """Whom "he" or "she" stands for.

        Args:
            word: The pronoun.
            place: Where it stands.
            since: From where on the text is looked at for others.
            speaker: Who spoke last before ``place``; None when that is not known.
            quoted: What the person is said to say: who is named there is mostly somebody else.

        Returns:
            The one person whom it can mean of those named since, the last speaker among them; None
            when there are several, or none.
        """
        if word.lower() not in _PRONOUNS:
            return None
        near = {
            one.last
            for one in self.mentions
            if since <= one.start < place
            and self.may_be(one.last, word.lower())
            and not any(span.start <= one.start < span.end for span in quoted)
        }
        last = fold(speaker.split()[-1]) if speaker else None
        if last and self.may_be(last, word.lower()):
            near.add(last)
        if len(near) != 1:
            return None
        [one] = near
        return speaker if one == last else self.full.get(one)


def gender(name: str) -> str | None:
    """A man's name, "m", or a woman's, "f", by title or first name; None where neither tells.

    >>> gender("Sarah Sanders"), gender("Mr. Crake"), gender("Peskov")
    ('f', 'm', None)
    """
    first = fold(name.split()[0]).strip(".") if name.split() else ""
    if first in _GENDERS:
        return _GENDERS[first]
    return "m" if first in _MALE else "f" if first in _FEMALE else None


def find_people(text: str) -> People:
    """Find the people that a text names."""
    people = People()
    forms: dict[str, set[str]] = {}
    for match in _MENTION.finditer(text):
        name = person(match[0])
        if name is None:
            continue
        last = fold(name.split()[-1])
        people.mentions.append(Mention(start=match.start(), end=match.end(), last=last))
        if 2 <= len(name.split()) <= 4:
            forms.setdefault(last, set()).add(name)
        first = fold(match[0].split()[0]).strip(".")
        if first in _GENDERS:
            people.genders.setdefault(last, set()).add(_GENDERS[first])
        _add_roles(people, text, match, last)
    for last, names in forms.items():
        firsts = {fold(name.split()[0]) for name in names}
        longest = max(sorted(names), key=len)
        middles = {_middles(name) for name in names} - {()}
        if len(firsts) > 1 or len(middles) > 1:  # George W. Bush is not George H. W. Bush
            people.shared.add(last)
            continue
        people.full[last] = longest
        [first] = firsts
        if told := gender(first):
            people.genders.setdefault(last, set()).add(told)
    # A single name is a person's only where a title, a role or a first name says so somewhere.
    known = set(people.full) | set(people.genders) | people.shared
    known |= {last for lasts in people.roles.values() for last in lasts}
    people.mentions = [one for one in people.mentions if one.last in known]
    return people


def _middles(name: str) -> tuple[str, ...]:
    """The first letters of the names between the first and the last."""
    return tuple(fold(word)[0] for word in name.split()[1:-1])


def _add_roles(people: People, text: str, match: re.Match[str], last: str) -> None:
    """What the person is called: before the name, or in an apposition after it."""
    before = re.split(
        r"[.,;:!?“”\"()]|\b(?:of|in|at|for|from|to|with|by|on|and)\s",
        text[max(0, match.start() - 80) : match.start()],
    )[-1]
    titles = [fold(word) for word in match[0].split()[:-1]]
    run = takewhile(lambda word: word in ROLES or word in TITLES, reversed(fold(before).split()))
    called = [word for word in [*run, *titles] if word in ROLES]
    after = re.match(
        r",\s(?:the|a|an|who is the|who is a|his|her)?\s?([^,.;:]{3,80})[,.]", text[match.end() :]
    )
    if after:
        called += [word for word in fold(after[1]).split()[:7] if word in ROLES][:1]
    for role in called:
        people.roles.setdefault(role, set()).add(last)


def person(written: str) -> str | None:
    """A name without its titles; None when nothing of a person's name is left.

    >>> person("Kremlin Spokesman Dmitry Peskov"), person("The President")
    ('Dmitry Peskov', None)
    """
    words = re.sub(r"[’']s$|[’'.,]$", "", written).split()
    if len(words) > 1 and fold(words[0]) in HONORIFICS:
        return " ".join(words[1:])
    while len(words) > 1 and len(words[0]) > 1 and words[0].isupper() and words[0].isalpha():
        words.pop(0)  # "NYPD Commissioner James O'Neill"
    while words and (fold(words[0]) in TITLES or fold(words[0]) in NOBODY or words[0].islower()):
        words.pop(0)
    if not words or any(fold(word) in NOBODY for word in words):
        return None
    if len(words) == 1 and fold(words[0]) in TITLES:
        return None
    return " ".join(words)
