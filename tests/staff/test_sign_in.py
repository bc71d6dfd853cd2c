import datetime as dt
import time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from survey.models import StaffMember, StaffSession
from survey.staff.forms import own_path
from survey.staff.passwords import password_hasher
from survey.staff.sign_in import MOST_FAILURES, REST, AccountResting, SignInRefused, attempt_sign_in
from tests.factories import PASSWORD
from tests.pages import Pages, token

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
HASHER = password_hasher(cheap=True)
WRONG = "questa non è la password"


def attempt(session, email, password=PASSWORD, *, now=NOW, hasher=HASHER):
    return attempt_sign_in(session, email=email, password=password, hasher=hasher, now=now)


def send(pages, email, password, *, status=422, path="/accesso"):
    page = pages.get(path)
    data = {"email": email, "password": password, "csrf_token": token(page)}
    return pages.post(path, data, status=status)


class TestAttempt:
    def test_right_password_opens_a_session_row(self, session, make):
        member = make.staff_member()
        found = attempt(session, member.email)
        assert found.refusal is None
        assert session.scalars(select(StaffSession.staff_member_id)).all() == [member.id]

    def test_token_itself_is_not_stored(self, session, make):
        found = attempt(session, make.staff_member().email)
        assert session.scalars(select(StaffSession.digest)).one() != found.token

    def test_address_is_taken_in_any_case_and_with_spaces(self, session, make):
        member = make.staff_member(email="anagrafe@ente.example.it")
        assert attempt(session, "  Anagrafe@Ente.Example.it ").token, member

    @pytest.mark.parametrize("password", ["", WRONG, PASSWORD + " ", PASSWORD.upper()])
    def test_wrong_password_opens_nothing(self, session, make, password):
        found = attempt(session, make.staff_member().email, password)
        assert found.token is None
        assert session.scalars(select(StaffSession)).all() == []

    def test_unknown_address_gets_the_sentence_of_a_wrong_password(self, session, make):
        unknown = attempt(session, "nessuno@ente.example.it")
        wrong = attempt(session, make.staff_member().email, WRONG)
        assert isinstance(unknown.refusal, SignInRefused)
        assert str(unknown.refusal) == str(wrong.refusal)

    def test_unknown_address_costs_the_time_of_a_wrong_password(self, session, make):
        slow = PasswordHasher(time_cost=3, memory_cost=16 * 1024, parallelism=1)
        member = make.staff_member(password_hash=slow.hash(PASSWORD))

        def seconds(email):
            start = time.perf_counter()
            attempt(session, email, WRONG, hasher=slow)
            return time.perf_counter() - start

        unknown = min(seconds("nessuno@ente.example.it") for _ in range(4))
        wrong = min(seconds(member.email) for _ in range(4))
        assert 0.4 < unknown / wrong < 2.5

    def test_disabled_account_gets_the_sentence_of_a_wrong_password(self, session, make):
        member = make.staff_member(is_active=False)
        assert isinstance(attempt(session, member.email).refusal, SignInRefused)

    def test_eighth_failure_puts_the_account_to_rest(self, session, make):
        member = make.staff_member()
        refusals = [attempt(session, member.email, WRONG).refusal for _ in range(MOST_FAILURES)]
        assert [type(one) for one in refusals[:-1]] == [SignInRefused] * (MOST_FAILURES - 1)
        assert isinstance(refusals[-1], AccountResting)

    def test_resting_account_refuses_the_right_password_too(self, session, make):
        member = make.staff_member(locked_until=NOW + dt.timedelta(seconds=1))
        assert isinstance(attempt(session, member.email).refusal, AccountResting)

    def test_account_wakes_after_a_quarter_of_an_hour(self, session, make):
        member = make.staff_member()
        for _ in range(MOST_FAILURES):
            attempt(session, member.email, WRONG)
        assert attempt(session, member.email, now=NOW + REST - dt.timedelta(seconds=1)).refusal
        assert attempt(session, member.email, now=NOW + REST).token

    def test_success_forgets_the_failures(self, session, make):
        member = make.staff_member(failed_sign_ins=7)
        attempt(session, member.email)
        session.refresh(member)
        assert member.failed_sign_ins == 0

    def test_hash_of_weaker_parameters_is_renewed(self, session, make):
        member = make.staff_member()
        stronger = PasswordHasher(time_cost=2, memory_cost=1024, parallelism=1)
        attempt(session, member.email, hasher=stronger)
        assert not stronger.check_needs_rehash(member.password_hash)
        assert attempt(session, member.email, hasher=stronger).token

    def test_ordinary_hasher_is_argon2id_as_the_rfc_advises(self):
        hasher = password_hasher()
        assert hasher.type.name == "ID"
        assert (hasher.memory_cost, hasher.time_cost) == (64 * 1024, 3)

    def test_expired_sessions_are_swept_when_somebody_signs_in(self, session, make):
        member = make.staff_member()
        attempt(session, member.email, now=NOW - dt.timedelta(days=2))
        attempt(session, member.email)
        assert len(session.scalars(select(StaffSession)).all()) == 1


class TestPage:
    def test_wrong_password_shows_the_form_again_without_the_password(self, pages, make, session):
        member = make.staff_member()
        session.commit()
        page = send(pages, member.email, WRONG)
        assert "non sono corretti" in page.select_one("[role=alert]").get_text()
        assert page.select_one("input[name=email]")["value"] == member.email
        assert not page.select_one("input[name=password]").get("value")

    def test_failures_are_kept_from_one_request_to_the_next(self, pages, make, session):
        member = make.staff_member()
        session.commit()
        for _ in range(MOST_FAILURES):
            page = send(pages, member.email, WRONG)
        assert "sospeso per 15 minuti" in page.select_one("[role=alert]").get_text()
        page = send(pages, member.email, PASSWORD)
        assert "sospeso per 15 minuti" in page.select_one("[role=alert]").get_text()

    def test_empty_form_names_its_fields(self, pages):
        page = send(pages, "", "")
        links = [link["href"] for link in page.select("[role=alert] a")]
        assert links == ["#email", "#password"]

    def test_form_without_the_csrf_token_is_refused(self, pages, make, session):
        member = make.staff_member()
        session.commit()
        pages.post("/accesso", {"email": member.email, "password": PASSWORD}, status=400)

    def test_signing_in_leads_to_the_page_asked_for(self, pages, make, session):
        member = make.staff_member()
        session.commit()
        answer = pages.client.get("/area-riservata/password")
        where = answer.headers["Location"]
        page = send(pages, member.email, PASSWORD, status=302, path=where)
        assert page.h1.get_text() == "Cambia la password"

    @pytest.mark.parametrize(
        "target",
        [
            "https://altrove.example",
            "//altrove.example",
            "/\\altrove.example",
            "\\\\altrove.example",
            "/\taltrove.example",
            "/\n/altrove.example",
            "javascript:alert(1)",
            "altrove.example",
            "",
            None,
        ],
    )
    def test_signing_in_never_leads_to_another_site(self, target):
        assert own_path(target) is None

    @pytest.mark.parametrize("target", ["/", "/ente/a/quadro/2026", "/area-riservata?x=1//2"])
    def test_own_paths_are_followed(self, target):
        assert own_path(target) == target

    def test_cookie_is_out_of_reach_of_scripts_and_other_sites(self, pages, make, session):
        member = make.staff_member()
        session.commit()
        send(pages, member.email, PASSWORD, status=302)
        cookie = pages.client.get_cookie("gradimento")
        assert cookie.http_only
        assert cookie.same_site == "Lax"

    def test_cookie_travels_over_https_alone_when_set_so(self, settings):
        import dataclasses

        from survey import create_app

        app = create_app(dataclasses.replace(settings, secure_cookies=True))
        cookie = app.test_client().get("/accesso").headers["Set-Cookie"]
        assert "Secure" in cookie

    def test_cookie_changes_at_sign_in(self, pages, make, session):
        member = make.staff_member()
        session.commit()
        pages.get("/accesso")
        with pages.client.session_transaction() as before:
            before["planted"] = "by somebody else"
        send(pages, member.email, PASSWORD, status=302)
        with pages.client.session_transaction() as after:
            assert "planted" not in after
            assert "_id" not in after

    def test_signing_out_ends_the_session_row(self, pages, make, session):
        member = make.staff_member()
        session.commit()
        pages.sign_in(member)
        kept = pages.client.get_cookie("gradimento").value
        page = pages.get("staff.start")
        pages.post("staff.sign_out", {"csrf_token": token(page)}, status=302)
        assert session.scalars(select(StaffSession)).all() == []
        pages.client.set_cookie("gradimento", kept)
        assert pages.client.get("/area-riservata").status_code == 302

    def test_disabled_account_loses_its_next_request(self, pages, make, session):
        member = make.staff_member()
        session.commit()
        pages.sign_in(member)
        member.is_active = False
        session.commit()
        assert pages.client.get("/area-riservata").status_code == 302

    def test_pages_of_staff_stay_out_of_caches(self, staff_pages):
        staff_pages.get("staff.start")
        assert staff_pages.response.headers["Cache-Control"] == "no-store"

    def test_password_is_never_logged(self, pages, make, session, caplog):
        caplog.set_level("DEBUG")
        member = make.staff_member()
        session.commit()
        send(pages, member.email, WRONG)
        send(pages, member.email, PASSWORD, status=302)
        assert WRONG not in caplog.text
        assert PASSWORD not in caplog.text


class TestOwnPassword:
    NEW = "una frase lunga e nuova"

    def change(self, pages, *, current=PASSWORD, new=NEW, again=NEW, status=302):
        page = pages.get("staff.password")
        fields = {"current": current, "password": new, "again": again}
        return pages.submit(page, fields, status=status)

    def test_new_password_opens_and_the_old_does_not(self, staff_pages, session):
        self.change(staff_pages)
        email = session.scalars(select(StaffMember.email)).one()
        send(Pages(staff_pages.app), email, PASSWORD)
        send(Pages(staff_pages.app), email, self.NEW, status=302)

    def test_other_devices_are_signed_out_and_this_one_is_not(self, staff_pages, session):
        member = session.scalars(select(StaffMember)).one()
        other = Pages(staff_pages.app).sign_in(member)
        self.change(staff_pages)
        staff_pages.get("staff.start")
        assert other.client.get("/area-riservata").status_code == 302

    def test_wrong_current_password_changes_nothing(self, staff_pages, session):
        page = self.change(staff_pages, current=WRONG, status=422)
        assert "attuale non è questa" in page.select_one("#current-error").get_text()
        assert attempt(session, session.scalars(select(StaffMember.email)).one()).token

    def test_short_password_is_refused(self, staff_pages):
        page = self.change(staff_pages, new="corta", again="corta", status=422)
        assert "da 12 a 200" in page.select_one("#password-error").get_text()

    def test_different_repetition_is_refused(self, staff_pages):
        page = self.change(staff_pages, again=self.NEW + "!", status=422)
        assert "diverse" in page.select_one("#again-error").get_text()
