"""An index for people's chat tools: HTTP as OpenAI's clients speak it, a page, MCP and Slack.

Thin adapters over `rag.answer.async_assistant`: none of them decides what an answer is.
"""
