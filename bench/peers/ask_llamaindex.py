"""LlamaIndex: its CitationQueryEngine over a vector index that is kept on disk.

All its defaults: passages of 1,024 tokens, the two nearest of them cut into numbered sources of 512
tokens, its own prompt. The model's chat template is put around the prompt, as its documentation
advises for a model of this kind.
"""

from __future__ import annotations

from jinja2 import Environment
from llama_index.core import (
    Settings,
    SimpleDirectoryReader,
    StorageContext,
    VectorStoreIndex,
    load_index_from_storage,
)
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.llms.llama_cpp import LlamaCPP

from peers.peer import ANSWER, CONTEXT, THREADS, Ask, Files, Passage, Said, main


def build(files: Files) -> None:
    """Index the folder."""
    Settings.embed_model = HuggingFaceEmbedding(model_name=str(files.embedder), device="cpu")
    documents = SimpleDirectoryReader(str(files.articles), recursive=True).load_data()
    VectorStoreIndex.from_documents(documents).storage_context.persist(str(files.index))


def open_index(files: Files) -> Ask:
    """Load index and models."""
    Settings.embed_model = HuggingFaceEmbedding(model_name=str(files.embedder), device="cpu")
    Settings.llm = _model(files)
    stored = StorageContext.from_defaults(persist_dir=str(files.index))
    engine = CitationQueryEngine.from_args(load_index_from_storage(stored))

    def ask(question: str) -> Said:
        answer = engine.query(question)
        passages = tuple(
            Passage(
                path=files.name(source.node.metadata["file_path"]),
                text=source.node.get_content().partition("\n")[2],  # behind "Source 1:"
            )
            for source in answer.source_nodes
        )
        return Said(text=str(answer), passages=passages, marked=True)

    return ask


def _model(files: Files) -> LlamaCPP:
    model = LlamaCPP(
        model_path=str(files.model),
        context_window=CONTEXT,
        max_new_tokens=ANSWER,
        temperature=0.0,
        verbose=False,
        model_kwargs={"n_threads": THREADS},
    )
    template = Environment().from_string(model._model.metadata["tokenizer.chat_template"])
    model.completion_to_prompt = lambda prompt: template.render(
        messages=[{"role": "user", "content": prompt}], add_generation_prompt=True
    )
    return model


if __name__ == "__main__":
    main(build, open_index)
