"""What stands beside the code agrees with it: the version, the hooks, the types for others."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

import rag

ROOT = Path(__file__).parent.parent
# rag alone is read: reading every library that it imports takes mypy ten seconds.
MYPY = "[mypy]\nfollow_imports = skip\n[mypy-rag.*]\nfollow_imports = normal\n"


def test_one_version_everywhere():
    """The package, its metadata, the API's description and the newest release say one version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    api = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## (\d\S*) \(\d{4}-\d\d-\d\d\)$", changelog, re.MULTILINE)
    found = {rag.__version__, project["version"], api["info"]["version"], releases[0]}
    assert found == {rag.__version__}


def test_the_hooks_run_what_make_lint_runs():
    """Each command of `make lint` is a hook before a commit, and there is no other."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook["entry"] for repository in config["repos"] for hook in repository["hooks"]]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^lint:.*\n((?:\t.+\n)+)", makefile, re.MULTILINE)
    assert recipe
    commands = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]
    assert hooks == commands


def test_programs_that_import_rag_are_checked_with_its_types(tmp_path: Path):
    """A checker knows the type of an answer where `rag` is an installed package."""
    (tmp_path / "mypy.ini").write_text(MYPY, encoding="utf-8")
    (tmp_path / "program.py").write_text(
        'from rag import Assistant\n\nreveal_type(Assistant.open("index").ask("Who?"))\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--python-executable", sys.executable, "program.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert 'Revealed type is "rag.domain.Answer"' in result.stdout
    assert "Success" in result.stdout
