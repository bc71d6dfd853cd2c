"""What a command cannot go on with."""

import errno
from collections.abc import Mapping

_SYSTEM: Mapping[int, tuple[str, str]] = {
    errno.ENOENT: ("non esiste", "it does not exist"),
    errno.EISDIR: ("è una cartella", "it is a folder"),
    errno.ENOTDIR: ("una parte del percorso non è una cartella", "part of its path is no folder"),
    errno.EEXIST: ("c'è già un file con questo nome", "there is a file of this name"),
    errno.EACCES: ("accesso negato", "access denied"),
    errno.ENOSPC: ("il disco è pieno", "the disk is full"),
}


class CommandError(Exception):
    """A problem of input, to be shown to the person at the keyboard."""


def system_words(error: OSError, language: str) -> str:
    """Say why the system refused a file.

    Parameters
    ----------
    error : OSError
        As raised.
    language : str
        English for ``en``, else Italian.

    Returns
    -------
    str
        Without a full stop; the system's own words where the reason is a rare one.

    Examples
    --------
    >>> system_words(FileNotFoundError(errno.ENOENT, "No such file or directory"), "it")
    'non esiste'
    """
    words = _SYSTEM.get(error.errno or 0)
    return words[language == "en"] if words else (error.strerror or str(error))
