"""What people are called by: titles, offices and trades, and the name without them."""

from __future__ import annotations

import re

from rag.language.calendar import MONTHS, WEEKDAYS
from rag.language.proper_names import ABBREVIATED_TITLES, HONORIFICS
from rag.language.text import STOPWORDS, fold
from rag.statements.openings import opens

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

_FIRST_NAMES_TOO = frozenset("will may said per".split())

# What tells a son from his father, after a name.
SUFFIXES = frozenset("jr sr ii iii iv vi vii viii younger elder".split())

# Words that open a sentence or a clause, and no name.
NOBODY = (
    STOPWORDS.union(
        """
today yesterday tomorrow now later earlier still yet both one others everyone nobody officials
unlike like despite per via speaking asked even whatever whoever whichever although though unless
until since without within perhaps maybe indeed instead moreover furthermore nevertheless
nonetheless lastly finally well yes two three four five several another following meanwhile
anyone anybody anything someone somebody something everybody everything nothing none neither either
many much every
        """.split(),
        WEEKDAYS,
        MONTHS,
    )
    - _FIRST_NAMES_TOO
)

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
dealer delegate dentist designer detective developer diver driver ecologist electrician engineer
epidemiologist farmer firefighter fisherman fisherwoman forester gardener geologist goalkeeper
grocer guard guide hairdresser head historian incumbent innkeeper investor jeweller keeper labourer
landlord lecturer librarian lifeguard magistrate mechanic merchant meteorologist midwife miller
miner musician neighbor neighbour novelist nurse owner painter paramedic pastor pharmacist
philosopher photographer physicist pianist pilot plumber poet policeman policewoman postman priest
principal producer programmer psychologist publisher pupil rabbi ranger referee resident sailor
salesman saleswoman sculptor seismologist shepherd shopkeeper sociologist soldier spectator
statistician striker student surgeon tailor teacher technician tourist trader trainer translator
treasurer tutor rival opponent challenger newcomer veteran vet veterinarian violinist virologist
volunteer waiter waitress warden weaver welder witness worker zoologist
""".split()
)

_PARTIES = frozenset({"democrats", "republicans"})  # which speak as a body does

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

# Put together once: each is asked for every name of an article.
_OFFICES = (ROLES | _RANKS) - _LOOSE
_CALLINGS = _TRADES | ROLES
_NEVER_NAMES = ROLES - _SURNAMES

# Endings of trades that are no endings of first names, unlike "-er" and "-or".
_MADE_CALLING = re.compile(r"\w{3}(?:ist|ician|eer|keeper|maker|master|worker|woman|person)$")

GENDERS = {
    **dict.fromkeys("mr sir lord king prince monsieur herr senor".split(), "m"),
    **dict.fromkeys("mrs ms miss lady queen princess madame mme frau senora".split(), "f"),
}

OTHER = {"m": "f", "f": "m"}


def gender(name: str) -> str | None:
    """A man's name, "m", or a woman's, "f", by title or first name; None where neither tells.

    >>> gender("Sarah Sanders"), gender("Mr. Crake"), gender("Peskov")
    ('f', 'm', None)
    """
    first = fold(name.split()[0]).strip(".") if name.split() else ""
    if first in GENDERS and " " in name.strip():
        return GENDERS[first]
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
    if word not in _OFFICES or not _UNDER.issuperset(under):
        return None
    return " ".join([*under, word])


def is_office(phrase: str) -> bool:
    """Whether somebody is called by what they are: "the mayor", "the museum's director".

    >>> is_office("the mayor"), is_office("the mast"), is_office("Ada Lark")
    (True, False, False)
    """
    told = fold(phrase).split()
    return len(told) > 1 and told[0] == "the" and told[-1] in _CALLINGS


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
    known = fold(title).strip(".") in GENDERS or office_of(title)
    return title[:1].upper() + title[1:] if known else ""


def is_several(word: str) -> bool:
    """Whether a word names all who do something, "Workers", and nobody of them.

    >>> is_several("Workers"), is_several("Banks")
    (True, False)
    """
    folded = fold(word)
    return folded.endswith("s") and _is_calling(folded[:-1]) and folded not in _PARTIES


def is_calling(word: str) -> bool:
    """Whether a folded word is what somebody is called by, an office or a trade.

    >>> is_calling("mayor"), is_calling("smith")
    (True, False)
    """
    return word in _CALLINGS


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
    titled = next((at for at, word in enumerate(words) if fold(word) in HONORIFICS), None)
    if titled is not None and titled < len(words) - 1:
        return " ".join(_without_office(words[titled + 1 :]))  # "Even Mr. Lark"
    while len(words) > 1 and len(words[0]) > 1 and words[0].isupper() and words[0].isalpha():
        words.pop(0)  # "NYPD Commissioner James O'Neill"
    words = _without_office(words)
    if len(words) > 1 and opens(words[0]):
        words.pop(0)
    while words and _is_no_name(words[0]):
        words.pop(0)
    # "Hunter S. Thompson" is no hunter, and "Cook Ives" may be called so.
    while len(words) > 2 and _is_calling(fold(words[0])) and not words[1].endswith("."):
        words.pop(0)
    if not words or any(fold(word) in NOBODY for word in words):
        return None
    if fold(words[-1]) in _NEVER_NAMES and not gender(words[0]):
        return None  # "Indian Prime Minister"
    if len(words) == 1 and fold(words[0]) in TITLES:
        return None
    return " ".join(words)


def _is_no_name(word: str) -> bool:
    """Whether a word before a name is a title, "Ex-minister" too, or one that opens a sentence."""
    bare, (_, hyphen, last) = fold(word), fold(word).rpartition("-")
    made = bool(hyphen) and last not in _SURNAMES and (last in TITLES or _is_calling(last))
    return made or bare in TITLES or bare in NOBODY or word.islower()


def _is_calling(word: str) -> bool:
    """Whether a folded word tells what somebody does, known or made as such words are."""
    return word in _CALLINGS or bool(_MADE_CALLING.search(word))


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
