"""container/: what it copies exists, what it sets are settings, and it has no rights."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from rag.config import Settings

ROOT = Path(__file__).parent.parent
RECIPE = (ROOT / "container" / "Containerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(
    (ROOT / "container" / "compose.yaml").read_text(encoding="utf-8")
)
PARTS = [part.splitlines() for part in RECIPE.split("FROM ")[1:]]  # of the build, of the image


def test_what_is_copied_is_there_and_is_sent_to_the_builder() -> None:
    """The ignore file lets it through."""
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", RECIPE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    sent = (ROOT / ".containerignore").read_text(encoding="utf-8").split()

    assert names
    for name in names:
        assert (ROOT / name).exists()
        assert any(f"{name}/".startswith(f"{one[1:]}/") for one in sent if one[0] == "!"), name


def test_what_is_set_is_a_setting() -> None:
    """In the image and in the compose file."""
    known = {f"RAG_{field.name.upper()}" for field in fields(Settings)}
    told = set(re.findall(r"\b(RAG_\w+)=", RECIPE))
    told |= {name for name in COMPOSE["services"]["rag"]["environment"] if name.startswith("RAG_")}

    assert told
    assert told <= known


def test_the_server_has_no_rights() -> None:
    """It is not root, writes to its volumes alone, and is reached from this machine alone."""
    image = PARTS[-1]
    server = COMPOSE["services"]["rag"]
    [user] = [line.split()[1] for line in image if line.startswith("USER ")]
    [volumes] = [re.findall(r'"(/\w+)"', line) for line in image if line.startswith("VOLUME ")]
    mounted = {entry.split(":")[-1] for entry in server["volumes"] if not entry.endswith(":ro")}

    assert user.isdigit()
    assert int(user) > 0
    assert server["read_only"] is True
    assert server["cap_drop"] == ["ALL"]
    assert mounted == set(volumes)
    for service in COMPOSE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_the_versions_are_those_of_the_project() -> None:
    """Packages by constraints.txt, and the Python that the project is tested with."""
    installs = [line for line in RECIPE.splitlines() if "pip install" in line]

    assert len(installs) == 2
    assert all("--constraint constraints.txt" in line for line in installs)
    assert {part[0].split()[0] for part in PARTS} == {"docker.io/library/python:3.11-slim-bookworm"}
