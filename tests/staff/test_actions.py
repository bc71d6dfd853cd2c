import pytest
from sqlalchemy import select

from survey.models import AuditEntry, Role, StaffMember
from survey.staff import actions
from survey.staff.passwords import generate_password, password_hasher, password_matches

HASHER = password_hasher(cheap=True)
PHRASE = "dodici lettere"


def create(session, email="nuova@ente.example.it", password=PHRASE):
    return actions.create_staff_member(
        session, email=email, name="Ufficio prove", password=password, hasher=HASHER
    )


def register(session):
    return [
        (entry.action, entry.subject)
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]


def test_account_keeps_its_address_in_lower_case(session):
    assert create(session, " Nuova@Ente.Example.it ").email == "nuova@ente.example.it"


def test_account_keeps_a_hash_of_its_password(session):
    member = create(session)
    assert "dodici" not in member.password_hash
    assert password_matches(HASHER, member.password_hash, "dodici lettere")


def test_second_account_of_an_address_is_refused(session):
    create(session)
    with pytest.raises(actions.EmailTaken, match="nuova@ente"):
        create(session, "NUOVA@ente.example.it")


def test_short_password_is_refused(session):
    with pytest.raises(actions.PasswordTooShort, match="12"):
        create(session, password="undicichars")


def test_made_passwords_differ_and_are_easy_to_read_aloud():
    made = {generate_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(one) == 19 and not set(one) & set("il1o0") for one in made)


def test_role_is_granted_with_its_scope_and_registered(session, make):
    member, service, by = create(session), make.service(), make.staff_member()
    grant = actions.grant_role(
        session, member, Role.MANAGER, body=make.body(), by=by, scope=service
    )
    assert (grant.service_id, grant.area_id) == (service.id, None)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.staff_member_id, entry.after) == (
        by.id,
        {"role": "manager", "service": service.id},
    )


def test_same_role_and_scope_is_granted_once(session, make):
    member = create(session)
    actions.grant_role(session, member, Role.KEYER, body=make.body())
    actions.grant_role(session, member, Role.KEYER, body=make.body(), scope=make.area())
    with pytest.raises(actions.RoleHeld):
        actions.grant_role(session, member, Role.KEYER, body=make.body())


def test_administrator_is_never_narrowed(session, make):
    with pytest.raises(actions.RoleNarrowed):
        actions.grant_role(
            session, create(session), Role.ADMINISTRATOR, body=make.body(), scope=make.service()
        )


def test_revoked_role_is_gone_and_registered(session, make):
    member = make.staff_member(Role.KEYER)
    actions.revoke_role(session, member.grants[0])
    assert member.grants == []
    assert register(session) == [("role:revoke", f"staff:{member.id}")]


def test_last_administrator_keeps_the_role(session, make):
    member = make.staff_member(Role.ADMINISTRATOR)
    make.staff_member(Role.ADMINISTRATOR, body=make.body(name="Altro ente", slug="altro"))
    make.staff_member(Role.ADMINISTRATOR, is_active=False)
    with pytest.raises(actions.LastAdministrator):
        actions.revoke_role(session, member.grants[0])


def test_administrator_may_go_when_another_stays(session, make):
    make.staff_member(Role.ADMINISTRATOR)
    member = make.staff_member(Role.ADMINISTRATOR)
    actions.revoke_role(session, member.grants[0])
    assert member.grants == []


def test_added_person_gets_account_role_and_a_password_that_opens(session, make):
    by = make.staff_member(Role.ADMINISTRATOR)
    new = actions.NewPerson("sportello@ente.example.it", "Sportello", Role.KEYER)
    member, password = actions.add_person(session, make.body(), new, by=by, hasher=HASHER)
    assert password_matches(HASHER, member.password_hash, password)
    assert [grant.role for grant in member.grants] == [Role.KEYER]
    assert [action for action, _ in register(session)] == ["staff:create", "role:grant"]


def test_person_with_an_account_gets_the_role_alone(session, make):
    by = make.staff_member(Role.ADMINISTRATOR)
    there = make.staff_member(Role.MANAGER)
    new = actions.NewPerson(there.email, "Un altro nome", Role.KEYER)
    member, password = actions.add_person(session, make.body(), new, by=by, hasher=HASHER)
    assert (member.id, password) == (there.id, None)
    assert member.name == there.name


def test_disabling_ends_the_sessions(session, make):
    by, member = make.staff_member(Role.ADMINISTRATOR), make.staff_member(Role.KEYER)
    actions.switch_account(session, member, active=False, body=make.body(), by=by)
    assert member.is_active is False
    assert register(session) == [("staff:disable", f"staff:{member.id}")]


def test_nobody_disables_the_own_account(session, make):
    by = make.staff_member(Role.ADMINISTRATOR)
    make.staff_member(Role.ADMINISTRATOR)
    with pytest.raises(actions.OwnAccount):
        actions.switch_account(session, by, active=False, body=make.body(), by=by)


def test_account_shared_with_another_body_is_out_of_reach(session, make):
    by, member = make.staff_member(Role.ADMINISTRATOR), make.staff_member(Role.KEYER)
    other = make.body(name="Altro ente", slug="altro")
    actions.grant_role(session, member, Role.KEYER, body=other)
    with pytest.raises(actions.AccountShared):
        actions.switch_account(session, member, active=False, body=make.body(), by=by)
    with pytest.raises(actions.AccountShared):
        actions.reset_password(session, member, body=make.body(), by=by, hasher=HASHER)


def test_reset_password_opens_and_wakes_a_resting_account(session, make):
    by, member = make.staff_member(Role.ADMINISTRATOR), make.staff_member(failed_sign_ins=5)
    password = actions.reset_password(session, member, body=make.body(), by=by, hasher=HASHER)
    assert password_matches(HASHER, member.password_hash, password)
    assert (member.failed_sign_ins, member.locked_until) == (0, None)


def test_register_never_holds_a_password(session, make):
    by, member = make.staff_member(Role.ADMINISTRATOR), make.staff_member()
    password = actions.reset_password(session, member, body=make.body(), by=by, hasher=HASHER)
    entry = session.scalars(select(AuditEntry)).one()
    assert password not in f"{entry.before} {entry.after} {entry.reason} {entry.subject}"
    assert session.get(StaffMember, entry.staff_member_id) is by
