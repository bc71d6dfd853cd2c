"""The first schema"""

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("accessibility_url", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_body")),
        sa.UniqueConstraint("slug", name=op.f("uq_public_body_slug")),
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_staff_member_email_lower_case")),
        sa.CheckConstraint(
            "failed_sign_ins >= 0", name=op.f("ck_staff_member_failures_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_member_email")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["public_body.id"], name=op.f("fk_area_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("body_id", "name", name=op.f("uq_area_body_id_name")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["body_id"], ["public_body.id"], name=op.f("fk_audit_entry_body_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_audit_entry_staff_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["public_body.id"], name=op.f("fk_questionnaire_body_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("body_id", "slug", name=op.f("uq_questionnaire_body_id_slug")),
    )
    op.create_table(
        "staff_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_staff_session_staff_member_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staff_session_staff_member_id"), ["staff_member_id"], unique=False
        )

    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_edition_number_from_one")),
        sa.ForeignKeyConstraint(["body_id"], ["public_body.id"], name=op.f("fk_edition_body_id")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_edition_questionnaire_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint(
            "body_id",
            "questionnaire_id",
            "number",
            name=op.f("uq_edition_body_id_questionnaire_id_number"),
        ),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("opening_hours", sa.String(length=200), nullable=True),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "last_year IS NULL OR last_year >= first_year", name=op.f("ck_service_years_in_order")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_service_area_id")),
        sa.ForeignKeyConstraint(["body_id"], ["public_body.id"], name=op.f("fk_service_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("body_id", "slug", name=op.f("uq_service_body_id_slug")),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["public_body.id"], name=op.f("fk_place_body_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_place_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint(
            "body_id", "service_id", "code", name=op.f("uq_place_body_id_service_id_code")
        ),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "quality_office",
                "keyer",
                "manager",
                "verifier",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "area_id IS NULL OR service_id IS NULL", name=op.f("ck_role_grant_one_scope")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_role_grant_area_id")),
        sa.ForeignKeyConstraint(
            ["body_id"], ["public_body.id"], name=op.f("fk_role_grant_body_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_role_grant_service_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_role_grant_staff_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(
        "uq_role_grant_scope",
        "role_grant",
        [
            "body_id",
            "staff_member_id",
            "role",
            sa.text("coalesce(area_id, 0)"),
            sa.text("coalesce(service_id, 0)"),
        ],
        unique=True,
    )
    op.create_table(
        "sheet_layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("variant", sa.String(length=20), nullable=False),
        sa.Column("coordinates", sa.JSON(), nullable=False),
        sa.Column("template_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["public_body.id"], name=op.f("fk_sheet_layout_body_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_sheet_layout_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_layout")),
        sa.UniqueConstraint(
            "body_id",
            "edition_id",
            "language",
            "variant",
            name=op.f("uq_sheet_layout_body_id_edition_id_language_variant"),
        ),
    )
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "closed",
                "published",
                name="wavestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column(
            "design",
            sa.Enum(
                "open_link",
                "census_invited",
                "random_sample",
                name="design",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("users_served", sa.Integer(), nullable=True),
        sa.Column("handed_out", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("void", sa.Integer(), nullable=False),
        sa.Column("practical_threshold", sa.Integer(), nullable=False),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_wave_days_in_order")),
        sa.CheckConstraint(
            "handed_out >= 0 AND refused >= 0 AND void >= 0",
            name=op.f("ck_wave_counts_not_negative"),
        ),
        sa.CheckConstraint(
            "practical_threshold BETWEEN 3 AND 10", name=op.f("ck_wave_threshold_in_range")
        ),
        sa.CheckConstraint(
            "users_served IS NULL OR users_served >= 0", name=op.f("ck_wave_users_not_negative")
        ),
        sa.CheckConstraint("year BETWEEN 1990 AND 2200", name=op.f("ck_wave_plausible_year")),
        sa.ForeignKeyConstraint(["body_id"], ["public_body.id"], name=op.f("fk_wave_body_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_wave_edition_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_wave_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint(
            "body_id", "service_id", "year", name=op.f("uq_wave_body_id_service_id_year")
        ),
        sa.UniqueConstraint("code", name=op.f("uq_wave_code")),
    )
    op.create_table(
        "yearly_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("method_version", sa.String(length=20), nullable=False),
        sa.Column("data_hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_yearly_result_revision_from_one")),
        sa.ForeignKeyConstraint(
            ["body_id"], ["public_body.id"], name=op.f("fk_yearly_result_body_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_yearly_result_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_result")),
        sa.UniqueConstraint(
            "body_id",
            "year",
            "service_id",
            "revision",
            name=op.f("uq_yearly_result_body_id_year_service_id_revision"),
        ),
    )
    with op.batch_alter_table("yearly_result", schema=None) as batch_op:
        batch_op.create_index(
            "uq_yearly_result_whole_body",
            ["body_id", "year", "revision"],
            unique=True,
            sqlite_where=sa.text("service_id IS NULL"),
            postgresql_where=sa.text("service_id IS NULL"),
        )

    op.create_table(
        "chart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("svg", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["yearly_result.id"], name=op.f("fk_chart_result_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chart")),
        sa.UniqueConstraint(
            "result_id", "name", "language", name=op.f("uq_chart_result_id_name_language")
        ),
    )
    op.create_table(
        "comment",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("question_key", sa.String(length=40), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "web",
                "kiosk",
                "paper",
                "phone",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "read",
                "hidden",
                name="commentstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "serial IS NULL OR mode = 'paper'", name=op.f("ck_comment_serial_on_paper_only")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["public_body.id"], name=op.f("fk_comment_body_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_comment_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comment_body_id_wave_id"), ["body_id", "wave_id"], unique=False
        )

    op.create_table(
        "print_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("first_serial", sa.Integer(), nullable=False),
        sa.Column("last_serial", sa.Integer(), nullable=False),
        sa.Column("printed_on", sa.Date(), nullable=False),
        sa.CheckConstraint("first_serial >= 1", name=op.f("ck_print_run_serial_from_one")),
        sa.CheckConstraint(
            "last_serial >= first_serial", name=op.f("ck_print_run_serials_in_order")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["public_body.id"], name=op.f("fk_print_run_body_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_print_run_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
        sa.UniqueConstraint(
            "body_id",
            "wave_id",
            "first_serial",
            name=op.f("uq_print_run_body_id_wave_id_first_serial"),
        ),
    )
    op.create_table(
        "response",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "web",
                "kiosk",
                "paper",
                "phone",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("flags", sa.String(length=8), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "serial IS NULL OR mode = 'paper'", name=op.f("ck_response_serial_on_paper_only")
        ),
        sa.CheckConstraint(
            "serial IS NULL OR serial >= 1", name=op.f("ck_response_serial_from_one")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["public_body.id"], name=op.f("fk_response_body_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_response_place_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_response_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("wave_id", "serial", name=op.f("uq_response_wave_id_serial")),
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_response_body_id_wave_id"), ["body_id", "wave_id"], unique=False
        )

    op.create_table(
        "used_nonce",
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_used_nonce_wave_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_used_nonce")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("used_nonce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_used_nonce_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "wave_tally",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["public_body.id"], name=op.f("fk_wave_tally_body_id")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_wave_tally_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_wave_tally")),
    )


def downgrade() -> None:
    op.drop_table("wave_tally")
    with op.batch_alter_table("used_nonce", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_used_nonce_wave_id"))

    op.drop_table("used_nonce")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_response_body_id_wave_id"))

    op.drop_table("response")
    op.drop_table("print_run")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_body_id_wave_id"))

    op.drop_table("comment")
    op.drop_table("chart")
    with op.batch_alter_table("yearly_result", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_yearly_result_whole_body",
            sqlite_where=sa.text("service_id IS NULL"),
            postgresql_where=sa.text("service_id IS NULL"),
        )

    op.drop_table("yearly_result")
    op.drop_table("wave")
    op.drop_table("sheet_layout")
    op.drop_table("role_grant")
    op.drop_table("place")
    op.drop_table("service")
    op.drop_table("edition")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_staff_member_id"))

    op.drop_table("staff_session")
    op.drop_table("questionnaire")
    op.drop_table("audit_entry")
    op.drop_table("area")
    op.drop_table("staff_member")
    op.drop_table("public_body")
