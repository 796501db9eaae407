"""Names in articles and questions, and the ways in which one name is spelled.

A name is a capitalised word. The same person is Dmitry, Dimitri or Dmitrii, Zelensky or Selenskyj,
Gaddafi or Qadhafi, depending on who transliterates. Such spellings have a reading in common; words
that merely share their consonants, Cohen and Cheney, Crimea and crime, have none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from functools import lru_cache
from os.path import commonprefix

from rag.language.calendar import MONTHS, WEEKDAYS
from rag.language.proper_names import HONORIFICS
from rag.language.text import STOPWORDS, fold, plain, words

_CAPITALISED = re.compile(r"(?<![\w’'])(?:[^\W\d_]\.){2,}|[^\W\d_][\w’'-]*")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;…]|\n)[\s\"'“”‘’«»(\[¿¡]*$")
SHORTEST = 5  # letters of a name whose spelling tells where it is from; "new" is not Nev

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_UMLAUT = re.compile(r"(?<![gq])([aou])e(?=[^aeiouyl]|l[^aeiouy])")  # Mueller is Müller
_RUSSIAN_OFF = re.compile(r"(?<=\w{2}[oe])ff$")  # Smirnoff, Prokofieff
# Arabic, Persian and Hebrew write few vowels, so each newspaper chooses its own; places that were
# Russian in newspapers and are Ukrainian now. Written out, as no rule would spare Sanders, senders.
_WRITTEN_OUT = {
    "abdullah": "abd[aou]l+ah?", "ahmad": "ahm[ae]d", "ahmadinejad": "ahmadine(?:j|dj|dsch)ad",
    "alexander": "ale(?:x|ks)ande?r", "assad": "as+ad", "hasan": "has+an", "husayn":
    "h[ou]s+[ae][iy]n", "hizbullah": "h[ei]zb[ou]l+ah", "houthi": "h(?:o|u|ou|oo)thi",
    "ibrahim": "ibrah(?:i|ee)m", "khalid": "khal(?:i|e|ee)d", "khamenei": "(?:k|c)hamene[iy]",
    "laden": "lad[ei]n", "mahmud": "mahm(?:u|oo|ou)d",
    "mansur": "mans(?:u|oo|ou)r", "muammar": "m[ou]am+ar", "shabab": "shaba+b",
    "muhammad": "m[ou]h+am+[ae]d",
    "mubarak": "m[ou]barak", "muslim": "m[ou]sl[ei]m", "muslims": "m[ou]sl[ei]ms", "mustafa":
    "m(?:o|u|ou)st+af+a", "netanyahu": "netan[ijy]ahu", "qaddafi": "[gkq]h?[ae](?:d+h?)+af+[iy]",
    "qaeda": "[kq]a(?:e|i|ee)da", "quran": "koran|quran", "rashid": "rash(?:i|e|ee)d",
    "rouhani": "r(?:o|u|ou)hani", "sulayman": "s[ou]l[ae][iy]m[ae]n",
    "sulaymani": "s[ou]l[ae][iy]mani", "usama": "[ou]s+ama", "yusuf": "[yj](?:u|oo|ou)s+[eu]f",
    "chernobyl": "(?:ch|tch|tsch)[eo]rnob[iy]l", "kharkiv": "[ck]hark[io][vw]",
    "kyiv": "k[iy]e[vw]|kyi[vw]", "lviv": "l[vw][io][vw]", "odesa": "odess?a",
    "mikhail": "mi(?:kh|ch|h)ail", "shoigu": "(?:sh|sch|ch)o[ijy]go?u",
    "svetlana": "s[vw]etlana", "yekaterina": "[jy]?ekaterina",
    "yuri": "(?:yu|you|ju|iu|iou)r[iy][ijy]?",
}  # fmt: skip
_KNOWN = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _WRITTEN_OUT.items()))
# How names from Cyrillic end in English, German and French; then given names.
_SLAVIC = re.compile(
    r"(?:[oe][vw]|[oe][vw]n?[ae]|sk(?:i|y|oi|oy|oj|a[ijy]a)|[ct]sk[iy]|zki|enko|[jy]o?uk|cho?uk|tschuk"
    r"|sla[vw]|[iy](?:ch|tch|tsch)|[iy][ijy]|[dt][iy]m[iy]r|(?:ts|z)[iy]ne?|ou[a-z]*ine|putin"
    r"|[vw]ili|nad[sz]e"
    r"|(?:di?mitr|[vw]aler|grigor|[vw]as+il|[vw]ital|anatol|gen+ad|arkad|e[vw]gen"
    r"|na[vw]aln)[iy]|(?:serg|andr|aleks|alex|mat[vw]|timof|alekse|alexe)e[ijy]|nikola[ijy]"
    r"|tolsto[ijy])$"
)
_RUSSIAN_IN = re.compile(r"[iy]n$")  # Sechin, Prigozhin; and Martin, Colin
_GERMAN = re.compile(r"w|sch|j")  # letters that English needs for no sound of Russian
_GERMAN_IN = re.compile(r"^w|sch|[^aeiou]j[aeu]|^j[aeu]")
_FRENCH = re.compile(r"ou|chtch|ts[iy]ne$")
# One letter for each sound, the longest spelling first.
_SCH = "Ш|Ж"  # either
_ENGLISH_SOUNDS = (
    ("shch", "Щ"), ("tch", "Ч"), ("ch", "Ч"), ("sh", "Ш"), ("zh", "Ж"), ("kh", "Х"), ("gh", "g"),
    ("ph", "f"), ("h", "Х"), ("ts", "Ц"), ("tz", "Ц"), ("ck", "k"), ("x", "ks"),
)  # fmt: skip
_FRENCH_SOUNDS = (("chtch", "Щ"), ("tch", "Ч"), ("ch", "Ш"), ("j", "Ж"), ("ou", "u"))
_GERMAN_SOUNDS = (
    ("schtsch", "Щ"), ("tsch", "Ч"), ("sch", _SCH), ("ch", "Х"), ("tz", "Ц"), ("z", "Ц"),
    ("w", "v"), ("x", "ks"), ("dse", "dze"),
)  # fmt: skip
_VOICED = re.compile(r"(?<![sptk])s(?=[aeijouybdglmnrv])")  # German s that may be Russian z
_VOWELS = re.compile(r"[aeiouyаеёиоуыэюяйьъ'-]")
# Capitalised in English wherever they stand, and no names of anybody or anything in a question.
_NOT_NAMES = HONORIFICS | {"i", *WEEKDAYS, *MONTHS}


def capitalised(text: str) -> Iterator[tuple[str, bool]]:
    """Capitalised words of a text that may be names.

    Yields:
        The folded word as the lexical index knows it before stemming, and whether it opens a
        sentence (where a capital says nothing).
    """
    shown = plain(text)
    for match in _CAPITALISED.finditer(shown):
        if not match[0][0].isupper():
            continue
        opens = bool(_SENTENCE_END.search(shown[max(0, match.start() - 12) : match.start()]))
        for word in words(match[0]):
            if len(word) > 1 and word not in _NOT_NAMES:
                yield word, opens


IsName = Callable[[str], bool]


def anything(word: str) -> bool:
    """Takes every word for a name: where there are no articles to look in."""
    return True


def names_in_question(question: str, *, is_name: IsName = anything) -> list[str]:
    """The names a question asks about, folded, each once, in order.

    The first word of a sentence counts only if it is no question word or other common word. In
    another language than English it has to be a name: "Combien" and "Hoeveel" are in no list.

    Args:
        question: The question.
        is_name: Whether the articles have a folded word as a name.

    >>> names_in_question("What did Macron say about Crimea in July?")
    ['macron', 'crimea']
    >>> names_in_question("Combien de morts à Lyon ?", is_name=lambda word: False)
    ['lyon']
    """
    english = not _ENGLISH.isdisjoint(words(question)) or bool(_OWNER.search(question))
    nouns: set[str] = set() if english else german_nouns(question)
    found = [
        word
        for word, opens in capitalised(question)
        if word not in STOPWORDS
        and word not in nouns
        and not (opens and (word in OPENERS or not (english or is_name(word))))
    ]
    return list(dict.fromkeys(found))


def german_nouns(question: str) -> set[str]:
    """The folded nouns of a German question that an article, "welche" or a number stands before.

    German writes each noun with a capital, so it tells nothing about a name there; but most names
    have no article.

    >>> sorted(german_nouns("In welcher Stadt sprach Macron mit dem alten Bischof?"))
    ['bischof', 'stadt']
    """
    if _GERMAN_WORDS.isdisjoint(words(question)):
        return set()
    return {word for match in _GERMAN_NOUN.finditer(question) for word in words(match["noun"])}


# Words of every other German question that its neighbours do not write.
_GERMAN_WORDS = frozenset(
    "der das dem und ist sind wird wurde wurden wer wem wen wann warum wessen wo woher wohin welche"
    " welcher welches welchen welchem eine einen einem einer nicht im zum zur vom beim seit von mit"
    " viele sagte hat haben".split()
)
_GERMAN_NOUN = re.compile(
    r"\b(?i:d(?:er|ie|as|em|en|es)|[kmds]?ein(?:e[rmns]?)?|welche[rmns]?|diese[rmns]?|jede[rmns]?|viele[nr]?"
    r"|mehrere[nr]?|einige[nr]?|alle[nr]?|im|am|vom|zum|zur|beim|ins|ihre?[rmns]?|unsere?[rmns]?|\d+)"
    r"\s(?:[a-zäöüß]+e[nrsm]?\s)?(?P<noun>[A-ZÄÖÜ][\w-]+)"
)
# Words of an English question that its neighbours write for nothing of their own, as German does
# "was" and "die", Spanish "has" and Danish "for".
_ENGLISH = frozenset(
    "the and did does are were what who whom when where which why how that said say says with from"
    " about according saying its this there these those their they been being because after before"
    " between whose than them through during".split()
)
_OWNER = re.compile(r"\w[’']s\s")
# Words that open a sentence and are no names there.
OPENERS = frozenset(
    "explain list give show describe name find summarize summarise compare define identify tell"
    " besides despite during since once although according while within along among near aside"
    " approximately besides excluding following including today currently according years people"
    " anything something everything nothing anyone anybody someone somebody everyone everybody"
    " nobody"
    " instead rather every each another other two three four five".split()
)


def same_name(left: str, right: str) -> bool:
    """Whether two folded names are spellings of one name.

    >>> same_name("dimitri", "dmitry"), same_name("selenskyj", "zelensky")
    (True, True)
    >>> same_name("cohen", "cheney"), same_name("sanders", "senders")
    (False, False)
    """
    return left == right or not readings(left).isdisjoint(readings(right))


@lru_cache(maxsize=100_000)
def readings(name: str) -> frozenset[str]:
    """What a folded name can be when it is read as its spelling tells, in letters of its own.

    A name that is not from Cyrillic, Arabic or the like is read as it stands, vowels and doubled
    letters too. German writes one letter for Russian s and z, and another for sh and zh: such a
    spelling has several readings.
    """
    name = name.translate(_PLAIN)
    if known := _KNOWN.fullmatch(name):
        return frozenset({str(known.lastgroup)})
    if len(name) < SHORTEST:
        return frozenset({name})
    name = _RUSSIAN_OFF.sub("v", name)
    if _SLAVIC.search(name):
        german, whole = _GERMAN.search(name), True
    elif _RUSSIAN_IN.search(name):
        german, whole = _GERMAN_IN.search(name), False
    else:
        return frozenset({_UMLAUT.sub(r"\1", name)})
    if german and not _FRENCH.search(name):
        sounds = _spelled(name, _GERMAN_SOUNDS)
        sounded = {_VOICED.sub("z", sounds), sounds}
        found = {one.replace(_SCH, sch) for one in sounded for sch in _SCH.split("|")}
    elif _FRENCH.search(name):
        found = {_spelled(re.sub(r"ne$", "n", name), (*_FRENCH_SOUNDS, *_ENGLISH_SOUNDS))}
    else:
        found = {_spelled(name, _ENGLISH_SOUNDS)}
    return frozenset(_russian(one, whole=whole) for one in found)


AKIN = 4  # letters that two words of one name begin with at least
_ENDINGS = frozenset(" a e i o y n s an es ns ic ian ans ish ese ians".split(" "))


def akin(left: str, right: str) -> bool:
    """Whether two folded words tell of one name: its spellings, "Samoa" and "Samoan", "Turpins".

    >>> akin("serbia", "serbian"), akin("dimitri", "dmitry"), akin("niger", "nigeria")
    (True, True, False)
    >>> akin("us", "american"), akin("poland", "polish"), akin("polish", "danish")
    (True, True, False)
    """
    if _PEOPLES.get(left, left) == _PEOPLES.get(right, right):
        return True
    shared = len(commonprefix([left, right]))
    ends = {left[shared:], right[shared:]}
    return same_name(left, right) or (shared >= AKIN and ends <= _ENDINGS)


# A country's people, where they are not called as it is, after the country.
_PEOPLES = {
    people: country
    for country, *peoples in map(
        str.split,
        (
            "america us usa american americans", "britain uk british briton britons",
            "england english", "scotland scottish scots", "wales welsh", "ireland irish",
            "france french", "spain spanish spaniards", "poland polish poles",
            "greece greek greeks",
            "netherlands dutch", "denmark danish danes", "sweden swedish swedes",
            "finland finnish finns", "turkey turkish turks", "switzerland swiss",
            "thailand thai thais",
            "philippines philippine filipino filipinos", "cyprus cypriot cypriots",
            "afghanistan afghan afghans", "iceland icelandic"
        ),
    )
    for people in peoples
}  # fmt: skip

_NAME_OF_WORDS = re.compile(r"[A-Z][\w’'-]*(?:[\s-](?:(?:of|the|and|for|de)\s)*[A-Z][\w’'-]*)+")


def initials(text: str) -> frozenset[str]:
    """What the names of several words in a text may be cut to, folded: "who", "us".

    >>> sorted(initials("The World Health Organization met."))
    ['ho', 'tw', 'twh', 'twho', 'wh', 'who']
    """
    found = set()
    for match in _NAME_OF_WORDS.finditer(plain(text)):
        letters = "".join(word[0] for word in re.split(r"[\s-]", match[0]) if word[:1].isupper())
        letters = letters.lower()
        found |= {
            letters[start:end]
            for start in range(len(letters))
            for end in range(start + 2, len(letters) + 1)
        }
    return frozenset(found)


def spelled_out(text: str, short: Container[str]) -> Iterator[str]:
    """Folded words of the names in a text that another has as initials only.

    >>> list(spelled_out("It went to the United Nations.", {"un"}))
    ['united', 'nations']
    """
    for match in _NAME_OF_WORDS.finditer(plain(text)):
        if "".join(word[:1] for word in re.split(r"[\s-]", match[0])).lower() in short:
            yield from words(match[0])


_SOUNDS_ALIKE = (
    ("[ae][iy]", "ai"), ("ie|ey|y", "i"), ("ck|c(?![ehiy])|q", "k"), ("ph|v", "f"), ("w", "f"),
    ("th|dt", "t"), ("z|tz", "s"), ("(?<=[aeiou])h", ""), (r"(.)\1", r"\1"), ("(?<=.)e$", ""),
)  # fmt: skip


def sounds_like(left: str, right: str) -> bool:
    """Whether two folded names are said alike, though they are two names: Meier, Meyer, Maier.

    >>> sounds_like("meier", "mayer"), sounds_like("karl", "carl"), sounds_like("meier", "meller")
    (True, True, False)
    """
    return _sound(left) == _sound(right)


@lru_cache(maxsize=100_000)
def _sound(name: str) -> str:
    for letters, sound in _SOUNDS_ALIKE:
        name = re.sub(letters, sound, name)
    return name


def _spelled(name: str, sounds: tuple[tuple[str, str], ...]) -> str:
    for letters, sound in sounds:
        name = name.replace(letters, sound)
    return name


def _russian(sounds: str, *, whole: bool) -> str:
    """A reading without what is left to taste: y or i, ye or e, yo or e, doubled letters.

    Args:
        sounds: One letter for each consonant.
        whole: Whether the name is surely Slavic; else its consonants stay doubled.
    """
    read = re.sub("[jy]" if whole else "[jy](?=[aeou])", "i", sounds)
    read = re.sub("i+", "i", read)
    read = read.replace("ie", "e").replace("dimitr", "dmitr")
    read = re.sub(r"(?<=[ЧШЩЖ])i?ov", "ev", read)
    return re.sub(r"([lnps])\1", r"\1", read) if whole else read


def skeleton(name: str) -> str:
    """A key that spellings of one name share, and others may: where to look for spellings.

    >>> skeleton("Dimitri") == skeleton("Dmitry"), skeleton("Zelensky") == skeleton("Selenskyj")
    (True, True)
    """
    read = min(readings(fold(name)))
    read = re.sub("[zЖШ]", "s", read)
    return read[:1] + _VOWELS.sub("", read[1:])
