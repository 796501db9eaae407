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
# What tells a son from his father, after a name.
SUFFIXES = frozenset("jr sr ii iii iv vi vii viii younger elder".split())
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
# Who runs for an office, or leads something, may well hold another office too.
_LOOSE = frozenset("candidate nominee leader chief founder republican democrat speaker".split())
# What else people are called by in front of their names, by trade.
_TRADES = frozenset(
    """
actuary administrator agent archaeologist architect artist astronaut astronomer athlete auctioneer
baker barber beekeeper biologist blacksmith bookseller botanist brewer broker builder butcher
carpenter cashier chef chemist choreographer cleaner clerk climatologist climber columnist comedian
composer conductor consultant cook councillor councilman councilwoman critic curator cyclist dancer
dealer dentist designer detective developer diver driver ecologist electrician engineer
epidemiologist farmer firefighter fisherman fisherwoman forester gardener geologist goalkeeper
grocer guard guide hairdresser historian innkeeper investor jeweller keeper labourer landlord
lecturer librarian lifeguard magistrate mechanic merchant meteorologist midwife miller miner
musician neighbor neighbour novelist nurse owner painter paramedic pastor pharmacist philosopher
photographer physicist pianist pilot plumber poet policeman policewoman postman priest principal
producer programmer psychologist publisher pupil rabbi ranger referee resident sailor salesman
saleswoman sculptor seismologist shepherd shopkeeper sociologist soldier spectator statistician
striker student surgeon tailor teacher technician tourist trader trainer translator treasurer tutor
vet veterinarian violinist virologist volunteer waiter waitress warden weaver welder witness worker
zoologist
""".split()
)
_UNDER = frozenset("vice deputy lieutenant assistant attorney".split())  # each makes another office
_RANKS = frozenset("captain colonel sergeant lieutenant major reverend bishop inspector".split())
_SHORT = {
    "sen": "senator", "gov": "governor", "gen": "general", "prof": "professor", "lt": "lieutenant",
    "col": "colonel", "sgt": "sergeant", "capt": "captain", "maj": "major", "rev": "reverend",
    "rep": "representative", "congressman": "representative", "congresswoman": "representative",
    "justice": "judge", "premier": "minister",
}  # fmt: skip
SUFFIX = re.compile(r",?\s(?P<suffix>[JS]r\b\.?|I{2,3}|IV|VI{1,3}|[Tt]he\s(?:Younger|Elder))$")
# Offices and ranks that are last names as well: "Billie Jean King Moffitt".
_SURNAMES = frozenset("king pope prince judge major bishop singer".split())
_MENTION = re.compile(NAME)
# "As governor, Bell …", "the former senator", "was elected mayor": he may hold another one now.
_TIMED = re.compile(
    r"\b(?:(?:former|then|onetime|outgoing|previous|ex|as|was|became|elected|appointed|named)[ -])+"
    r"(?P<office>(?:[^\s.,;]+ ){0,3}[^\s.,;]+)"
)
_GENDERS = {
    **dict.fromkeys("mr sir lord king prince monsieur herr senor".split(), "m"),
    **dict.fromkeys("mrs ms miss lady queen princess madame mme frau senora".split(), "f"),
}
_OTHER = {"m": "f", "f": "m"}
_PRONOUNS = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A person where the text names them."""

    start: int
    end: int
    last: str  # as `last_name` has it


@dataclass
class People:
    """The people of an article."""

    full: dict[str, str] = field(default_factory=dict)  # folded last name -> fullest name
    shared: set[str] = field(default_factory=set)  # folded last names of several people
    genders: dict[str, set[str]] = field(default_factory=dict)  # folded last name -> m, f
    roles: dict[str, set[str]] = field(default_factory=dict)  # role -> folded last names
    # folded last name -> full name, or "" for the last name alone -> offices before or after it
    offices: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    timed: set[str] = field(default_factory=set)  # offices that somebody held before, or came to
    mentions: list[Mention] = field(default_factory=list)

    def canonical(self, name: str, title: str = "") -> str:
        """The fullest form of a name, unless two people share its last part.

        Args:
            name: Without titles.
            title: What stands before a last name alone, "Mrs." or "Senator". It stays where it
                tells the person from who has the full name, and from others of the last name.
        """
        last = last_name(name)
        full = None if last in self.shared else self.full.get(last)
        if not title or " " in SUFFIX.sub("", name):
            return full or name
        if told := gender(f"{title} {name}"):
            own = gender(full) if full else None
            fits = own == told if own else self.genders.get(last, {told}) == {told}
            if full and fits:
                return full
            may_be = [
                one for one in self.offices.get(last, {}) if one and gender(one) != _OTHER[told]
            ]
            [one] = may_be if len(may_be) == 1 and last in self.shared else [f"{title} {name}"]
            return one
        if title.startswith("the "):
            return f"{title} {name}"
        office, known = office_of(title), self.offices.get(last, {})
        holders = [holder for holder, held in known.items() if holder and office in held]
        if len(holders) == 1 or office is None or office in self.timed:
            return full or next(iter(holders), name)
        others = {held for offices in known.values() for held in offices} - self.timed - {office}
        return f"{title} {name}" if others or last in self.shared else full or name

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
        last = last_name(speaker) if speaker else None
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
    if first in _GENDERS and " " in name.strip():
        return _GENDERS[first]
    return "m" if first in _MALE else "f" if first in _FEMALE else None


def last_name(name: str) -> str:
    """The folded last name, with what tells a son from his father.

    >>> last_name("Ada Lark"), last_name("John Carter Jr.")
    ('lark', 'carter jr')
    """
    suffix = SUFFIX.search(name)
    bare = fold(name[: suffix.start()] if suffix else name).split()[-1]
    return f"{bare} {fold(suffix['suffix']).strip('.').split()[-1]}" if suffix else bare


def office_of(title: str) -> str | None:
    """The office that a word before a name is of; None where it tells nobody from anybody.

    >>> office_of("Sen."), office_of("Senator"), office_of("Candidate")
    ('senator', 'senator', None)
    """
    *under, word = fold(title).split() or [""]
    word = _SHORT.get(word.strip("."), word.strip("."))
    if word not in (ROLES | _RANKS) - _LOOSE or not _UNDER.issuperset(under):
        return None
    return " ".join([*under, word])


def offices_in(phrase: str) -> set[str]:
    """The offices that a phrase names.

    >>> offices_in("the Vice President and Senator") == {"vice president", "senator"}
    True
    """
    found: set[str] = set()
    under = ""
    for word in fold(phrase).split():
        if office := office_of(f"{under} {word}"):
            found = (found - {under}) | {office}
        under = word if word in _UNDER else ""
    return found


def title_before(written: str) -> str:
    """What stands before a last name alone: "Mrs.", "Senator", "the younger"; else nothing.

    >>> title_before("Senator Bell"), title_before("the elder Vang"), title_before("Ada Lark")
    ('Senator', 'the elder', '')
    """
    *before, title = SUFFIX.sub("", written).split()[:-1] or [""]
    if fold(title) in {"younger", "elder", "older"}:
        return f"the {fold(title)}" if before and fold(before[-1]) == "the" else ""
    if before and fold(before[-1]) in _UNDER and office_of(title):
        title = f"{before[-1]} {title}"
    known = fold(title).strip(".") in _GENDERS or office_of(title)
    return title[:1].upper() + title[1:] if known else ""


def find_people(text: str) -> People:
    """Find the people that a text names."""
    people = People()
    forms: dict[str, set[str]] = {}
    for match in _MENTION.finditer(text):
        name = person(match[0])
        if name is None:
            continue
        last = last_name(name)
        people.mentions.append(Mention(start=match.start(), end=match.end(), last=last))
        whole = 2 <= len(SUFFIX.sub("", name).split()) <= 4
        if whole:
            forms.setdefault(last, set()).add(name)
        first = fold(match[0].split()[0]).strip(".")
        if first in _GENDERS and " " in match[0]:
            people.genders.setdefault(last, set()).add(_GENDERS[first])
        _add_roles(people, text, match, last, name if whole else "")
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
    _add_sons(people)
    people.timed = {
        office for match in _TIMED.finditer(fold(text)) for office in offices_in(match["office"])
    }
    # A single name is a person's only where a title, a role or a first name says so somewhere.
    known = set(people.full) | set(people.genders) | people.shared
    known |= {last for lasts in people.roles.values() for last in lasts}
    people.mentions = [one for one in people.mentions if one.last in known]
    return people


def _middles(name: str) -> tuple[str, ...]:
    """The first letters of the names between the first and the last."""
    return tuple(fold(word)[0] for word in SUFFIX.sub("", name).split()[1:-1])


def _add_sons(people: People) -> None:
    """Whom a last name means where only a "Jr." or a "Sr." has it, or both have."""
    sons: dict[str, list[str]] = {}
    for last, name in people.full.items():
        if " " in last:
            sons.setdefault(last.split()[0], []).append(name)
    for last, names in sons.items():
        if len(names) > 1 and last not in people.full:
            people.shared.add(last)
        elif last not in people.shared:
            people.full.setdefault(last, names[0])


def _add_roles(people: People, text: str, match: re.Match[str], last: str, full: str) -> None:
    """What the person is called: before the name, or in an apposition after it."""
    before = re.split(
        r"[.,;:!?“”\"()]|\b(?:of|in|at|for|from|to|with|by|on|and)\s",
        text[max(0, match.start() - 80) : match.start()],
    )[-1]
    titles = [fold(word) for word in match[0].split()[:-1]]
    directly = (titles or fold(before).split())[-2:]
    run = list(
        takewhile(lambda word: word in ROLES or word in TITLES, reversed(fold(before).split()))
    )
    called = [word for word in [*run, *titles] if word in ROLES]
    after = re.match(
        r",\s(?:the|a|an|who is the|who is a|his|her)?\s?([^,.;:]{3,80})[,.]", text[match.end() :]
    )
    if after:
        called += [word for word in fold(after[1]).split()[:7] if word in ROLES][:1]
    for role in called:
        people.roles.setdefault(role, set()).add(last)
    held = offices_in(" ".join([*reversed(run), *titles] if full else directly))
    held |= offices_in(after[1]) if after else set()
    people.offices.setdefault(last, {}).setdefault(full, set()).update(held)


def person(written: str) -> str | None:
    """A name without its titles; None when nothing of a person's name is left.

    >>> person("Kremlin Spokesman Dmitry Peskov"), person("The President")
    ('Dmitry Peskov', None)
    """
    if suffix := SUFFIX.search(written):
        bare = person(written[: suffix.start()])
        son = re.sub(r"(?<=^[JS]r)$", ".", suffix["suffix"])
        return f"{bare} {son}" if bare else None
    words = re.sub(r"[’']s$|[’'.,]$", "", written).split()
    if len(words) > 1 and fold(words[0]) in HONORIFICS:
        return " ".join(words[1:])
    while len(words) > 1 and len(words[0]) > 1 and words[0].isupper() and words[0].isalpha():
        words.pop(0)  # "NYPD Commissioner James O'Neill"
    words = _without_office(words)
    while words and (fold(words[0]) in TITLES or fold(words[0]) in NOBODY or words[0].islower()):
        words.pop(0)
    # "Hunter S. Thompson" is no hunter, and "Cook Ives" may be called so.
    while len(words) > 2 and fold(words[0]) in _TRADES | ROLES and not words[1].endswith("."):
        words.pop(0)
    if not words or any(fold(word) in NOBODY for word in words):
        return None
    if len(words) == 1 and fold(words[0]) in TITLES:
        return None
    return " ".join(words)


def _without_office(words: list[str]) -> list[str]:
    """What comes after an office in the middle: of "Ohio Gov. Ada Lark", "Ada Lark"."""
    for at in range(len(words) - 1, 0, -1):
        rest = words[at + 1 :]
        if rest and fold(words[at]).endswith(".") and fold(words[at]) in TITLES:
            return rest
        named = gender(words[0])  # "Ann Baker Lee Ross"
        if len(rest) > 1 and fold(words[at]) in (ROLES | _TRADES) - _SURNAMES and not named:
            return rest
    return words
