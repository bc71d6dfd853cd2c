"""What users of the invented Comune write in the free text: nobody's words, but believable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """Sentences on one subject, by those who complain and by those who are content."""

    critical: tuple[str, ...]
    content: tuple[str, ...]


THEMES = {
    "attesa": Theme(
        (
            "Quasi un'ora in fila per una firma. Servirebbe almeno un secondo sportello aperto.",
            "Il numeretto c'è ma poi chiamano in ordine diverso, non si capisce quando tocca a te.",
            "Sempre la stessa storia: due sportelli chiusi su tre e la sala piena.",
            "attesa troppo lunga, soprattutto il lunedì mattina",
            "Ho dovuto prendere un permesso dal lavoro e poi ho aspettato 50 minuti.",
        ),
        (
            "Questa volta ho aspettato pochissimo, bene così.",
            "Fila scorrevole, in dieci minuti ho fatto tutto.",
        ),
    ),
    "orari": Theme(
        (
            "Chi lavora non riesce a venire la mattina: aprite un pomeriggio in più.",
            "Sarebbe utile un'apertura il sabato, anche una volta al mese.",
            "Gli orari sul sito e quelli sulla porta sono diversi.",
            "L'ufficio chiude alle 12.30 ma alle 12 non danno già più i numeri.",
        ),
        (
            "Comoda l'apertura del giovedì pomeriggio.",
            "Bene l'orario lungo, non ho dovuto chiedere permessi.",
        ),
    ),
    "personale": Theme(
        (
            "Allo sportello mi hanno risposto in modo sbrigativo.",
            "Dipende da chi trovi: a volte gentilissimi, a volte no.",
            "Avrei voluto più pazienza, non sono pratica di queste cose.",
        ),
        (
            "Personale gentile e preparato, grazie.",
            "Mi hanno ascoltato e spiegato tutto con calma.",
            "Molto disponibili, anche se c'era tanta gente.",
            "Tutto bene, continuate così",
        ),
    ),
    "chiarezza": Theme(
        (
            "Mi hanno mandato in tre uffici diversi prima di trovare quello giusto.",
            "Le informazioni sul sito non erano aggiornate, ho fatto un viaggio a vuoto.",
            "Un elenco chiaro dei documenti da portare eviterebbe di tornare due volte.",
            "Le lettere che mandate sono scritte in un linguaggio che non si capisce.",
        ),
        (
            "Spiegazioni chiare, sono uscito sapendo che cosa fare.",
            "Finalmente un foglio semplice con i passi da fare.",
        ),
    ),
    "locali": Theme(
        (
            "Poche sedie e nessun posto dove appoggiare la carrozzina.",
            "D'estate nella sala d'attesa fa troppo caldo.",
            "La rampa c'è ma la porta è pesante: da soli in sedia a rotelle non si entra.",
            "I cartelli non si leggono da lontano.",
        ),
        ("Bella la nuova sala, si sta comodi.",),
    ),
    "appuntamenti": Theme(
        (
            "Il primo appuntamento libero era dopo cinque settimane.",
            "Ho prenotato per le 10 e sono entrata alle 10.45.",
            "Non si riesce a disdire un appuntamento se non telefonando.",
        ),
        (
            "Con l'appuntamento è tutta un'altra cosa: entrata e uscita in un quarto d'ora.",
            "Prenotazione facile e orario rispettato.",
            "Da quando c'è la prenotazione si aspetta molto meno.",
        ),
    ),
    "telefono": Theme(
        (
            "Al telefono non risponde mai nessuno, ho provato per tre giorni.",
            "Dopo venti minuti di musichetta è caduta la linea.",
            "Rispondete al telefono almeno nelle ore indicate sull'avviso.",
            "Ho scritto due e-mail e non ho avuto risposta.",
        ),
        ("Mi hanno richiamato loro il giorno dopo, non me l'aspettavo.",),
    ),
    "moduli": Theme(
        (
            "Troppi moduli, e chiedono cose che il Comune sa già.",
            "Il modulo on line si blocca all'ultima pagina e si perde tutto.",
            "Spazi troppo piccoli per scrivere.",
            "Il calcolo nell'avviso non corrisponde a quello del sito.",
        ),
        ("Il modulo precompilato è una buona idea.",),
    ),
    "tempi": Theme(
        (
            "Pratica ferma da mesi e nessuno sa dire a che punto è.",
            "Sarebbe utile poter vedere lo stato della pratica su internet.",
            "Tempi troppo lunghi rispetto a quelli scritti nella Carta dei Servizi.",
        ),
        ("Risposta arrivata prima del previsto.",),
    ),
    "internet": Theme(
        (
            "Senza SPID non si può fare più niente, per gli anziani è un problema.",
            "Il sito dal telefono si legge male.",
            "Il pagamento on line è andato a buon fine solo al terzo tentativo.",
        ),
        (
            "Ho fatto tutto da casa, molto comodo.",
            "Mi hanno aiutato a installare l'app, adesso mi arrangio da sola.",
        ),
    ),
    "ascolto": Theme(
        (
            "Cambia spesso la persona che ci segue e ogni volta si ricomincia da capo.",
            "Vorrei un po' più di tempo durante il colloquio.",
            "Mi sono sentita un numero.",
        ),
        (
            "Per la prima volta qualcuno mi ha ascoltato davvero.",
            "Grazie per la discrezione e la pazienza.",
        ),
    ),
    "orari_aiuto": Theme(
        (
            "L'orario cambia senza avvisare.",
            "Due accessi a settimana sono pochi.",
        ),
        ("Sempre puntuali.",),
    ),
    "personale_aiuto": Theme(
        ("Quando l'operatrice è in ferie la sostituzione non arriva subito.",),
        (
            "Le operatrici sono brave e rispettose.",
            "Un aiuto prezioso per tutta la famiglia.",
        ),
    ),
    "biblioteca": Theme(
        (
            "I posti per studiare finiscono presto, soprattutto sotto esame.",
            "Pochi libri nuovi e lunghe attese per quelli prenotati.",
            "La connessione nella sala studio cade spesso.",
        ),
        (
            "Le letture per i bambini del sabato sono bellissime.",
            "Un posto accogliente, ci vengo volentieri.",
            "Prestito veloce e consigli sempre azzeccati.",
        ),
    ),
    "mensa": Theme(
        (
            "Il menù è ripetitivo e i bambini avanzano molto.",
            "Lo scuolabus arriva spesso in ritardo nei giorni di pioggia.",
            "Le tariffe sono aumentate e non è chiaro come si calcolano.",
        ),
        (
            "Diete speciali gestite con attenzione.",
            "Iscrizione semplice, confermata subito.",
        ),
    ),
}
