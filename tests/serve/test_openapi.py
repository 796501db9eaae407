"""rag.serve.openapi: what the document says is what the server does, whatever it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from serve_process import Served, serving

from rag.serve.openapi import openapi_document

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"
schema = schemathesis.openapi.from_path(str(KEPT))


@pytest.fixture(scope="module")
def served(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The seeds, answered with quotations."""
    place = tmp_path_factory.mktemp("serve")
    with serving(seeds_index, place, serve_per_minute=1_000_000) as server:
        yield server


def test_the_kept_document_is_that_of_the_routes() -> None:
    """`make openapi` writes it anew."""
    assert json.loads(KEPT.read_text(encoding="utf-8")) == openapi_document()


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_makes_the_server_fail(case: Any, served: Served) -> None:
    """Not one status from 500 on, and nothing in its log but where it listens."""
    reply = case.call(base_url=served.url)

    assert reply.status_code < 500, reply.text
    assert "Traceback" not in served.log.read_text(errors="replace")
