"""A speaker's statements over all articles, and the command that shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shell import check_error, rag
from wire import wire_folder

from rag.config import Settings
from rag.errors import ConfigError, RagError
from rag.filters import Filters, read_filters
from rag.render.terminal import speakers_text
from rag.retrieve.narrow import narrow
from rag.retrieve.resolve_speakers import called, find_speaker, group_speakers, speakers
from rag.retrieve.timeline import Said, timeline
from rag.store import LocalStore
from rag.sync.update import sync

ARTICLES = {
    "2018-07-02-helsinki.txt": (
        "Talks in Helsinki\n\nKremlin spokesman Dmitry Peskov spoke to reporters. “Crimea is not on"
        " the table,” Peskov said.\n\nHe added that the meeting would be short."
    ),
    "2019-03-01-moscow.txt": (
        "A visit to Moscow\n\nDmitri Peskov said the visit went well. Foreign minister Sergey"
        " Lavrov said the peninsula was not discussed."
    ),
    "undated.txt": "Notes\n\n“Oil is cheap,” said Bill Reed. “Not for long,” said Ann Reed.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """An index of these articles."""
    folder = tmp_path_factory.mktemp("said")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    sync([folder], settings=Settings(index=folder / "index", cache=cache))
    return folder / "index"


@pytest.fixture(scope="module")
def store(index: Path) -> LocalStore:
    """The same, opened."""
    return LocalStore.open(index, embedder=None)


def test_what_has_no_date_is_left_out_of_a_time_and_counted(index: Path) -> None:
    """In a line on standard error, and in the JSON."""
    shown = rag("said", "Bill Reed", "--since", "2018", "--index", index)
    told = json.loads(
        rag("said", "Bill Reed", "--since", "2018", "--index", index, "--json").stdout
    )
    of_all_times = json.loads(rag("said", "Bill Reed", "--index", index, "--json").stdout)

    limited, nobody = filter(None, shown.stdout.split("\n"))
    assert limited.startswith("Limited to: since 2018 (")
    assert limited.endswith("; 1 without a date is left out)")
    assert nobody == "Bill Reed, 0 statements"
    assert shown.stderr.splitlines()[-1] == (
        "1 more statement is not shown, because the date of the article is not known."
    )
    assert (told["statements"], told["undated"]) == ([], 1)
    assert (len(of_all_times["statements"]), of_all_times["undated"]) == (1, 0)


def test_spellings_and_last_names_of_one_person_are_one_speaker(store: LocalStore) -> None:
    """Dmitry and Dmitri Peskov; two Reeds stay two."""
    found = {one.name: one for one in speakers(store)}

    assert set(found) == {"Dmitry Peskov", "Sergey Lavrov", "Bill Reed", "Ann Reed"}
    assert set(found["Dmitry Peskov"].forms) == {"Dmitry Peskov", "Dmitri Peskov"}
    assert found["Dmitry Peskov"].statements == 3


class Heard:
    """What `speakers` asks of a store."""

    def __init__(self, **told: int) -> None:
        self.told = {name.replace("_", " "): count for name, count in told.items()}

    def speakers(self) -> list[tuple[str, int]]:
        """As the store has them: those with most statements first."""
        return sorted(self.told.items(), key=lambda one: (-one[1], one[0]))


@pytest.mark.parametrize(
    ("told", "listed"),
    [
        ({"Crake": 4, "Ada Crake": 2, "Mrs. Crake": 1}, {"Ada Crake": 7}),
        ({"Crake": 4, "Alice Crake": 2, "Mr. Crake": 1},
         {"Alice Crake": 2, "Mr. Crake": 1, "Crake": 4}),
        ({"Crake": 4, "Mr. Crake": 1}, {"Crake": 5}),
        ({"Alice Crake": 2, "Paul Crake": 3, "Mr. Crake": 1}, {"Paul Crake": 4, "Alice Crake": 2}),
        ({"Ada Crake": 2, "Paul Crake": 3, "Crake": 1},
         {"Paul Crake": 3, "Ada Crake": 2, "Crake": 1}),
        ({"A. Crake": 1, "Ada Crake": 2}, {"Ada Crake": 3}),
        ({"A. Crake": 1, "Ada Crake": 2, "Anna Crake": 2},
         {"Ada Crake": 2, "Anna Crake": 2, "A. Crake": 1}),
        ({"Ada M. Crake": 1, "Ada Mary Crake": 2, "Ada Crake": 5}, {"Ada Crake": 8}),
        ({"Ada M. Crake": 1, "Ada L. Crake": 2, "Ada Crake": 5},
         {"Ada Crake": 5, "Ada L. Crake": 2, "Ada M. Crake": 1}),
        ({"Paul Crake Jr.": 1, "Paul Lark Jr.": 2, "Paul Crake": 3},
         {"Paul Crake": 3, "Paul Lark Jr.": 2, "Paul Crake Jr.": 1}),
        ({"Britain": 2, "Briton": 1, "BRITAIN": 1}, {"Britain": 3, "Briton": 1}),
        ({"Ohio Gov. John Crake": 1, "Ohio Governor John Crake": 1, "John Crake": 3},
         {"John Crake": 5}),
        ({"American Labour Party": 1, "British Labour Party": 2},
         {"American Labour Party": 1, "British Labour Party": 2}),
        ({"Crakes": 1, "Paul Crake": 2, "Crake": 1, "Ann Creeke": 1},
         {"Paul Crake": 3, "Crakes": 1, "Ann Creeke": 1}),
        ({"Nine": 1, "Thirty-nine": 1}, {"Nine": 1, "Thirty-nine": 1}),
        ({"Ove Crake": 2, "Mr. Crake": 1, "Mrs. Crake": 3},
         {"Ove Crake": 2, "Mr. Crake": 1, "Mrs. Crake": 3}),
        ({"Ove Crake": 2, "Judge Crake": 1, "Mayor Crake": 3},
         {"Ove Crake": 2, "Judge Crake": 1, "Mayor Crake": 3}),
        ({"Ove Crake": 2, "Judge Crake": 1}, {"Ove Crake": 2, "Judge Crake": 1}),
        ({"President Crake": 2, "Vice President Crake": 1},
         {"President Crake": 2, "Vice President Crake": 1}),
        ({"the elder Crake": 2, "the younger Crake": 1},
         {"the elder Crake": 2, "the younger Crake": 1}),
    ],
)  # fmt: skip
def test_only_what_is_certain_is_one_speaker(told: dict[str, int], listed: dict[str, int]) -> None:
    """Titles, initials and middle names tell names apart; what fits several stays alone."""
    found = speakers(Heard(**told))  # type: ignore[arg-type]

    assert {one.name: one.statements for one in found} == listed


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Mr. Crake", {"Mr. Crake"}),
        ("Mrs. Crake", {"Anna Crake"}),
        ("mayor moss", {"Mayor Moss"}),
        ("Gov. Moss", {"Governor Moss"}),
        ("Judge Moss", set()),
        ("the younger Reed", {"the younger Reed"}),
        ("Reed", {"the younger Reed", "the elder Reed"}),
        ("Ove Lark Jr", {"Ove Lark Jr."}),
        ("Senator Lark", {"Ove Lark Jr.", "Ove Lark Sr."}),
    ],
)
def test_a_title_says_who_is_meant(asked: str, found: set[str]) -> None:
    """A last name with a title is found by it, and is nobody of another title."""
    forms = (
        "Anna Crake,Mr. Crake,Mayor Moss,Governor Moss,the younger Reed,the elder Reed,"
        "Ove Lark Jr.,Ove Lark Sr."
    )
    known = group_speakers([(form, 1) for form in forms.split(",")])

    assert {one.name for one in called(asked, known)} == found


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Kurt Mayer", "did you mean Curt Meier or Kurt Maier?"),
        ("Ove Lark", "did you mean Ove Lark Jr.?"),
        ("Ove Lark III", "did you mean Ove Lark Jr.?"),
        ("Lena Mayer", "did you mean Maier?"),
    ],
)
def test_who_has_a_name_that_sounds_alike_is_suggested(asked: str, meant: str) -> None:
    """By the whole name, where first and last name do."""
    known = group_speakers([(form, 1) for form in ("Curt Meier", "Kurt Maier", "Ove Lark Jr.")])

    with pytest.raises(RagError) as told:
        find_speaker(asked, known)

    assert (told.value.hint or "").startswith(meant)


def test_what_may_be_several_says_so(tmp_path: Path) -> None:
    """Only where somebody is meant whom the name fits."""
    found = speakers(Heard(Ada_Crake=2, Paul_Crake=3, Crake=1))  # type: ignore[arg-type]
    shown = speakers_text(found).plain

    assert {one.name: set(one.may_be) for one in found} == {
        "Ada Crake": set(), "Paul Crake": set(), "Crake": {"Ada Crake", "Paul Crake"},
    }  # fmt: skip
    assert "    1  Crake  may be Paul Crake or Ada Crake\n" in shown

    many = Heard(Ada_Crake=2, Paul_Crake=3, Ann_Crake=4, John_Crake=5, Crake=1)
    shown = speakers_text(speakers(many)).plain  # type: ignore[arg-type]

    assert "  may be John Crake or Ann Crake or Paul Crake or others\n" in shown


def test_a_status_lists_each_speaker_once(index: Path) -> None:
    """With the sum over all spellings, as `rag said` does."""
    shown = rag("status", "--index", index)
    known = json.loads(rag("status", "--index", index, "--json").stdout)["speakers"]

    assert "Dmitry Peskov (3)" in shown.stdout
    assert "Dmitri Peskov" not in shown.stdout
    assert known[0] == {"name": "Dmitry Peskov", "statements": 3}


@pytest.mark.parametrize("asked", ["Peskov", "dmitri peskov", "Dimitry Peskov"])
def test_a_speaker_is_found_in_any_spelling(store: LocalStore, asked: str) -> None:
    """Case and transliteration do not matter."""
    assert find_speaker(asked, speakers(store)).name == "Dmitry Peskov"


def test_a_name_of_two_people_or_of_nobody_is_an_error(store: LocalStore) -> None:
    """The message says whom it may mean."""
    known = speakers(store)

    with pytest.raises(ConfigError, match=r"can mean .*Reed \(1\), .*Reed \(1\)"):
        find_speaker("Reed", known)
    with pytest.raises(RagError, match="is called Macron"):
        find_speaker("Macron", known)


def test_a_timeline_has_the_words_of_the_articles_oldest_first(store: LocalStore) -> None:
    """Every quote is the article's text at its place."""
    found = timeline(find_speaker("Peskov", speakers(store)), store=store)

    assert [one.quote for one in found] == [
        ("“Crimea is not on the table,”",),
        ("that the meeting would be short",),
        ("the visit went well",),
    ]
    assert [one.source.date for one in found] == ["2018-07-02", "2018-07-02", "2019-03-01"]
    for one in found:
        text = ARTICLES[one.source.path]
        assert [text[span.start : span.end] for span in one.statement.content] == list(one.quote)
        assert text[one.context_start :].startswith(one.context)


@pytest.mark.parametrize(
    ("limits", "count"),
    [
        ({"about": "Crimea"}, 2),  # said of it, and in the sentence after
        ({"about": "visits"}, 1),  # in another form
        ({"about": "oil"}, 0),
        ({"since": "2019"}, 1),
        ({"until": "2018-07"}, 2),
        ({"since": "2018-07-02", "until": "2018-07-02"}, 2),
        ({"since": "2020"}, 0),
    ],
)
def test_a_timeline_is_cut_by_topic_and_days(
    store: LocalStore, limits: dict[str, str], count: int
) -> None:
    """A topic in any form of its words; a year or month stands for its days."""
    days = {name: day for name, day in limits.items() if name != "about"}
    narrowed = narrow(read_filters(days), store)
    peskov = find_speaker("Peskov", speakers(store))

    found = timeline(peskov, store=store, about=limits.get("about"), narrowed=narrowed)

    assert len(found) == count


def test_what_has_no_date_is_in_no_range_of_days(store: LocalStore) -> None:
    """It stands at the end of a timeline without one."""
    reed = find_speaker("Bill Reed", speakers(store))

    assert len(timeline(reed, store=store)) == 1
    assert timeline(reed, store=store, narrowed=narrow(Filters(since="1900"), store)) == []


# --- the command ----------------------------------------------------------------------------------


def test_the_command_lists_speakers(index: Path) -> None:
    """With the number of statements; as JSON too."""
    shown = rag("said", "--index", index)
    known = json.loads(rag("said", "--index", index, "--json").stdout)

    assert shown.stdout.splitlines()[0].split() == [
        "3",
        "Dmitry",
        "Peskov",
        "also",
        "Dmitri",
        "Peskov",
    ]
    assert known["speakers"][0]["statements"] == 3


def test_the_command_shows_date_file_and_exact_words(index: Path) -> None:
    """The JSON has the offsets."""
    shown = rag("said", "Peskov", "--about", "Crimea", "--index", index)
    data = json.loads(rag("said", "Peskov", "--about", "Crimea", "--index", index, "--json").stdout)

    assert "“Crimea is not on the table,” Peskov said." in shown.stdout
    assert "2018-07-02" in shown.stdout
    assert "2018-07-02-helsinki.txt:3" in shown.stdout
    first = data["statements"][0]
    quote = first["quotes"][0]
    assert ARTICLES[first["path"]][quote["start"] : quote["end"]] == quote["text"]


def test_a_sentence_with_two_statements_is_shown_once(tmp_path: Path, cache: Path) -> None:
    """Both are counted, and the sentence stands there whole."""
    text = "“It rains,” Ada Lark said, adding that it was cold."
    (tmp_path / "a.txt").write_text(f"Weather\n\n{text}", encoding="utf-8")
    sync([tmp_path / "a.txt"], settings=Settings(index=tmp_path / "index", cache=cache))

    shown = rag("said", "Lark", "--index", tmp_path / "index").stdout

    assert shown.startswith("Ada Lark, 2 statements")
    assert shown.count(text) == 1


def test_nothing_said_is_valid_json(index: Path) -> None:
    """A topic that the speaker never touched."""
    data = json.loads(rag("said", "Lavrov", "--about", "oil", "--index", index, "--json").stdout)

    assert data["statements"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["Macron"], 1, "Macron"),
        (["Reed"], 2, "Bill Reed"),
        (["Peskov", "--since", "July"], 2, "July"),
        (["Peskov", "--since", "2018-07", "--until", "2018-06"], 2, "is after"),
        (["--about", "Crimea"], 2, "need a name"),
        ([" "], 2, "name"),
    ],
)
def test_what_cannot_be_asked_is_said_plainly(
    index: Path, arguments: list[str], code: int, word: str
) -> None:
    """What is wrong, and what to type."""
    check_error(rag("said", *arguments, "--index", index), code, word)


def test_what_copies_repeat_is_said_once(tmp_path: Path, cache: Path) -> None:
    """With all places, of the first that is of the time asked for; and it is counted once."""
    root = wire_folder(tmp_path / "wire", copies=3)
    sync([root], settings=Settings(index=tmp_path / "index", cache=cache))
    store = LocalStore.open(tmp_path / "index", embedder=None)
    [lark] = [one for one in speakers(store) if one.name == "Ada Lark"]

    everything = timeline(lark, store=store)
    later = timeline(lark, store=store, narrowed=narrow(Filters(since="2018-07-03"), store))
    printed = rag("said", "Lark", "--index", tmp_path / "index")
    told = json.loads(rag("said", "Lark", "--json", "--index", tmp_path / "index").stdout)

    def places(found: list[Said]) -> list[list[str]]:
        return [[one.source.path, *(copy.source.path for copy in one.copies)] for one in found]

    assert lark.statements == len(everything) == 2
    assert places(everything) == [["w00.txt", "w01.txt", "w02.txt"]] * 2
    assert places(later) == [["w01.txt", "w02.txt"]] * 2
    assert "also in w01.txt:3, w02.txt:3" in printed.stdout
    assert [copy["path"] for copy in told["statements"][0]["also_in"]] == ["w01.txt", "w02.txt"]


def test_statements_of_one_sentence_are_counted_with_it(tmp_path: Path, cache: Path) -> None:
    """What is counted is what is shown."""
    (tmp_path / "a.txt").write_text(
        "Notes\n\nAda Lark said the bridge is shut and added that the ferry sails.\n\nAda Lark said"
        " the road is open.",
        encoding="utf-8",
    )
    settings = Settings(index=tmp_path / "index", cache=cache)
    sync([tmp_path], settings=settings)

    shown = rag("said", "Ada Lark", "--index", tmp_path / "index").stdout

    assert shown.splitlines()[0] == "Ada Lark, 3 statements in 2 sentences"


def test_a_name_in_a_topic_is_matched_as_a_name(tmp_path: Path, cache: Path) -> None:
    """Barnes owns no barns, and a fire that burns is not Neil Burns. What is no name has forms."""
    texts = {
        "fire": "Chief Ola Renn said the barns had stood for years. She said a fire burns fast.",
        "port": "The head Neil Burns spoke to Nell Barnes. Ola Renn said Burns would pay for it.",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(f"News\n\n{text}\n", encoding="utf-8")
    settings = Settings(index=tmp_path / "index", cache=cache)
    sync([tmp_path], settings=settings)

    with LocalStore.open(settings.index, embedder=None) as opened:
        renn = find_speaker("Renn", speakers(opened))
        found = {
            about: {one.source.path for one in timeline(renn, store=opened, about=about)}
            for about in ("Burns", "Barnes", "barns", "Pay")
        }

    assert found["Burns"] == {"port.txt"}
    assert found["Barnes"] == {"port.txt"}
    assert "fire.txt" in found["barns"]
    assert found["Pay"] == {"port.txt"}
