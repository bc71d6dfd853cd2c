"""The demonstration body: an invented Comune with a known past."""
