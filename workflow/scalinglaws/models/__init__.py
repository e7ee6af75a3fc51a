"""Architectures, one a file, with one interface: `language_model.LanguageModel`."""
