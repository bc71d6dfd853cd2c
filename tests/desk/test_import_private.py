"""Headings that name somebody are known, and questions that only speak of such things are not."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey.desk.imports.private import is_private_name
from survey.models import Response
from survey.questionnaire.parsing import parse
from tests.desk.importing import bring, keep, matched
from tests.factories import small_document

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("tests/definitions/*.json"), *ROOT.glob("survey/questionnaire/library/*")]
CONTENT = "hours,courtesy,overall,age,Altro\n4,3,4,1,333 0000000\n"
BARE = """Cellulare
Cell.
CELL
Tel.
Tel. cellulare
Tel/Cell
Telefono (facoltativo)
Telefono fisso
Telefono1
cell2
Telefono 2
Telefono:
telefono_utente
n. tel.
N° di telefono
Numero di telefono
NUMERO DI TELEFONO (per il gruppo)
Recapito telefonico
Recapiti
Fax
PEC
Indirizzo PEC
E-mail
e-mail *
E-mail o telefono
E - mail aziendale
Indirizzo di mail
Posta elettronica certificata
Domicilio digitale
CF
C.F.
C. F.
C. F. (o P. IVA)
Cod. Fisc.
Cod. fiscale
CodiceFiscale
codice_fiscale_richiedente
P. IVA
P.IVA
Partita IVA
IBAN
Codice IBAN
Targa
Targa del veicolo
Matricola
Numero di matricola
Documento
N. documento
Documento di identità
Documento d’identità
Numero della carta d'identità
Estremi del documento di riconoscimento
Numero tessera sanitaria
Carta d'identità n.
Numero carta identità
Passaporto n.
N. prot.
Protocollo n.
Data di nascita
Data nasc.
Data di nascita (gg/mm/aaaa)
Data di nascita gg/mm/aaaa
data_nascita
DataNascita
Luogo e data di nascita
Nato/a il
Nata a
Indirizzo
Indirizzo di residenza
Residenza: via e numero civico
Indirizzo IP
Indirizzo IP del dispositivo
IP
IP Address
Nome
NOME E COGNOME
COGNOME NOME ATLETA
Nome cognome genitore/tutore
Cognome e nome dell'utente
Nominativo del compilatore
Nome di chi compila
Nome dell'operatore
Nome e cognome del bambino
Nome del figlio/a
Cognome dell'alunno/a
Firma
Firma leggibile
Nome utente
ID utente
Codice utente
Numero di protocollo
N. pratica
Latitudine
Coordinate GPS
Ora di inizio
Qual è il tuo numero di telefono?
Il suo codice fiscale?
La tua e-mail
Come ti chiami?
Inserisci il tuo codice fiscale
Indicare il numero di telefono
Scriva qui il Suo indirizzo e-mail, se desidera una risposta
Se vuoi essere ricontattato, lascia un recapito (telefono o e-mail)
Se desidera essere ricontattato indichi il suo numero di telefono
E-mail per essere ricontattati
I tuoi dati [Telefono]
Dati anagrafici [Data di nascita]
Phone number
Your e-mail address
First name
Date of birth
Home address
Tax code
Contribution ID
Respondent ID
RecipientEmail
LocationLatitude
emailstatus
Telefonnummer
Ihre Telefonnummer
E-Mail-Adresse
Numéro de téléphone
Nom de famille
Adresse
Telefonska številka
E-pošta
Geburtsdatum
Date de naissance""".splitlines()
QUESTIONS = """Il telefono
L’e-mail
I documenti
Documenti richiesti
Il telefono è sempre libero?
Il telefono: è sempre libero?
Il numero di telefono è facile da trovare?
Hai una PEC?
E-mail e telefono funzionano?
E-mail: rispondiamo in fretta?
Mailing list: ti serve?
La possibilità di contattarci per telefono, e-mail o internet
Come ci hai contattato? [Telefono]
Come ci hai contattato? [E-mail]
Per quale documento sei venuto?
I documenti da presentare erano chiari?
Indica se hai usato il telefono
Indica il servizio che hai usato
Indica quanto sei soddisfatto del telefono
Scrivi qui un suggerimento
Lascia un commento
Vuoi lasciare la tua e-mail?
Ti è stato chiesto il codice fiscale?
Nome del servizio
Indirizzo di studio
L'indirizzo dell'ufficio è facile da trovare?
Anno di nascita
Comune di residenza
Età
Sesso
Data
Data della visita
Carta d'identità
Passaporto
Il rispetto dei tuoi dati personali
Il personale dice nome e cognome?
Il sito e l'app
Protocollo
Da dove hai risposto?
Ora di completamento
Quanto tempo hai atteso?
Codice della strada
Carta e penna
A. I documenti
C. Il telefono
Servizi per i bambini
Aiuto a casa
Dispositivo usato
telefono. Il telefono è comodo?
documento. La chiarezza del documento""".splitlines()


@pytest.mark.parametrize("name", BARE)
def test_heading_that_names_somebody_is_private(name):
    assert is_private_name(name)


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_that_speaks_of_such_things_is_not(name):
    assert not is_private_name(name)


def test_no_text_of_any_questionnaire_of_ours_is_private():
    texts = [
        text
        for path in DOCUMENTS
        if path.suffix == ".json"
        for question in parse(json.loads(path.read_text("utf-8"))).walk()
        for text in question.text.values()
    ]
    assert len(texts) > 100
    assert [text for text in texts if is_private_name(text)] == []


def test_heading_of_any_length_is_judged_at_once():
    assert not is_private_name("numero di telefono " * 20_000 + "funziona?")
    assert is_private_name("telefono " * 20_000)


@pytest.mark.parametrize("heading", ["Cellulare", "Data di nascita", "Qual è il tuo IBAN?"])
def test_column_of_somebody_is_shown_as_never_imported(staff_pages, wave, heading):
    page = matched(staff_pages, wave, CONTENT.replace("Altro", heading), "google_forms")
    never = page.select_one(".import-never").find_parent("li")
    assert never.select_one(".import-name").get_text() == heading
    assert never.select("select") == []


def test_column_kept_before_it_was_known_for_private_is_refused(staff_pages, wave, session):
    kept = keep(staff_pages, wave, CONTENT, source="google_forms", name="Moduli")
    columns = [dict(one) for one in kept.document["columns"]]
    columns[-1] |= {"name": "Cellulare", "target": "question.comment"}
    kept.document = kept.document | {"columns": columns}
    session.merge(kept)
    session.commit()
    content = CONTENT.replace("Altro", "Cellulare")
    page = bring(staff_pages, wave, content, kept, status=422, day="2026-03-31")
    told = page.select_one(".import-faults").get_text()
    assert "riga 1, colonna 5" in told
    assert "«Cellulare» porta a una persona" in told
    assert session.scalar(select(func.count()).select_from(Response)) == 0


@pytest.fixture
def wave(make, staff_pages, session):
    made = make.wave(None, make.edition(small_document()))
    session.commit()
    return made
