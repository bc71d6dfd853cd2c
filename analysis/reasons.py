"""Why a number of the results is not there, in words of people.

Codes are those of the results document. The same code can mean another threshold in another part:
`OF_PART` says so.
"""

from collections.abc import Mapping

from analysis.words import LANGUAGES

Two = tuple[str, str]
_FEW: Two = ("troppo poche risposte", "too few answers")
_NO_SPREAD: Two = ("tutte le risposte sono uguali", "all answers are equal")

REASONS: Mapping[str, Two] = {
    "an_item_has_no_variance": (
        "a una domanda tutti hanno risposto allo stesso modo",
        "everybody answered one question alike",
    ),
    "asked_differently": (
        "nella rilevazione precedente le domande erano diverse",
        "the survey before asked otherwise",
    ),
    "below_minimum": ("n < 10: non pubblicato", "n < 10: not published"),
    "confounded": (
        "canale e profilo degli utenti sono cambiati insieme alle rilevazioni",
        "response mode and users' profile changed together with the surveys",
    ),
    "explains_too_little": (
        "le domande spiegano meno del 20% della soddisfazione complessiva",
        "the questions explain less than 20% of overall satisfaction",
    ),
    "expectation_not_asked": ("le aspettative non sono state chieste", "expectations not asked"),
    "expectation_not_asked_of_all_items": (
        "le aspettative non sono state chieste per tutte le domande",
        "expectations were not asked for every question",
    ),
    "fewer_than_four_items": ("meno di quattro domande", "fewer than four questions"),
    "fewer_than_four_waves": (
        "meno di quattro rilevazioni di seguito confrontabili tra loro",
        "fewer than four surveys in a row that compare with one another",
    ),
    "fewer_than_ten_services": (
        "meno di dieci servizi confrontabili: si confrontano a due a due",
        "fewer than ten services that compare: they are compared two by two",
    ),
    "fewer_than_three_items": ("meno di tre domande", "fewer than three questions"),
    "fewer_than_two_items": ("meno di due domande", "fewer than two questions"),
    "importance_not_asked": ("l'importanza non è stata chiesta", "importance was not asked"),
    "importance_not_known": (
        "l'importanza non è stata chiesta per tutte le domande, e per ricavarla dalle risposte ne "
        "servono almeno 500 su non più di 12 domande",
        "importance was not asked for every question, and deriving it from the answers takes at "
        "least 500 of them on no more than 12 questions",
    ),
    "importance_of_some_items": (
        "l'importanza è stata chiesta solo per alcune domande",
        "importance was asked for some questions only",
    ),
    "item_without_answers": ("una domanda non ha risposte", "one question has no answers"),
    "more_answers_than_users": (
        "i questionari sono più degli utenti dichiarati",
        "there are more forms than declared users",
    ),
    "nearly_collinear": (
        "le risposte alle domande sono quasi uguali tra loro: non si possono distinguere",
        "answers to the questions are almost the same: they cannot be told apart",
    ),
    "no_cases": ("nessun caso", "no cases"),
    "no_common_mode": (
        "è cambiato il modo di raccogliere le risposte",
        "the way of collecting answers changed",
    ),
    "no_common_profile": (
        "nessuna classe di età e sesso in comune",
        "no class of age and sex in common",
    ),
    "no_covariance": ("errore non calcolabile", "no standard error"),
    "no_importance": ("nessuna risposta sull'importanza", "no answers on importance"),
    "no_index_items": ("nessuna domanda dell'indice", "no question of the index"),
    "no_items": ("nessuna domanda utilizzabile", "no question that can be used"),
    "no_overall_question": (
        "manca la domanda sulla soddisfazione complessiva",
        "there is no question on overall satisfaction",
    ),
    "no_pair_sums": (
        "della rilevazione si conoscono solo i conteggi",
        "only the counts of the survey are known",
    ),
    "no_pairs": (
        "nessuno ha risposto a entrambe le domande",
        "nobody answered both questions",
    ),
    "no_previous_wave": ("prima rilevazione", "first survey"),
    "no_published_service": ("nessun servizio pubblicabile", "no service can be published"),
    "no_register_value": ("nessun valore comunicato", "no value was given"),
    "no_sampling_error": ("errore non calcolabile", "no standard error"),
    "no_set_declared": (
        "le risposte favorevoli non sono definite",
        "favourable answers are not defined",
    ),
    "no_standard_error": ("errore non calcolabile", "no standard error"),
    "no_valid_answer": ("nessuna risposta valida", "no valid answers"),
    "no_variance": _NO_SPREAD,
    "no_variance_known": ("errore non calcolabile", "no standard error"),
    "no_verdict_to_explain": (
        "nessun cambiamento accertato e nessun segnale da spiegare",
        "no established change and no signal to explain",
    ),
    "nobody_stated_a_class": ("nessuno ha indicato la classe", "nobody stated a class"),
    "not_asked": ("la domanda non è stata posta", "the question was not asked"),
    "not_calculable": ("non calcolabile", "cannot be calculated"),
    "not_comparable": (
        "non confrontabile con la rilevazione precedente",
        "not comparable with the survey before",
    ),
    "not_converged": ("il calcolo non converge", "the computation does not converge"),
    "not_kept": (
        "della rilevazione sono conservate solo le somme",
        "only the sums of the survey are kept",
    ),
    "not_on_one_to_ten": (
        "le tre domande non sono su una scala da 1 a 10",
        "the three questions are not on a scale from 1 to 10",
    ),
    "not_on_zero_to_ten": (
        "la domanda non è su una scala da 0 a 10",
        "the question is not on a scale from 0 to 10",
    ),
    "not_weighted_small_n": (
        "poche risposte per correggere l'indice",
        "too few answers to correct the index",
    ),
    "one_class": ("una sola classe di utenti", "one class of users only"),
    "one_cluster": ("un solo totem in un solo giorno", "one kiosk on one day only"),
    "one_item": ("una sola domanda", "one question only"),
    "one_mode": (
        "un solo modo di rispondere con almeno 30 questionari",
        "one response mode only with at least 30 forms",
    ),
    "one_pair": ("una sola coppia di risposte", "one pair of answers only"),
    "one_respondent": ("una sola risposta", "one answer only"),
    "open_link": (
        "il questionario era aperto a tutti",
        "the questionnaire was open to everybody",
    ),
    "other_questions": (
        "altre domande nell'indice",
        "other questions in the index",
    ),
    "other_scale": (
        "le due domande hanno scale diverse",
        "the two questions have different scales",
    ),
    "overall_has_no_variance": (
        "alla domanda complessiva tutti hanno risposto allo stesso modo",
        "everybody answered the overall question alike",
    ),
    "question_changed": ("la domanda è cambiata", "the question changed"),
    "repeated_answers": (
        "al totem la stessa persona può rispondere più volte",
        "at a kiosk one person may answer more than once",
    ),
    "scale_changed": ("la scala delle risposte è cambiata", "the answer scale changed"),
    "self_selected": (
        "ha risposto chi ha voluto",
        "those who wished to answered",
    ),
    "series_break": ("la serie è stata interrotta", "the series was broken on purpose"),
    "singular_covariance": (
        "due domande hanno sempre la stessa risposta",
        "two questions always have the same answer",
    ),
    "small_fraction": (
        "ha risposto meno del 5% degli utenti",
        "less than 5% of the users answered",
    ),
    "too_few_answers": _FEW,
    "too_few_complete_forms": ("troppo pochi questionari completi", "too few complete forms"),
    "too_few_differences": (
        "gli anni precedenti sono troppo pochi per stimarle",
        "the years before are too few to estimate them",
    ),
    "too_few_responses": ("meno di 30 questionari", "fewer than 30 forms"),
    "users_not_known": (
        "gli utenti per classe non sono noti",
        "users by class are not known",
    ),
    "users_unknown": ("il numero degli utenti non è noto", "the number of users is not known"),
}

#: Where a code stands for a threshold of its part.
OF_PART: Mapping[tuple[str, str], Two] = {
    ("channels", "too_few_answers"): (
        "meno di due modi di rispondere con almeno 30 questionari",
        "fewer than two response modes with at least 30 forms",
    ),
    ("coherence", "too_few_answers"): (
        "meno di 50 questionari con le risposte",
        "fewer than 50 forms with the answers",
    ),
    ("correlation", "too_few_answers"): (
        "meno di 30 questionari con le risposte",
        "fewer than 30 forms with the answers",
    ),
    ("drivers", "too_few_answers"): (
        "servono almeno 150 questionari con le risposte, e 15 per domanda",
        "at least 150 forms with the answers are needed, and 15 a question",
    ),
    ("omega", "too_few_answers"): (
        "meno di 100 questionari con le risposte",
        "fewer than 100 forms with the answers",
    ),
    ("omega", "too_few_complete_forms"): (
        "meno di 100 questionari con le risposte",
        "fewer than 100 forms with the answers",
    ),
    ("priorities", "too_few_answers"): (
        "servono almeno 30 risposte sull'importanza di ogni domanda, o 500 questionari",
        "at least 30 answers on the importance of each question are needed, or 500 forms",
    ),
    ("standards", "too_few_answers"): (
        "poche risposte: nessun esito",
        "few answers: no verdict",
    ),
    ("where", "too_few_answers"): (
        "meno di 30 risposte alle domande in una delle due rilevazioni",
        "fewer than 30 answers to the questions in one of the two surveys",
    ),
    ("screening", "too_few_answers"): (
        "meno di 30 risposte in una delle due rilevazioni",
        "fewer than 30 answers in one of the two surveys",
    ),
}  # fmt: skip

_UNKNOWN: Two = ("non disponibile", "not available")


def why(code: str | None, language: str, *, part: str = "") -> str:
    """Say why there is no number.

    Parameters
    ----------
    code : str or None
        A reason code of the results document. One that this version does not know is only said
        to be not available.
    language : str
        ``it`` or ``en``.
    part : str, optional
        Name of the block of the detail, where a code has a threshold of its own.

    Returns
    -------
    str
        A few words, without capital letter and full stop.

    Examples
    --------
    >>> why("no_variance", "it"), why("too_few_answers", "en", part="coherence")
    ('tutte le risposte sono uguali', 'fewer than 50 forms with the answers')
    """
    words = OF_PART.get((part, code or "")) or REASONS.get(code or "", _UNKNOWN)
    return words[LANGUAGES.index("en" if language.startswith("en") else "it")]
