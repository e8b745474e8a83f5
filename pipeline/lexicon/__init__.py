"""Declared knowledge: rules and word lists as TOML, with the examples that prove them."""
