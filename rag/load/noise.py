"""One line that is furniture of a web page and no part of the article, judged by itself.

Every rule describes a kind of line, anchored at both ends where it can be: an article *about*
cookies, copyright or photographs must keep its sentences.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.language.proper_names import UPPER_OR_ACCENTED
from rag.language.text import plain
from rag.load.parse_dates import find_dates, is_date_line

_MAX_LENGTH = 400  # characters: furniture is short
_MAX_CAPTION = 600

URL = re.compile(r"<?(?:https?://|www\.)[^\s<>()]+(?:\([^\s()]*\)[^\s<>()]*)*>?", re.IGNORECASE)
MARKDOWN_LINK = re.compile(r"!?\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])")
# "<The Harbour Play>" is no tag.
_TAG = re.compile(
    r"</?(?:a|abbr|address|article|aside|audio|b|blockquote|br|button|caption|center|cite|code"
    r"|dd|del|details|div|dl|dt|em|embed|figcaption|figure|font|footer|form|h[1-6]|header|hr|i"
    r"|iframe|img|input|ins|kbd|label|li|link|main|mark|meta|nav|object|ol|p|picture|pre|q|s|script"
    r"|section|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th"
    r"|thead|time|tr|u|ul|video)(?:\s[^<>]*)?/?>|<!(?:--|doctype)[^<>]*>",
    re.IGNORECASE,
)
_MARKS = " \t*_`>|•·–—-+#:»«›→▶►"

_AGENCIES = (
    r"reuters?|ap|associated press|afp|agence france-presse|upi|epa|efe|dpa|ansa|tass|itar-tass"
    r"|ria novosti|sputnik|interfax|xinhua|kyodo|anadolu|bloomberg|getty(?: images)?|shutterstock"
    r"|alamy|istock|unsplash|flickr|wikimedia(?: commons)?|imago|zuma press|pa(?: wire| media)?"
    r"|pool"
)
_NAME = rf"(?:{UPPER_OR_ACCENTED}[\w.'’-]*)"  # a word with a capital
_NAME_LINK = (
    r"(?:and|of|for|the|in|at|with|de|da|di|van|von|der|den|del|la|le|al|bin|in|y|et|und|[&|])"
)
_NAMES = rf"{_NAME}(?:[ ,]+(?:{_NAME_LINK}[ ]+)*{_NAME}){{0,9}}"


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})\W*")


# Of a line in lower case: to ignore case takes twice as long to compile.
_PHRASES = {
    "advertisement": _whole(
        r"(?:(?:story|article|content) continues (?:below|after) (?:this )?)?"
        r"(?:advertisements?|advertising|ads?|sponsored(?: content| by .{1,40})?"
        r"|promoted(?: content)?)"
        r"|(?:story|article) continues below|paid content|skip (?:ad|advertisement"
        r"|to (?:main )?content)"
    ),
    "navigation": _whole(
        r"(?:related|recommended|trending|popular|similar)"
        r"(?: (?:articles?|stories|story|posts?|content|news|topics?|links?|coverage|reading"
        r"|videos?|now))*"
        r"|(?:latest|top|breaking|more|other|recent|today'?s) (?:top )?(?:headlines?|news|stories"
        r"|articles|posts)"
        r"|most (?:read|popular|viewed|shared)|you (?:may|might) (?:also )?(?:like"
        r"|be interested in)"
        r"|(?:also|more) (?:on|from|in|by|about) \S+(?: \S+){0,3}(?:: .{1,200}\|.{1,200})?"
        r"|up next|what to read next"
        r"|don'?t miss"
        r"|read (?:more|next|also|on|this|the full (?:story|article))|learn more|show more"
        r"|load more|see (?:more|also|all)"
        r"|view (?:comments|all|more|gallery)|(?:\d+ )?comments?|leave a (?:comment|reply)"
        r"|join the conversation"
        r"|keep reading|continue reading|(?:back|return) to (?:top|home|homepage)|(?:previous"
        r"|next)(?: (?:article|post|story))?"
        r"|home|menu|search|close|share|print|email|e-mail|save|tweet|pin|whatsapp|facebook"
        r"|twitter|instagram"
        r"|telegram|linkedin|youtube|tiktok|reddit|log ?in|sign ?in|register|listen|watch|play"
        r"|loading"
        r"|click (?:here|to .{1,40})|tap to .{1,30}|published at|published on|last updated"
        r"|original url|source url"
        r"|full text|abstract|table of contents|on this page|image|video|photo gallery|gallery"
    ),
    "share": _whole(
        r"share (?:this|on|via|with)\b.{0,60}|(?:share|tweet|print|email|save|pin|copy link|["
        r"|,/ ]){2,}"
        r"|like (?:us|the page|our page|this page)\b.{0,60}|.{0,60}\blike the page"
    ),
    "reading time": _whole(
        r"(?:reading time\W*)?\d+[ -]?min(?:ute)?s? read|reading time\W+\d+ min(?:ute)?s?"
    ),
    "contributors": _whole(
        r".{1,160}\bcontributed (?:(?:to )?(?:reporting|this (?:report|article|story))"
        r"|reporting)\b.{0,60}"
        r"|\(?(?:with )?(?:additional |further )?(?:reporting|writing|editing"
        r"|research) by\b.{2,200}"
        r"|contribut(?:ing|ors?):.{2,150}|with (?:reporting|files|material) (?:by|from)\b.{2,100}"
    ),
    "disclaimer": _whole(
        r"(?:the )?(?:views?|opinions?)(?:,? (?:and|or|&)? ?(?:views?|opinions?|thoughts))* "
        r"(?:expressed|presented|stated|contained)\b.{0,60}\b(?:article|column|piece|commentary"
        r"|author|writer|op-ed|here|post)"
        r"\b.{0,240}"
        r"|this (?:article|story|post|report|content) (?:has been |was |is )?"
        r"(?:(?:last )?updated|(?:originally|first) (?:published|appeared)"
        r"|published in partnership|republished|syndicated)\b.{0,240}"
    ),
    "copyright": _whole(
        r"our standards:.{0,80}|this copy is for your personal,? non-?commercial use\b.{0,300}|"
        r"copyright\W*(?:\(c\)|©).{0,200}|©.{0,200}|\(c\)\s*\d{4}.{0,120}"
        r"|copyright,? \d{4}(?:[ ,–-]+\S+){0,5}"
        r"|.{0,200}\ball rights reserved\b.{0,80}"
    ),
    "cookies": _whole(
        r"(?:we|this (?:web)?site|our (?:web)?site)(?: and our partners)? uses? cookies\b.{0,300}"
        r"|by (?:clicking|continuing|using|browsing)\b.{0,100}\byou (?:agree|consent"
        r"|accept)\b.{0,200}"
        r"|(?:please )?enable (?:javascript|cookies)\b.{0,120}|(?:accept|reject"
        r"|manage)(?: all)? cookies"
        r"|(?:manage )?(?:cookie|privacy) (?:policy|settings|preferences|consent|notice)"
        r"|terms (?:of (?:use|service)|and conditions)"
    ),
    "newsletter": _whole(
        r"(?:please )?(?:subscribe (?:to|now|today|for|here)|sign ?up (?:for|to|here|now|today)"
        r"|stay (?:updated|informed|up to date|tuned|connected)"
        r"|get (?:the|our|all the) (?:latest|newsletter|app|day's)\b"
        r"|join (?:our|the) (?:newsletter|mailing list|telegram|whatsapp|channel)|never miss\b"
        r"|follow us\b"
        r"|already a subscriber|become a (?:member|subscriber)|support (?:our"
        r"|independent) journalism|donate (?:now|today|here)"
        r"|download (?:our|the) .{0,30}\bapp\b|enter your e-?mail|your e-?mail address|thank(?:s"
        r"| you) for (?:subscribing|signing up))"
        r".{0,160}|subscribe|sign ?up|newsletters?"
    ),
    "form": _whole(
        r"(?:sorry[,!.] )?(?:there was )?an error (?:has )?(?:occurred"
        r"|(?:while )?(?:processing|submitting|sending) your\b.{0,60})"
        r"(?:[.,!] (?:please|try)\b.{0,60})?"
        r"|keep an eye on your inbox\b.{0,60}|(?:order|buy|request) reprints?"
        r"|print (?:this )?article"
        r"|if you enjoyed this (?:article|post|story)\b.{0,40}"
        r"(?: we have a proposition|\bsubscribe|\bjoin|\bsign up|\bshare)\b.{0,300}"
    ),
    "letters": _whole(
        r"(?:send (?:us )?(?:your|a)|write to (?:us|the editor)|e-?mail us|contact us"
        r"|got a (?:tip|story)|have a (?:tip|story)|letters to the editor)\b.{0,160}"
    ),
    "follow": _whole(
        r"follow .{2,120}\bon (?:twitter|x|facebook|instagram|telegram|linkedin|threads|bluesky"
        r"|mastodon|youtube)\b.{0,120}"
        r"|follow @\S+.{0,60}|(?:(?:twitter|x|facebook|instagram|e-?mail)\W+)?@\w+|(?:twitter"
        r"|instagram|e-?mail)\s*: ?\S+"
    ),
    "pointer": _whole(
        r"(?:watch|listen to|see|view) (?:the|a|his|her|their|our)\b.{0,80}\b(?:above|below|here)"
        r"|read (?:it all|the (?:rest|full|whole|entire)\b.{0,60})\b(?:here|at .{1,40})|(?:read"
        r"|find out|see|learn) more "
        r"(?:about|at|on|here|in|from)\b.{0,100}|click here\b.{0,80}|for more (?:information|news"
        r"|on)\b.{0,60}\b(?:visit|click|see)\b.{0,80}"
    ),
    "related": re.compile(
        r"(?:related(?: (?:articles?|stories|story|posts?|content|news|topics?|links?|coverage"
        r"|reading|videos?))?"
        r"|read (?:more|also|next)|see also|more on this|also read|don'?t miss|recommended"
        r"|must read)\s*[:»>|].{1,240}"
    ),
    "label": re.compile(
        r"(?:tags?|keywords?|topics?|filed under|posted in|categor(?:y|ies)|sections?"
        r"|original (?:url|link|article)"
        r"|source url|permalink|short ?link|doi|isbn)\s*:.{0,160}(?<![.!?])"
    ),
}

_BYLINE = re.compile(
    r"(?:By|BY|Von|Par|Por|(?:BYLINE|Byline|Authors?|Editors?):|(?:Written|Reported|Edited"
    r"|Compiled|Posted|Story) by)"
    rf":?\s+(?:the\s+)?{_NAMES}\.?|by\s+{_NAMES},\s+(?i:{_AGENCIES})"
)
_CREDIT_WORD = (
    r"(?:(?:file |stock |handout |courtesy )?(?:photo|image|picture|photograph|video|illustration"
    r"|graphic|screenshot)s?(?: credits?)?|credits?)"
)
_CREDIT_BRACKET = re.compile(
    rf"[(\[](?:{_CREDIT_WORD}\s*(?:[:/|]|by\b|courtesy\b|via\b).{{1,160}}"
    rf"|.{{0,100}}(?:/|\bvia )\s?(?:{_AGENCIES})(?:/.{{1,40}})?)[)\]]\W*$",
    re.IGNORECASE,
)
_CREDITED = rf"(?:{_NAME}|@\w+|dpa|pool)"
_CREDIT_LINK = "(?:via|for|of|and|the|de|von|from|courtesy|in) "
_CREDITEE = rf"{_CREDITED}(?:[ ,/|&]+(?:{_CREDIT_LINK})*{_CREDITED}){{0,14}}"
_CREDIT_TAIL = re.compile(
    rf"(?:^|\s|\|)(?:"
    rf"(?:[Ff]ile |FILE |Stock |Handout )?(?:P(?:hoto|HOTO)(?:graph)?"
    r"|Foto|Фото|Bild|I(?:mage|MAGE)|Picture|Video"
    rf"|Illustration|Graphic|Credit)s?"
    rf"(?: [Cc]redits?)?(?:\s?:\s?|\s(?:by|BY|courtesy of|via)\s){_CREDITEE}"
    rf"|(?i:{_AGENCIES}) (?:Photo|PHOTO)s?(?:/{_CREDITEE})?"
    rf")[.\s]*$"
)
_CREDIT_AGENCY = re.compile(
    rf"[^.!?\n]{{0,90}}(?:/|\|)\s?(?i:{_AGENCIES})(?i: photos?| images)?"
    rf"|{_NAMES} via {_CREDITEE}\.?"
)
_CREDIT_ONLY = re.compile(rf"(?:{_AGENCIES})(?: photo| images)?s?\W*", re.IGNORECASE)
_NAME_SLASH = re.compile(rf"{_NAME}(?: {_NAME}){{0,3}} ?/ ?{_NAME}(?: {_NAME}){{0,3}}")
_LICENSE_LINK = re.compile(r"\s*\|\s*(?:license|licence|buy|more)\b[\w\s]{0,20}$", re.IGNORECASE)

# How a letter begins and ends, in a line of its own.
_GREETING = re.compile(
    r"(?!Good Morning America)(?:Dear|Hi|Hello|Hey|Good (?:morning|afternoon|evening))"
    rf"(?: (?:{_NAME}(?:/{_NAME})?|all|both|everyone|everybody|colleagues|friends|team|sir|madam"
    r"|editor|there|or|and)){0,5}[,:]"
    r"|(?:(?:Best|Kind|Kindest|Warm|Warmest|With (?:best|kind|warm)) (?:regards|wishes)|Regards"
    r"|Best|Cheers|All the best|Respectfully|Sincerely(?: yours)?"
    r"|Yours(?: (?:sincerely|faithfully|truly|ever))?|(?:Many t|T)hanks),"
)

_MARKUP = re.compile(
    r"\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\)\W*|#{1,6}\s.*|!\[[^\]]*\]\([^)]*\)\W*|<!--.*-->|```.*|~~~.*|\[[^\]]+\]:\s*\S+.*"
    r"|[.#@]?[\w\s,.#:>-]{0,80}\{|\}\W*|[a-z-]+\s*:\s*[^;\s]+(?: !important)?;"
)
_IDENTIFIER = re.compile(r"[a-z]+(?:[_][a-z]+)+|[a-z]+(?:-[a-z]+)+-icon")
# How agencies name a story: "BC-HARBOUR-CRANE 1stLd", "u f BC-COFFEE-QUOTAS 02-26 0082".
_WIRE_SLUG = re.compile(
    r"\^?(?:[a-z] ){0,3}(?:BC|AM|PM)-[A-Z][\w/&<>.-]{2,60}(?:[ ,].{0,60})?|[a-z]\s?\d{4}\s?reute"
)
# What agencies note above a story that they send again: "(Adds comment, paragraph 4)".
_WIRE_NOTE = re.compile(
    r"\((?:Adds|Recasts|Rewrites|Refiles|Corrects|Clarifies|Removes|Updates with)\b[^()]*\)"
)
# Who wrote an embedded post, and when: "— Ada Lark (@adalark) May 9, 2018".
_POST_END = re.compile(r"[—–-]{1,2}\s?[^\n]{1,80}\(@\w{1,30}\)(?P<date>[^\n]{0,40})")
_SECTION_NAMES = """
    politics world news opinion sports sport business economy culture science technology tech health
    entertainment lifestyle travel international national local analysis editorial obituary
    obituaries video weather education society europe asia africa americas exclusive commentary
    features
"""
_SECTIONS = frozenset(_SECTION_NAMES.split())
_SEPARATORS = re.compile(r"\s+[|•·–—]\s+|\s*\|\s*|\s+-\s+")


# A line is judged when lines are joined, and again for the title and for evidence.
# "Photo: Reuters" names itself; a quotation after the colon would be a sentence about a picture.
_CAPTION = re.compile(
    r"[\[(]?(?:caption|picture|pictured|photo|photograph|image|file (?:photo|picture)|graphic"
    r"|illustration)\s*:\s+(?![\"'“‘])|\s*<figcaption\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def noise(line: str) -> str | None:
    """Name the kind of furniture that a line is, or ``None`` for a line that may be evidence.

    Args:
        line: A trimmed line or paragraph, verbatim (Markdown and all).
    """
    if not any(char.isalpha() for char in line):
        if is_date_line(line):
            return "date"
        is_row = any(map(str.isdigit, line)) and ("|" in line or "\t" in line)
        return None if is_row else "no words"
    if len(line) <= _MAX_CAPTION and (_CAPTION.match(line) or is_credited(line)):
        return "caption"
    if len(line) > _MAX_LENGTH:
        return None
    said = plain(line)
    words = said.strip(_MARKS).strip()
    if words and not URL.sub("", words).strip(_MARKS + "<>[]()."):
        return "url"
    if not words or _MARKUP.fullmatch(line) or not _TAG.sub("", line).strip(" ."):
        return "markup"
    if _IDENTIFIER.fullmatch(words) or _WIRE_SLUG.fullmatch(line):
        return "identifier"
    if is_date_line(words):
        return "date"
    if is_byline(line) or _signs_post(said):
        return "byline"
    folded = words.lower()
    phrase = next((name for name, rule in _PHRASES.items() if rule.fullmatch(folded)), None)
    return phrase or _by_its_case(words, said.strip(" *_"))


def _by_its_case(words: str, said: str) -> str | None:
    """The kinds that only capitals tell; ``said`` has the marks at its end, too."""
    if _GREETING.fullmatch(said):
        return "greeting"
    if _WIRE_NOTE.fullmatch(said):
        return "note"
    return "heading" if _is_shouted(words) else None


def _signs_post(line: str) -> bool:
    """Whether a line is the end of an embedded post: who wrote it, and when."""
    match = _POST_END.fullmatch(line)
    return match is not None and (not match["date"].strip() or is_date_line(match["date"]))


def is_byline(line: str) -> bool:
    """Whether a line holds authors, dates and names of sections, and nothing else."""
    words = plain(line).strip(" *_>#")
    if len(words) > 160:
        return False
    for mention in reversed(find_dates(words)):
        words = f"{words[: mention.start]} | {words[mention.end :]}"
    parts = [part for part in (each.strip(" ,;:") for each in _SEPARATORS.split(words)) if part]
    kinds = [_BYLINE.fullmatch(part) or is_date_line(part) for part in parts]
    sections = [part.lower() in _SECTIONS for part in parts]
    return bool(parts) and all(
        kind or section for kind, section in zip(kinds, sections, strict=True)
    )


def is_credited(line: str) -> bool:
    """Whether a line ends in a photo credit, and so is a caption."""
    line = _LICENSE_LINK.sub("", line.strip(" *_"))
    if _CREDIT_BRACKET.search(line) or _CREDIT_TAIL.search(line):
        return True
    if len(line) > 120:
        return False
    return any(rule.fullmatch(line) for rule in (_CREDIT_AGENCY, _CREDIT_ONLY, _NAME_SLASH))


def without_credit(line: str) -> str:
    """The caption itself, its photo credit taken off."""
    line = _LICENSE_LINK.sub("", line.strip(" *_"))
    for rule in (_CREDIT_BRACKET, _CREDIT_TAIL):
        match = rule.search(line)
        if match:
            return line[: match.start()].strip()
    return line


def is_links(line: str) -> bool:
    """Whether a line is made of links: little is left of it without them."""
    if len(line) > 4000 or not ("](" in line or "][" in line or URL.search(line)):
        return False
    rest = URL.sub("", MARKDOWN_LINK.sub("", line))
    return sum(map(str.isalpha, rest)) < 0.25 * sum(map(str.isalpha, plain(line)))


def _is_shouted(words: str) -> bool:
    """A heading in capitals that ends in a full stop, as archives print them: "FULL TEXT."."""
    short = 5 <= len(words) <= 40 and len(words.split()) <= 4
    return short and words.isupper() and words.endswith(".")
