"""What is wrong with a file to import, besides what any reader of answers files finds."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from analysis.faults import Fault

#: longest piece of a cell that is repeated
_SHOWN = 24

_SENTENCES: Mapping[str, object] = {
    "utf16": _l("il testo è in UTF-16: salvare il file come «CSV UTF-8»"),
    "windows_1252": _l(
        "il testo non è in UTF-8 ma, pare, in Windows-1252, come lo salva Excel con «CSV»: "
        "salvarlo di nuovo scegliendo «CSV UTF-8»"
    ),
    "spreadsheet": _l(
        "è un foglio di calcolo o un archivio, anche se si chiama CSV: aprirlo e salvarlo come "
        "«CSV UTF-8»"
    ),
    "too_wide": _l("l'intestazione ha %(value)s colonne: al massimo %(expected)s"),
    "no_rows": _l("il file ha solo l'intestazione: non c'è nessun questionario"),
    "nothing_answered": _l("nel file non c'è nessun questionario con almeno una risposta"),
    "nothing_sent": _l(
        "nessuna riga ha insieme una data di invio e una risposta: chi rispondeva non ha finito"
    ),
    "nameless_column": _l("la colonna non ha un nome"),
    "column_spelled": _l("la colonna «%(value)s» deve chiamarsi «%(expected)s»"),
    "mode_nowhere": _l("il file non dice la modalità di compilazione: sceglierne una per tutti"),
    "day_nowhere": _l("il file non dice il giorno di compilazione: sceglierne uno per tutti"),
    "mode_missing": _l("manca la modalità: scriverla nella colonna o sceglierne una per tutti"),
    "day_missing": _l("manca il giorno: scriverlo nella colonna o sceglierne uno per tutti"),
    "day_unreadable": _l("«%(value)s» non è una data che si riconosce"),
    "day_outside": _l("il giorno %(value)s è fuori dal periodo %(expected)s"),
    "place": _l("«%(value)s» non è un luogo del servizio (ci sono: %(expected)s)"),
    "lang": _l("«%(value)s» non è una lingua del questionario (ci sono: %(expected)s)"),
    "text_too_long": _l("il testo ha %(value)s caratteri: al massimo %(expected)s"),
    "unprintable": _l("il testo contiene caratteri che non si possono salvare"),
    "serial": _l("«%(value)s» non è un numero di foglio"),
    "serial_not_paper": _l("il numero di foglio %(value)s c'è, ma la modalità non è paper"),
    "serial_unknown": _l("il foglio %(value)s non è stato stampato per questa rilevazione"),
    "serial_keyed": _l("il foglio %(value)s è già stato imputato"),
    "serial_void": _l("il foglio %(value)s è tra gli annullati di un plico"),
    "column_not_mapped": _l("la corrispondenza non parla della colonna «%(value)s»"),
    "column_gone": _l("manca la colonna «%(value)s», che la corrispondenza usa"),
    "label_not_mapped": _l("la corrispondenza non dice che risposta è «%(value)s»"),
    "not_an_item": _l("«%(value)s» non è una domanda a giudizio del questionario"),
    "not_a_code": _l("«%(value)s» non è una risposta della scala (ci sono: %(expected)s)"),
    "not_a_number": _l("«%(value)s» non è un numero"),
    "not_a_count": _l("«%(value)s» non è un numero intero di risposte"),
    "not_json": _l("qui il file JSON non si capisce: è rovinato o finisce prima del tempo"),
    "no_figures": _l("mancano le cifre: serve la colonna n, oppure percentage e base"),
    "no_base_column": _l("manca la colonna base, che dice su quante risposte sono le percentuali"),
    "no_base": _l(
        "«%(value)s» ha percentuali ma non la base: scrivere in una colonna base su quante "
        "risposte sono calcolate"
    ),
    "other_base": _l(
        "le percentuali di «%(value)s» non sono sulla somma dei conteggi (%(expected)s): scrivere "
        "in una colonna base su quante risposte sono calcolate"
    ),
    "two_bases": _l("la base è %(value)s, ma prima era %(expected)s"),
    "no_column_of_counts": _l(
        "la colonna «%(value)s» non è di un file di conteggi (item, code, n, percentage, base)"
    ),
    "private": _l("la cella è un indirizzo di rete o di posta: questa colonna non si importa"),
    "private_column": _l(
        "la colonna «%(value)s» porta a una persona, a un apparecchio o a un'ora: aprire la "
        "corrispondenza e salvarla di nuovo, senza questa colonna"
    ),
    "twice": _l("«%(value)s» compare due volte"),
}


class FileFault(Fault):
    """A fault of a file to import, in words that a reader alone does not have."""

    __slots__ = ()

    def message(self, language: str = "it") -> str:
        if self.code not in _SENTENCES:
            return super().message(language)
        value = self.value if len(self.value) <= _SHOWN else self.value[:_SHOWN] + "…"
        words = str(_SENTENCES[self.code]) % {"value": value, "expected": self.expected}
        place = self.place(language)
        return f"{place}: {words}" if place else words
