"""Haystack 2: the pipeline of its tutorials, with references in brackets read by its AnswerBuilder.

Its defaults, except for the number of passages: of passages of 200 words, ten (its default) do not
fit into the context of the model; four do. It has no prompt of its own. Its store is in memory, and
is saved to one file and loaded from it.
"""

from __future__ import annotations

from haystack import Pipeline
from haystack.components.builders import AnswerBuilder, ChatPromptBuilder
from haystack.components.converters import TextFileToDocument
from haystack.components.embedders import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ChatMessage
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import ComponentDevice
from haystack_integrations.components.generators.llama_cpp import LlamaCppChatGenerator

from peers.peer import ANSWER, CONTEXT, THREADS, Ask, Files, Passage, Said, main

STORE = "store.json"
PASSAGES = 4
REFERENCE = r"\[(\d+)\]"
TEMPLATE = """Answer the question from the documents alone. After each statement, give the number of
the document that says it, as in [2]. If no document answers the question, say so.

{% for document in documents %}
Document [{{ loop.index }}]: {{ document.content }}
{% endfor %}

Question: {{ question }}
Answer:"""


def build(files: Files) -> None:
    """Index the folder."""
    store = InMemoryDocumentStore()
    pipeline = Pipeline()
    pipeline.add_component("read", TextFileToDocument(store_full_path=True))
    pipeline.add_component("split", DocumentSplitter())
    pipeline.add_component(
        "embed",
        SentenceTransformersDocumentEmbedder(
            model=str(files.embedder), device=ComponentDevice.from_str("cpu"), progress_bar=False
        ),
    )
    pipeline.add_component("write", DocumentWriter(store))
    for before, after in (("read", "split"), ("split", "embed"), ("embed", "write")):
        pipeline.connect(before, after)
    pipeline.run({"read": {"sources": sorted(files.articles.rglob("*.txt"))}})
    files.index.mkdir(parents=True, exist_ok=True)
    store.save_to_disk(str(files.index / STORE))


def open_index(files: Files) -> Ask:
    """Load index and models."""
    pipeline = _answering(files)

    def ask(question: str) -> Said:
        done = pipeline.run(
            {
                "embed": {"text": question},
                "prompt": {"question": question},
                "answer": {"query": question},
            }
        )
        [answer] = done["answer"]["answers"]
        passages = tuple(
            Passage(path=files.name(document.meta["file_path"]), text=document.content)
            for document in answer.documents
        )
        return Said(text=answer.data, passages=passages, marked=True)

    return ask


def _answering(files: Files) -> Pipeline:
    store = InMemoryDocumentStore.load_from_disk(str(files.index / STORE))
    pipeline = Pipeline()
    pipeline.add_component(
        "embed",
        SentenceTransformersTextEmbedder(
            model=str(files.embedder), device=ComponentDevice.from_str("cpu"), progress_bar=False
        ),
    )
    pipeline.add_component("retrieve", InMemoryEmbeddingRetriever(store, top_k=PASSAGES))
    pipeline.add_component(
        "prompt",
        ChatPromptBuilder([ChatMessage.from_user(TEMPLATE)], required_variables="*"),
    )
    pipeline.add_component(
        "write",
        LlamaCppChatGenerator(
            str(files.model),
            n_ctx=CONTEXT,
            model_kwargs={"verbose": False, "n_threads": THREADS},
            generation_kwargs={"max_tokens": ANSWER, "temperature": 0.0},
        ),
    )
    # All documents are kept, so that a number stays that of its document.
    pipeline.add_component(
        "answer",
        AnswerBuilder(reference_pattern=REFERENCE, return_only_referenced_documents=False),
    )
    pipeline.connect("embed.embedding", "retrieve.query_embedding")
    pipeline.connect("retrieve.documents", "prompt.documents")
    pipeline.connect("prompt.prompt", "write.messages")
    pipeline.connect("write.replies", "answer.replies")
    pipeline.connect("retrieve.documents", "answer.documents")
    return pipeline


if __name__ == "__main__":
    main(build, open_index)
