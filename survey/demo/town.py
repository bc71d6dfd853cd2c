"""Who the invented Comune is: its sectors, its services, and how each of them fared.

Addresses, telephone numbers and domains are plainly not real. Years count from the oldest: 0 to 3
are published, 4 is the year that runs.
"""

from __future__ import annotations

from dataclasses import dataclass

SLUG = "borgo-esempio"
NAME = "Comune di Borgo Esempio sul Lago"
DOMAIN = "comune.borgo-esempio.example"
PHONE = "0000 555 0100"
PUBLISHED_YEARS = 4
#: the last published year, where the true decline and the true improvement are
LAST = PUBLISHED_YEARS - 1
CURRENT = PUBLISHED_YEARS
#: service whose box was opened and whose sheets are still being keyed
AT_WORK = "anagrafe"

CITIZENS = "Servizi al cittadino"
REVENUE = "Entrate e attività economiche"
FAMILIES = "Persone e famiglie"
CULTURE = "Cultura e istruzione"
TERRITORY = "Territorio e sicurezza"
AREAS = (CITIZENS, REVENUE, FAMILIES, CULTURE, TERRITORY)

DESK_FORM = "urp-sportello"
CARE_FORM = "servizi-sociali"


@dataclass(frozen=True, slots=True)
class ServiceStory:
    """A service, and what the generator needs to know of it."""

    slug: str
    name: str
    area: str
    address: str
    #: last figures of the telephone number, and the name before the @
    phone: str
    mailbox: str
    opening_hours: str
    description: str
    #: code and name of the counters where the form is offered
    places: tuple[tuple[str, str], ...]
    #: forms to expect in each year from the oldest; 0 where the service was not there
    forms: tuple[float, float, float, float, float]
    users: int
    #: how content its users are, latent, 0 for an average service
    level: float
    document: str = DESK_FORM
    #: points of 0-100 by which the service itself moved in the last published year
    change: float = 0.0
    has_kiosk: bool = False
    #: themes of its comments, in `comments.THEMES`, most frequent first
    themes: tuple[str, ...] = ("attesa", "orari", "personale", "chiarezza")

    @property
    def first(self) -> int:
        """Year from the oldest in which the service appears."""
        return next(year for year, forms in enumerate(self.forms) if forms)


_WEEK = "lun-ven 9-12.30"
SERVICES = (
    ServiceStory(
        "urp", "URP, sportello del cittadino", CITIZENS, "Piazza dell'Esempio 1", "0101", "urp",
        "lun-ven 8.30-13, mar e gio anche 15-17.30",
        "Informazioni, segnalazioni, accesso agli atti, primo orientamento.",
        (("atrio", "Atrio del municipio"), ("totem-urp", "Totem dell'URP")),
        (520, 560, 590, 580, 210), 9200, 0.30, has_kiosk=True,
        themes=("personale", "orari", "chiarezza", "locali"),
    ),
    ServiceStory(
        "anagrafe", "Anagrafe e stato civile", CITIZENS, "Piazza dell'Esempio 1", "0102",
        "anagrafe", "lun-ven 8.30-12.30, gio anche 15-17",
        "Carte d'identità, certificati, residenza.",
        (("sportello-1", "Sportelli 1 e 2"), ("totem-anagrafe", "Totem dell'anagrafe")),
        (400, 430, 410, 440, 160), 7400, -0.20, change=12.0, has_kiosk=True,
        themes=("appuntamenti", "attesa", "personale", "internet"),
    ),
    ServiceStory(
        "cimiteri", "Servizi cimiteriali", CITIZENS, "Via del Campo Inventato 20", "0103",
        "cimiteri", "mar e gio 9-12", "Concessioni, sepolture, luci votive.",
        (("ufficio", "Ufficio cimiteri"),), (17, 21, 19, 20, 11), 310, 0.05,
        themes=("chiarezza", "orari", "personale"),
    ),
    ServiceStory(
        "tributi", "Ufficio tributi", REVENUE, "Via dell'Esattore 3", "0201", "tributi",
        "lun, mer, ven 9-12.30", "IMU, tassa sui rifiuti, rateizzazioni e rimborsi.",
        (("sportello", "Sportello tributi"), ("attesa", "Sala d'attesa")),
        (310, 330, 320, 340, 130), 5200, 0.15, change=-12.0,
        themes=("telefono", "attesa", "moduli", "chiarezza"),
    ),
    ServiceStory(
        "suap", "Sportello unico attività produttive", REVENUE, "Via dell'Esattore 3",
        "0202", "suap",
        "mar e gio 9-13, su appuntamento", "Avvio e variazioni di imprese, fiere e mercati.",
        (("suap", "Ufficio SUAP"),), (95, 110, 105, 100, 45), 1500, -0.05,
        themes=("moduli", "tempi", "internet", "personale"),
    ),
    ServiceStory(
        "servizio-sociale", "Servizio sociale professionale", FAMILIES,
        "Via della Casa Comune 8", "0301", "sociale",
        _WEEK + ", su appuntamento",
        "Ascolto, valutazione, sostegni economici e progetti.",
        (("segretariato", "Segretariato sociale"),), (120, 135, 140, 130, 55), 1700, 0.25,
        document=CARE_FORM, themes=("ascolto", "tempi", "chiarezza"),
    ),
    ServiceStory(
        "assistenza-domiciliare", "Assistenza domiciliare", FAMILIES, "Via della Casa Comune 8",
        "0302", "domiciliare", _WEEK, "Aiuto a casa per persone anziane o con disabilità.",
        (("casa", "Consegnato a casa"),), (7, 40, 48, 45, 20), 260, 0.40, document=CARE_FORM,
        themes=("ascolto", "orari_aiuto", "personale_aiuto"),
    ),
    ServiceStory(
        "biblioteca", "Biblioteca comunale", CULTURE, "Via dei Libri Immaginari 12",
        "0401", "biblioteca",
        "mar-sab 9-19", "Prestito, consultazione, sale studio, attività per bambini.",
        (("banco", "Banco prestiti"), ("totem-biblioteca", "Totem dell'ingresso")),
        (350, 360, 390, 380, 150), 6800, 0.50, has_kiosk=True,
        themes=("biblioteca", "personale", "locali"),
    ),
    ServiceStory(
        "scuola", "Mensa e trasporto scolastico", CULTURE, "Via dei Libri Immaginari 4",
        "0402", "scuola",
        "lun-ven 8.30-11, mer anche 14.30-17",
        "Iscrizioni, tariffe, diete, percorsi degli scuolabus.",
        (("ufficio", "Ufficio scuola"),), (270, 300, 290, 310, 120), 3600, 0.0,
        themes=("mensa", "internet", "chiarezza"),
    ),
    ServiceStory(
        "facilitazione-digitale", "Punto di facilitazione digitale", CULTURE,
        "Via dei Libri Immaginari 12", "0403", "digitale", "lun-ven 15-18",
        "Aiuto per SPID, PagoPA e i servizi su internet.",
        (("punto", "Sala computer della biblioteca"),), (0, 0, 120, 150, 65), 1300, 0.35,
        themes=("internet", "personale", "orari"),
    ),
    ServiceStory(
        "edilizia", "Edilizia privata", TERRITORY, "Via del Righello 6", "0501", "edilizia",
        "mar 9-12.30 e gio 15-17", "Permessi, SCIA edilizie, accesso alle pratiche.",
        (("tecnico", "Ufficio tecnico"),), (115, 120, 110, 125, 50), 1600, -0.30,
        themes=("tempi", "moduli", "appuntamenti"),
    ),
    ServiceStory(
        "polizia-locale", "Polizia locale, sportello", TERRITORY, "Via del Righello 2",
        "0502", "polizialocale", "lun-sab 8-13",
        "Permessi di transito e sosta, oggetti smarriti, verbali.",
        (("comando", "Sportello del comando"),), (140, 130, 145, 135, 60), 2300, -0.10,
        themes=("personale", "attesa", "telefono"),
    ),
)  # fmt: skip
