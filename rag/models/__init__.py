"""The models: encoders on onnxruntime, language models, where their files are, and prompts."""
