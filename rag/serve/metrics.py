"""Figures of a running server, as Prometheus reads them. The only importer of prometheus_client."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from rag.domain import Answer

SECONDS = (0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)


class Metrics:
    """Counters of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()

        def counter(name: str, help: str) -> Counter:
            return Counter(name, help, registry=self._registry)

        self.asked = counter("rag_questions", "Questions taken")
        self.refused = counter("rag_refused", "Questions refused because too many waited")
        self.cancelled = counter("rag_cancelled", "Answers that a client did not wait for")
        self.failed = counter("rag_failed", "Answers that ended in an error")
        self.abstained = counter("rag_abstained", "Questions that the articles do not answer")
        self.first_evidence = Histogram(
            "rag_first_evidence_seconds",
            "From a question taken to its evidence",
            buckets=SECONDS,
            registry=self._registry,
        )
        self.answer_seconds = Histogram(
            "rag_answer_seconds",
            "From a question taken to its answer",
            buckets=SECONDS,
            registry=self._registry,
        )
        self.waiting = Gauge("rag_waiting", "Questions in line", registry=self._registry)
        self.generation = Gauge(
            "rag_index_generation", "Generation of the last answer", registry=self._registry
        )

    def answered(self, answer: Answer, *, seconds: float) -> None:
        """Count an answer."""
        self.answer_seconds.observe(seconds)
        self.generation.set(answer.generation)
        if answer.abstained:
            self.abstained.inc()

    def page(self, *, waiting: int) -> bytes:
        """All figures in Prometheus' text format."""
        self.waiting.set(waiting)
        return bytes(generate_latest(self._registry))
