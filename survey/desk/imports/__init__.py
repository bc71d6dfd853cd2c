"""Answers and counts that come in as files."""
