"""What can be wrong with a questionnaire document: every sentence, and the error that tells it.

The sentences are Italian msgids marked with `N_`; nothing is translated here, so that the
definition stays plain Python. A page tells the fault in the reader's language with
``error.told(gettext)``.
"""

from __future__ import annotations

from collections.abc import Callable

_LONGEST_SHOWN = 60


def N_(message: str) -> str:  # noqa: N802  # the name that message extraction knows
    """Mark a sentence for translation without translating it."""
    return message


NOT_AN_OBJECT = N_("deve essere un oggetto JSON")
NOT_EXPECTED = N_("campo non previsto qui")
MISSING = N_("manca: è obbligatorio")
NOT_A_TEXT = N_("deve essere un testo")
NOT_A_FLAG = N_("deve essere true o false")
NOT_A_WHOLE_NUMBER = N_("deve essere un numero intero tra %(low)d e %(high)d; trovato %(found)s")
NOT_ONE_OF = N_("deve essere uno di: %(choices)s; trovato %(found)s")
NOT_A_LIST = N_("deve essere un elenco")
TOO_FEW = N_("l’elenco è troppo corto: elementi richiesti %(least)d o più")
REPEATED = N_("ripetuto: %(found)s")
NOT_A_KEY = N_(
    "deve iniziare con una lettera minuscola e avere solo lettere minuscole senza accento, cifre "
    "e trattini bassi, al massimo 40 caratteri; trovato %(found)s"
)
NOT_AN_ID = N_(
    "deve iniziare con una lettera minuscola e avere solo lettere minuscole senza accento, cifre, "
    "trattini e trattini bassi, al massimo 40 caratteri; trovato %(found)s"
)
NOT_A_LANGUAGE = N_("non è un codice di lingua come «it»; trovato %(found)s")
NOT_A_PICTOGRAM = N_("deve essere da face-1 a face-3 o da star-1 a star-5; trovato %(found)s")
NOT_THE_FORMAT = N_("deve essere «%(format)s»; trovato %(found)s")
NO_WORDS = N_("manca il testo in questa lingua")
TOO_MANY_WORDS = N_("il testo è lungo %(length)d caratteri: al massimo %(most)d")
CONTROL_CHARACTERS = N_("il testo contiene caratteri di controllo")
NOT_A_LANGUAGE_HERE = N_("lingua non elencata in «languages»")
NOT_A_CODE = N_("codice che la scala non ha: %(found)s")
BOTH_SETS = N_("un codice non può stare anche in «satisfied»: %(found)s")
KEY_TAKEN = N_("già usata da un’altra domanda: %(found)s")
KEY_RESERVED = N_("nome riservato alle colonne di servizio: %(found)s")
KIND_OF_ROLE = N_("una domanda con ruolo «%(role)s» è di tipo «rating»")
NO_ASIDE = N_("non previsto per questo tipo di domanda")
ONLY_PROFILE = N_("va indicata per le domande di profilo, e solo per quelle")
ONLY_ABOUT = N_("va indicata per importanza e aspettativa, e solo per quelle")
NO_SUCH_SCALE = N_("la scala %(found)s non è definita in «scales»")
NO_SUCH_DIMENSION = N_("la dimensione %(found)s non è in «dimensions»")
NO_SUCH_ITEM = N_("indica una domanda che non c’è, o che non è un aspetto valutato: %(found)s")
ASKED_TWICE = N_("un’altra domanda chiede già la stessa cosa di %(found)s")
OVERALL_TWICE = N_("c’è già una domanda sul giudizio complessivo")
POINTS_NOT_100 = N_(
    "i punti delle dimensioni vanno indicati per tutte e devono fare 100 in tutto; "
    "trovato %(found)s"
)
ROLE_TWICE = N_("c’è già una domanda con il ruolo %(found)s")
VARIABLE_TWICE = N_("variabile di profilo chiesta due volte: %(found)s")
NOT_JSON = N_("non è un documento JSON: riga %(line)d, colonna %(column)d")
NOT_UTF8 = N_("il file non è scritto in UTF-8")
TOO_DEEP = N_("il documento è annidato troppo in profondità")
NAME_TWICE = N_("lo stesso campo è scritto due volte: %(found)s")
NOT_A_NUMBER = N_("un numero che JSON non ammette: %(found)s")
TOO_BIG = N_("il documento è troppo grande: al massimo %(most)d byte")


class DefinitionError(ValueError):
    """The document is not a questionnaire.

    `place` is a path such as ``sections[0].key``, empty for the document as a whole; `message`
    and `params` are the fault as a msgid and its values.
    """

    def __init__(self, place: str, message: str, **params: object) -> None:
        super().__init__(place, message)
        self.place = place
        self.message = message
        self.params = params

    def told(self, gettext: Callable[[str], str] = N_) -> str:
        """Tell the fault without its place; `gettext` translates a sentence."""
        sentence = gettext(self.message)
        return sentence % self.params if self.params else sentence

    def __str__(self) -> str:
        return f"{self.place}: {self.told()}" if self.place else self.told()


def shown(value: object) -> str:
    """Show what was found, short enough for a sentence."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
