"""Roles and deeds in the words of the office."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from survey.models import Role

ROLES: Mapping[Role, object] = {
    Role.ADMINISTRATOR: _l("amministratore"),
    Role.QUALITY_OFFICE: _l("ufficio qualità"),
    Role.KEYER: _l("addetto all'inserimento"),
    Role.MANAGER: _l("responsabile di servizio"),
    Role.VERIFIER: _l("verificatore (OIV)"),
}
EXPLANATIONS: Mapping[Role, object] = {
    Role.ADMINISTRATOR: _l("crea gli account, dà i ruoli, consulta il registro"),
    Role.QUALITY_OFFICE: _l("prepara le rilevazioni, stampa, imputa, pubblica l'anno"),
    Role.KEYER: _l("imputa i questionari di carta"),
    Role.MANAGER: _l("legge i risultati e i commenti"),
    Role.VERIFIER: _l("legge i risultati e il registro, senza cambiare nulla"),
}
#: what the register says of an action; an action without words shows its code
DEEDS: Mapping[str, object] = {
    "staff:create": _l("ha creato l'account"),
    "staff:enable": _l("ha riattivato l'account"),
    "staff:disable": _l("ha disattivato l'account"),
    "staff:password": _l("ha dato una nuova password"),
    "role:grant": _l("ha dato un ruolo"),
    "role:revoke": _l("ha tolto un ruolo"),
    "bundle:open": _l("ha aperto un'urna"),
    "bundle:count": _l("ha corretto i conteggi di un plico"),
    "bundle:void": _l("ha annullato un questionario di carta"),
    "bundle:unvoid": _l("ha tolto un questionario dagli annullati"),
    "bundle:close": _l("ha chiuso un plico"),
    "body:paper": _l("ha cambiato le regole della carta"),
    "wave:import-counts": _l("ha importato una rilevazione nota solo per conteggi"),
    "wave:replace-counts": _l("ha sostituito i conteggi importati di una rilevazione"),
    "import:map": _l("ha salvato una corrispondenza di colonne"),
    "import:unmap": _l("ha tolto una corrispondenza di colonne"),
    "response:import": _l("ha importato questionari da un file"),
    "response:correct": _l("ha corretto un questionario di carta"),
    "response:settle": _l("ha corretto un questionario di carta risolvendo una differenza"),
    "response:move": _l("ha spostato un questionario di carta su un altro numero"),
    "keying:draw": _l("ha estratto fogli per la seconda imputazione"),
    "keying:resolve": _l("ha risolto una differenza tra due imputazioni"),
    "keying:accept": _l("ha accettato un plico dopo la seconda imputazione"),
    "keying:rekey": _l("ha fatto imputare di nuovo tutto un plico"),
    "wave:create": _l("ha creato una rilevazione"),
    "wave:open": _l("ha aperto la rilevazione"),
    "wave:close": _l("ha chiuso la rilevazione"),
    "wave:count": _l("ha cambiato i conteggi della rilevazione"),
    "wave:print": _l("ha stampato questionari di carta"),
    "edition:publish": _l("ha pubblicato un'edizione del questionario"),
    "result:publish": _l("ha pubblicato i risultati dell'anno"),
    "result:break": _l("ha registrato un'interruzione della serie"),
}
