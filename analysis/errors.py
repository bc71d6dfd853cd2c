"""What a command cannot go on with."""


class CommandError(Exception):
    """A problem of input, to be shown to the person at the keyboard."""
