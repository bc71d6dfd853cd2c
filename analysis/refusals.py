"""Why a JSON document cannot be read, in the language of who wrote it."""

from collections.abc import Mapping

_TEXTS: Mapping[str, tuple[str, str]] = {
    "format": ("atteso {expected!r}, trovato {found!r}", "expected {expected!r}, found {found!r}"),
    "object": ("serve un oggetto, trovato {kind}", "an object is needed, found {kind}"),
    "list": ("serve un elenco, trovato {kind}", "a list is needed, found {kind}"),
    "list_of_one": ("serve un elenco di almeno uno", "a list of at least one is needed"),
    "text": ("serve un testo, trovato {found!r}", "a text is needed, found {found!r}"),
    "whole": (
        "serve un numero intero, trovato {found!r}",
        "a whole number is needed, found {found!r}",
    ),
    "number": ("serve un numero, trovato {found!r}", "a number is needed, found {found!r}"),
    "flag": ("serve true o false, trovato {found!r}", "true or false is needed, found {found!r}"),
    "one_of": ("uno tra {known}, trovato {found!r}", "one of {known}, found {found!r}"),
    "one_of_needed": ("serve uno tra {known}", "one of {known} is needed"),
    "strange": ("qui non è previsto", "not known here"),
    # questionnaires
    "key_taken": (
        "{key!r} è riservata o usata due volte",
        "{key!r} is taken or used twice",
    ),
    "used_twice": ("{key!r} è usata due volte", "{key!r} is used twice"),
    "points": (
        "i punti si danno a tutte e fanno 100, oppure a nessuna",
        "points are given for all and add up to 100, or for none",
    ),
    "two_codes": (
        "servono almeno due codici diversi, trovato {found!r}",
        "at least two different codes are needed, found {found!r}",
    ),
    "codes_range": (
        "i codici vanno da 0 a {highest}, trovato {found!r}",
        "codes go from 0 to {highest}, found {found!r}",
    ),
    "polarity": (
        "positive o negative, trovato {found!r}",
        "positive or negative, found {found!r}",
    ),
    "disjoint": (
        "satisfied e dissatisfied sono elenchi dei suoi codici, senza codici in comune",
        "satisfied and dissatisfied are disjoint lists of its codes",
    ),
    "allows": ("solo dk e na, trovato {found!r}", "dk and na only, found {found!r}"),
    "option_code": (
        "codici diversi da 1 a {highest}, trovato {found!r}",
        "different codes from 1 to {highest}, found {found!r}",
    ),
    "no_scale": (
        "la scala {name!r} non è nel documento",
        "no scale {name!r} in the document",
    ),
    "no_dimension": (
        "domanda {key!r}: non c'è la dimensione {name!r}",
        "question {key!r}: no dimension {name!r}",
    ),
    "no_item": (
        "domanda {key!r}: of: non c'è la domanda di giudizio {name!r}",
        "question {key!r}: of: no item {name!r}",
    ),
    "variable": (
        "domanda {key!r}: variable: una tra {known}, trovato {found!r}",
        "question {key!r}: variable: one of {known}, found {found!r}",
    ),
    "one_role": (
        "al più una domanda ha il ruolo {role}",
        "at most one question has the role {role}",
    ),
    "one_each": (
        "al più una domanda per ogni giudizio ha il ruolo {role}",
        "at most one question of each item has the role {role}",
    ),
    "one_variable": (
        "al più una domanda ha la variabile {name}",
        "at most one question has variable {name}",
    ),
    "no_rated": (
        "nel questionario {id!r} non c'è la domanda a scala {key!r}",
        "no rating question {key!r} in questionnaire {id!r}",
    ),
    # counts
    "forms": (
        "serve un numero di questionari fino a {most}, trovato {found!r}",
        "a number of forms up to {most:,} is needed, found {found!r}",
    ),
    "amount": (
        "serve un conteggio, una media o una percentuale, trovato {found!r}",
        "a count, mean or percentage is needed, found {found!r}",
    ),
    "code_whole": (
        "un codice è un numero intero, trovato {found!r}",
        "a code is a whole number, found {found!r}",
    ),
    "code_twice": ("il codice {code} compare due volte", "code {code} comes twice"),
    # standards
    "inside": (
        "serve un numero tra 0 e 100, non {found}",
        "a number between 0 and 100 is needed, not {found}",
    ),
    "percent": (
        "serve un numero da 0 a 100, non {found}",
        "a number from 0 to 100 is needed, not {found}",
    ),
    "not_both": (
        "una domanda o una dimensione, non entrambe",
        "a question or a dimension, not both",
    ),
    "mean_index": ("solo un mean_index ne ha una", "only a mean_index has one"),
    "register": (
        "i valori per rilevazione sono di un register_share, e solo di quello",
        "values by wave belong to a register_share, and to it alone",
    ),
    "impossible": ("{kept} su {cases} è impossibile", "{kept} of {cases} is impossible"),
    "promise_twice": (
        "{key!r} compare due volte per {service!r}",
        "{key!r} comes twice for {service!r}",
    ),
    "x_and_n": (
        "servono i numeri interi x e n, trovato {found!r}",
        "whole numbers x and n are needed, found {found!r}",
    ),
    "texts": (
        "serve un testo per lingua, trovato {found!r}",
        "a text by language is needed, found {found!r}",
    ),
    # users by class
    "wave_twice": ("questa rilevazione compare due volte", "this wave comes twice"),
    "no_wave": (
        "di questa rilevazione non ci sono risposte",
        "there are no answers of this wave",
    ),
    "which_service": (
        "più servizi hanno questa rilevazione, scrivere SERVIZIO/{label}",
        "several services have this wave, write SERVICE/{label}",
    ),
    "no_option": ("{code!r} non è il codice di un'opzione", "{code!r} is not an option code"),
    "users": (
        "serve un numero di utenti, trovato {found!r}",
        "a number of users is needed, found {found!r}",
    ),
    "not_asked": (
        "utenti per {variable!r}: il questionario non lo chiede",
        "users by {variable!r}: the questionnaire does not ask it",
    ),
    "option_not_asked": (
        "utenti per {variable!r}: non c'è l'opzione {code}",
        "users by {variable!r}: no option {code}",
    ),
    "class_twice": (
        "utenti per {name!r}: un solo numero per ogni classe",
        "margin {name!r}: one number of users for each class, once",
    ),
    "impossible_users": (
        "utenti per {name!r}: numeri impossibili {users}",
        "margin {name!r}: impossible users {users}",
    ),
    "totals": (
        "i totali degli utenti per classe sono diversi: {shown}",
        "totals of the margins differ: {shown}",
    ),
    "unreconciled": (
        "gli utenti per {names} non si conciliano con le risposte: per alcuni incroci di classi "
        "non ce n'è nessuna. Dare gli utenti di una sola di queste variabili",
        "users by {names} cannot be reconciled with the answers: some classes do not occur "
        "together in any. Give the users by one of these variables only",
    ),
    # manifests
    "one_twice": ("una compare due volte", "one comes twice"),
    "none_own": ("una rilevazione non ne ha uno proprio", "a wave has none of its own"),
}
_KINDS = {
    "dict": "un oggetto", "list": "un elenco", "str": "un testo", "int": "un numero",
    "float": "un numero", "bool": "true o false", "NoneType": "niente",
}  # fmt: skip
_PLACES = {"document": "documento", "users": "utenti"}


class DocumentError(ValueError):
    """A document that cannot be read; as a text it is in English.

    Attributes
    ----------
    code : str
        What is wrong.
    place : str
        Where, such as ``sections[0].questions[2].scale``; empty where the whole is meant.
    """

    def __init__(self, code: str, place: str = "", /, **values: object) -> None:
        self.code, self.place = code, place
        self._values = values
        super().__init__(self.message("en"))

    def message(self, language: str = "it") -> str:
        """Say it in Italian, or in English for ``en``."""
        english = language.startswith("en")
        values, place = dict(self._values), self.place
        if not english:
            place = _PLACES.get(place, place)
            kind = values.get("kind")
            values["kind"] = _KINDS.get(str(kind), kind)
        text = _TEXTS[self.code][english].format(**values)
        return f"{place}: {text}" if place else text

    def within(self, place: str) -> "DocumentError":
        """Give the same, as a part of another place."""
        inner = f"{place}.{self.place}" if self.place else place
        return DocumentError(self.code, inner, **self._values)


def refusal_words(error: Exception, language: str) -> str:
    """Say why a document was refused.

    Parameters
    ----------
    error : Exception
        As raised by the reader of a document.
    language : str
        English for ``en``, else Italian.

    Returns
    -------
    str
        In English for errors that are not ours.

    Examples
    --------
    >>> error = DocumentError("list", "sections", kind="dict")
    >>> refusal_words(error, "it"), refusal_words(error, "en")
    ('sections: serve un elenco, trovato un oggetto', 'sections: a list is needed, found dict')
    """
    return error.message(language) if isinstance(error, DocumentError) else str(error)
