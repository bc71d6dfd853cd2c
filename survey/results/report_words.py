"""Fixed words of the printed report, in the two languages that results are kept in."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("it", "en")
WORDS: Mapping[str, tuple[str, str]] = {
    "title": (
        "Soddisfazione degli utenti dei servizi: relazione {year}",
        "Satisfaction of the users of services: report {year}",
    ),
    "published": ("Pubblicata il {date}", "Published on {date}"),
    "revision": (
        "Revisione {revision}: sostituisce le precedenti, che restano conservate",
        "Revision {revision}: it replaces the earlier ones, which are kept",
    ),
    "contents": ("Indice della relazione", "Contents"),
    "summary": ("In sintesi", "In short"),
    "services": ("I servizi", "The services"),
    "note": ("Nota metodologica", "Note on the method"),
    "data": ("I numeri del grafico", "The numbers of the chart"),
    "questions": ("Domanda per domanda", "Question by question"),
    "moved": ("Che cosa si è mosso", "What moved"),
    "promises": ("Gli impegni della carta dei servizi", "The promises of the service charter"),
    "act": ("Dove agire", "Where to act"),
    "who": ("Chi ha risposto", "Who answered"),
    "trust": ("Quanto ci si può fidare", "How far it can be trusted"),
    "few": ("meno di 10", "fewer than 10"),
    "no_trend": ("Andamento negli anni non calcolato: {why}.", "No trend over the years: {why}."),
    "no_priorities": (
        "Mappa delle priorità non disegnata: {why}.",
        "No map of priorities: {why}.",
    ),
    "no_drivers": (
        "Che cosa va insieme alla soddisfazione, non calcolato: {why}.",
        "What goes with satisfaction, not computed: {why}.",
    ),
    "attention": ("Da tenere presente", "To bear in mind"),
    "body_index": (
        "L'indice di soddisfazione dell'ente è {value} su 100 (intervallo {interval}), "
        "{weighting}.",
        "The satisfaction index of the body is {value} out of 100 (interval {interval}), "
        "{weighting}.",
    ),
    "body_change": (
        "L'ente nel suo insieme, rispetto a prima: {headline}",
        "The body as a whole, against the last survey: {headline}",
    ),
    "by_users": (
        "media dei servizi in proporzione agli utenti serviti",
        "mean of the services in proportion to the users served",
    ),
    "by_answers": (
        "media dei servizi in proporzione alle risposte, perché non di tutti si conoscono gli "
        "utenti serviti",
        "mean of the services in proportion to the answers, because the users served are not "
        "known for all",
    ),
    "changes": (
        "Servizi: {total}. Confrontabili con la rilevazione precedente: {tests}. Miglioramenti "
        "accertati: {better}; peggioramenti accertati: {worse}; segnali da verificare: {signals}.",
        "Services: {total}. Comparable with the previous survey: {tests}. Established "
        "improvements: {better}; established declines: {worse}; signals to be checked: {signals}.",
    ),
    "service": ("Servizio", "Service"),
    "question": ("Domanda", "Question"),
    "index": ("Indice 0-100", "Index 0-100"),
    "interval": ("Intervallo al 95%", "95% interval"),
    "satisfied": ("Utenti soddisfatti", "Satisfied users"),
    "n": ("Risposte", "Answers"),
    "verdict": ("Rispetto a prima", "Against the last survey"),
    "forms": ("Questionari raccolti", "Forms received"),
    "users": ("Utenti serviti", "Users served"),
    "rate": ("Tasso di risposta", "Response rate"),
    "modes": ("Modalità di risposta", "Response modes"),
    "modes_protected": (
        "altre modalità: protette, perché con poche risposte",
        "other modes: protected, because few answered",
    ),
    "dk": ("Non so", "Don't know"),
    "na": ("Non previsto", "Not applicable"),
    "blank": ("In bianco", "Left blank"),
    "invalid": ("Non valide", "Invalid"),
    "index_note": (
        "L'indice di soddisfazione va da 0 a 100: ogni dimensione della qualità conta allo stesso "
        "modo, e dentro ciascuna ogni domanda. Le risposte «non so», «non previsto», in bianco e "
        "non valide sono contate a parte e non entrano in nessuna media.",
        "The satisfaction index runs from 0 to 100: every dimension of quality counts the same, "
        "and within it every question. Answers «don't know», «not applicable», blank and invalid "
        "are counted apart and enter no mean.",
    ),
    "small_note": (
        "Dove le risposte sono meno di 10 nessun numero è pubblicato; fra 10 e 29 il valore è "
        "indicativo e non si fanno confronti.",
        "Where fewer than 10 answered no number is published; between 10 and 29 the value is "
        "indicative and no comparison is made.",
    ),
    "method_version": ("Versione del metodo: {version}.", "Version of the method: {version}."),
    "data_hash": (
        "Impronta dei dati (SHA-256): {hash}",
        "Digest of the data (SHA-256): {hash}",
    ),
}
_REASONS: Mapping[str, tuple[str, str]] = {
    "below_minimum": ("n < 10", "n < 10"),
    "too_few_answers": ("n < 10", "n < 10"),
    "no_valid_answer": ("nessuna risposta", "no answer"),
    "no_set_declared": ("non definiti", "not declared"),
    "no_index_items": ("nessuna domanda", "no question"),
}
_MODES: Mapping[str, tuple[str, str]] = {
    "web": ("online", "online"),
    "kiosk": ("totem", "kiosk"),
    "paper": ("cartaceo", "paper"),
    "phone": ("telefono", "telephone"),
    "not_stated": ("non indicata", "not stated"),
}


def say(name: str, language: str, **values: object) -> str:
    return WORDS[name][LANGUAGES.index(language)].format(**values)


def reason_word(code: str | None, language: str) -> str:
    words = _REASONS.get(code or "", ("non disponibile", "not available"))
    return words[LANGUAGES.index(language)]


def mode_word(mode: str, language: str) -> str:
    return _MODES[mode][LANGUAGES.index(language)]
