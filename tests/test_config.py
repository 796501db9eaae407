"""rag.config: which source of a setting wins, and what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from rag.config import (
    Mode,
    Settings,
    load_settings,
    setting_rows,
    settings_file,
    write_setting,
)
from rag.credentials import slack_tokens
from rag.errors import ConfigError
from rag.limits import Limits


def load(
    folder: Path, toml: str | bytes | None = None, *, flags: Any = None, **environ: str
) -> Settings:
    """The settings of a folder with a ``rag.toml`` of this content."""
    if toml is not None:
        content = toml if isinstance(toml, bytes) else toml.encode()
        (folder / "rag.toml").write_bytes(content)
    return load_settings(environ=environ, folder=folder, flags=flags).settings


def test_without_any_source_the_defaults_hold(tmp_path: Path) -> None:
    """No file, no variable and no flag: every value is the default and says so."""
    configuration = load_settings(environ={}, folder=tmp_path)

    assert configuration.settings == Settings()
    assert set(configuration.origins.values()) == {"default"}
    assert configuration.settings.index == Path("index")
    assert configuration.settings.k == 5
    assert configuration.settings.mode is Mode.HYBRID


def test_later_sources_win_and_are_named(tmp_path: Path) -> None:
    """Defaults < rag.toml < RAG_* < flags, setting by setting."""
    file = tmp_path / "rag.toml"
    file.write_text("passages = 20\nk = 6\nsentences = 4\n", encoding="utf-8")

    configuration = load_settings(
        environ={"RAG_K": "7", "RAG_SENTENCES": "2", "HOME": "/root"},
        folder=tmp_path,
        flags={"sentences": 1},
    )

    settings, origins = configuration.settings, configuration.origins
    assert (settings.llm_tokens, origins["llm_tokens"]) == (120, "default")
    assert (settings.passages, origins["passages"]) == (20, str(file))
    assert (settings.k, origins["k"]) == (7, "RAG_K")
    assert (settings.sentences, origins["sentences"]) == (1, "--sentences")


def test_a_flag_is_named_as_it_is_typed(tmp_path: Path) -> None:
    """The origin of a flag has dashes, not underscores."""
    configuration = load_settings(environ={}, folder=tmp_path, flags={"llm_model": "big"})

    assert configuration.origins["llm_model"] == "--llm-model"


def test_a_flag_that_is_not_given_hides_nothing(tmp_path: Path) -> None:
    """None on the command line leaves what the other sources say."""
    assert load(tmp_path, "k = 6\n", flags={"k": None}).k == 6


def test_text_becomes_the_type_of_its_setting(tmp_path: Path) -> None:
    """Variables are text; numbers, modes and paths are made of them."""
    settings = load(
        tmp_path,
        RAG_DENSE_WEIGHT="0.25",
        RAG_MODE="lexical",
        RAG_INDEX="~/articles",
        RAG_PROMPTS="mine",
        RAG_THREADS="3",
    )

    assert settings.dense_weight == 0.25
    assert settings.mode is Mode.LEXICAL
    assert settings.index == Path.home() / "articles"
    assert settings.prompts == Path("mine")
    assert settings.threads == 3


def test_rag_config_names_another_file(tmp_path: Path) -> None:
    """RAG_CONFIG replaces the rag.toml of the folder, it does not add to it."""
    (tmp_path / "rag.toml").write_text("k = 6\n", encoding="utf-8")
    other = tmp_path / "other.toml"
    other.write_text("passages = 20\n", encoding="utf-8")

    configuration = load_settings(environ={"RAG_CONFIG": str(other)}, folder=tmp_path)

    assert (configuration.settings.k, configuration.settings.passages) == (5, 20)
    assert configuration.origins["passages"] == str(other)


def test_rag_config_that_names_nothing_is_refused(tmp_path: Path) -> None:
    """A file that was asked for and is not there is no reason to fall back to the defaults."""
    with pytest.raises(ConfigError, match=r"RAG_CONFIG names .*gone\.toml, which is not a file"):
        load(tmp_path, RAG_CONFIG=str(tmp_path / "gone.toml"))


def test_an_empty_rag_config_is_none(tmp_path: Path) -> None:
    """RAG_CONFIG= is how a shell unsets a variable for one command."""
    assert load(tmp_path, RAG_CONFIG="").k == 5
    assert load(tmp_path, "k = 6\n", RAG_CONFIG="").k == 6


@pytest.mark.parametrize(
    ("toml", "environ", "flags", "message"),
    [
        ("sentence = 2\n", {}, {}, r"unknown setting `sentence` in .*rag\.toml"),
        ("", {"RAG_SENTENCE": "2"}, {}, r"unknown setting `sentence` in the environment"),
    ],
    ids=["rag.toml", "environment"],
)
def test_an_unknown_key_names_the_nearest(
    tmp_path: Path, toml: str, environ: dict[str, str], flags: dict[str, Any], message: str
) -> None:
    """A misspelt setting is an error that says which one may be meant."""
    with pytest.raises(ConfigError, match=message) as caught:
        load(tmp_path, toml, flags=flags, **environ)

    assert caught.value.hint == "did you mean `sentences`?"
    assert caught.value.exit_code == 2


def test_an_unknown_key_like_no_other_points_to_the_list(tmp_path: Path) -> None:
    """Nothing is near: the hint says where all settings are shown."""
    with pytest.raises(ConfigError, match="unknown setting `zzz`") as caught:
        load(tmp_path, "zzz = 1\n")

    assert caught.value.hint == "see `rag config show` for all settings"


@pytest.mark.parametrize(
    ("toml", "hint"),
    [
        ('k = "many"', "it must be a whole number"),
        ("k = 5.7", "it must be a whole number"),
        ("k = inf", "it must be a whole number"),
        ("k = true", "it must be a whole number"),
        ("k = [5]", "it must be a whole number"),
        ("k = 2024-01-01", "it must be a whole number"),
        ("[k]\nn = 1", "it must be a whole number"),
        ('dense_weight = "half"', "it must be a number"),
        ('abstain_below = "low"', "it must be a number"),
        ("abstain_below = true", "it must be a number"),
        ("llm = 5", "it must be text"),
        ('mode = "both"', "it must be one of hybrid, dense, lexical"),
        ("mode = ['dense']", "it must be one of hybrid, dense, lexical"),
        ("index = 5", "it must be a path"),
        ('index = ""', "it must be a path"),
        ('index = "~nobody-has-this-name/x"', "it must be a path"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(tmp_path: Path, toml: str, hint: str) -> None:
    """The message names the setting and its source, the hint what would do."""
    with pytest.raises(ConfigError, match=r"`\w+` cannot be .* \(from .*rag\.toml\)") as caught:
        load(tmp_path, toml)

    assert caught.value.hint == hint


def test_a_value_out_of_range_is_told_with_its_origin(tmp_path: Path) -> None:
    """The name that was typed, in whatever place."""
    with pytest.raises(ConfigError, match=r"^`abstain_below` is 3.0 \(from RAG_ABSTAIN_BELOW\)$"):
        load_settings(environ={"RAG_ABSTAIN_BELOW": "3"}, folder=tmp_path)
    with pytest.raises(ConfigError, match=r"^`sentences` is -1 \(from --sentences or --k\)$"):
        load_settings(environ={}, folder=tmp_path, flags={"sentences": -1})


@pytest.mark.parametrize(
    ("environ", "hint"),
    [
        ({"RAG_DENSE_WEIGHT": "1.01"}, "it must be 0 to 1"),
        ({"RAG_DENSE_WEIGHT": "-0.01"}, "it must be 0 to 1"),
        ({"RAG_DENSE_WEIGHT": "nan"}, "it must be 0 to 1"),
        ({"RAG_ABSTAIN_BELOW": "1.01"}, "it must be 0 to 1"),
        ({"RAG_ABSTAIN_BELOW": "nan"}, "it must be 0 to 1"),
        ({"RAG_K": "0"}, "it must be 1 or more"),
        ({"RAG_SENTENCES": "-1"}, "it must be 1 or more"),
        ({"RAG_THREADS": "-1"}, "it must be 0 to 1024"),
        ({"RAG_PARSE_SECONDS": "inf"}, "it must be more than 0 and at most 86,400"),
        ({"RAG_PARSE_MEGABYTES": "9" * 30}, "it must be more than 0 and at most 1,000,000"),
        ({"RAG_PDF_PAGES": "0"}, "it must be more than 0 and at most 1,000,000"),
        ({"RAG_ARCHIVE_RATIO": "-1"}, "it must be more than 0 and at most 2,000"),
        ({"RAG_LLM_TIMEOUT": "0"}, "it must be a number of seconds, more than 0"),
        ({"RAG_LLM_TIMEOUT": "inf"}, "it must be a number of seconds, more than 0"),
        ({"RAG_LLM_TIMEOUT": "nan"}, "it must be a number of seconds, more than 0"),
    ],
)
def test_a_value_out_of_range_is_refused(
    tmp_path: Path, environ: dict[str, str], hint: str
) -> None:
    """The hint gives the range."""
    with pytest.raises(ConfigError, match=r"^`\w+` is ") as caught:
        load(tmp_path, **environ)

    assert caught.value.hint == hint


@pytest.mark.parametrize("weight", ["0", "1", "0.5"])
def test_the_ends_of_a_range_belong_to_it(tmp_path: Path, weight: str) -> None:
    """0 and 1 are shares too."""
    assert load(tmp_path, RAG_DENSE_WEIGHT=weight).dense_weight == float(weight)


def test_the_limits_of_a_file_are_the_settings_of_their_names(tmp_path: Path) -> None:
    """Each has the default that the limits have themselves, and goes where it was set."""
    assert load(tmp_path).limits == Limits()
    for entry in dataclasses.fields(Limits):
        set_to = load(tmp_path, **{f"RAG_{entry.name.upper()}": "7"}).limits
        assert set_to == dataclasses.replace(Limits(), **{entry.name: 7})


def test_the_line_of_abstention_is_a_number_or_as_shipped(tmp_path: Path) -> None:
    """Unset is no number at all: not even the lowest line is the shipped one."""
    assert load(tmp_path).abstain_below is None
    assert load(tmp_path, "abstain_below = 0\n").abstain_below == 0.0
    assert load(tmp_path, RAG_ABSTAIN_BELOW="0.4").abstain_below == 0.4


@pytest.mark.parametrize("toml", ["k = \n", "k = 5\nk = 6\n", "\x00", b"llm = '\xff'\n"])
def test_broken_toml_is_refused(tmp_path: Path, toml: str | bytes) -> None:
    """A file that cannot be read as TOML is named."""
    with pytest.raises(ConfigError, match=r"rag\.toml is not valid TOML"):
        load(tmp_path, toml)


def test_settings_cannot_be_changed() -> None:
    """A stage cannot alter what the next one sees."""
    settings = Settings()

    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'k'"):
        settings.k = 9  # type: ignore[misc]


def test_a_secret_is_masked(tmp_path: Path) -> None:
    """`rag config show` says that a key is set, and not which."""
    rows = setting_rows(load_settings(environ={"RAG_LLM_API_KEY": "s3cret"}, folder=tmp_path))
    values = {row.key: row.value for row in rows}

    assert values["llm_api_key"] == "(set)"
    assert not [row for row in rows if "s3cret" in repr(row)]


def test_a_secret_that_is_not_set_shows_as_empty(tmp_path: Path) -> None:
    """Masking does not make an absent key look present."""
    values = {
        row.key: row.value for row in setting_rows(load_settings(environ={}, folder=tmp_path))
    }

    assert values["llm_api_key"] == ""
    assert values["prompts"] == ""
    assert values["mode"] == "hybrid"


def test_every_setting_has_a_row_with_help(tmp_path: Path) -> None:
    """No setting is hidden, and each is explained."""
    rows = setting_rows(load_settings(environ={}, folder=tmp_path))

    assert [row.key for row in rows] == [entry.name for entry in dataclasses.fields(Settings)]
    assert all(row.help for row in rows)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, 'llm = "none"\n'),
        (
            "# my notes\nk = 6  # six\n\nllm = 'old'  # for now\n",
            '# my notes\nk = 6  # six\n\nllm = "none"  # for now\n',
        ),
        ("# nothing set yet\n", '# nothing set yet\nllm = "none"\n'),
    ],
    ids=["no file", "other settings", "comments only"],
)
def test_write_setting_keeps_everything_else(
    tmp_path: Path, before: str | None, after: str
) -> None:
    """Comments, order and other settings survive."""
    if before is not None:
        (tmp_path / "rag.toml").write_text(before, encoding="utf-8")

    path = write_setting("llm", "none")

    assert path.resolve() == (tmp_path / "rag.toml").resolve()
    assert path.read_text(encoding="utf-8") == after
    assert load(tmp_path).llm == "none"


def test_write_setting_survives_any_text(tmp_path: Path) -> None:
    """Quotes, backslashes and line ends in a value are escaped, not obeyed."""
    write_setting("llm", 'a"b\\c\nk = 99')

    assert load(tmp_path).llm == 'a"b\\c\nk = 99'
    assert load(tmp_path).k == 5


def test_write_setting_writes_numbers_and_takes_out_what_is_none(tmp_path: Path) -> None:
    """A number is one in the file too; without the key, the default holds again."""
    file = tmp_path / "rag.toml"
    file.write_text("k = 6  # six\n", encoding="utf-8")

    write_setting("abstain_below", 0.41)
    written = file.read_text(encoding="utf-8")
    write_setting("abstain_below", None)
    write_setting("abstain_below", None)

    assert written == "k = 6  # six\nabstain_below = 0.41\n"
    assert file.read_text(encoding="utf-8") == "k = 6  # six\n"


def test_write_setting_keeps_a_private_file_private(tmp_path: Path) -> None:
    """A rag.toml that holds a key and that only its owner may read stays that way."""
    file = tmp_path / "rag.toml"
    file.write_text('llm_api_key = "s3cret"\n', encoding="utf-8")
    file.chmod(0o600)

    write_setting("llm", "none")

    assert file.stat().st_mode & 0o777 == 0o600


def test_write_setting_goes_where_rag_config_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file in force is the file that is changed."""
    other = tmp_path / "other.toml"
    monkeypatch.setenv("RAG_CONFIG", str(other))

    assert write_setting("llm", "none") == other
    assert settings_file({"RAG_CONFIG": str(other)}, tmp_path) == other
    assert not (tmp_path / "rag.toml").exists()


@pytest.mark.parametrize("content", [b"k = \n", b"\xff\xfe"])
def test_write_setting_leaves_a_broken_file_alone(tmp_path: Path, content: bytes) -> None:
    """What cannot be understood is not overwritten."""
    file = tmp_path / "rag.toml"
    file.write_bytes(content)

    with pytest.raises(ConfigError, match="cannot be changed"):
        write_setting("llm", "none")

    assert file.read_bytes() == content


def test_tokens_of_slack_come_from_the_environment_and_are_not_shown() -> None:
    """With a newline after them, as files have; each of its own kind."""
    given = {"SLACK_BOT_TOKEN": "xoxb-1\n", "SLACK_APP_TOKEN": "xapp-2"}
    tokens = slack_tokens(given)

    assert (tokens.bot, tokens.app) == ("xoxb-1", "xapp-2")
    assert "xoxb" not in repr(tokens) and "xapp" not in repr(tokens)
    for name in given:
        with pytest.raises(ConfigError, match=f"{name} is not set") as caught:
            slack_tokens({**given, name: ""})
        assert "environment" in caught.value.hint
