"""The paper desk: bundles, void sheets, who keyed what, and mappings of imported files.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "answers",
                "limesurvey",
                "google_forms",
                name="importsource",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("updated_on", sa.Date(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["public_body.id"], name=op.f("fk_import_mapping_body_id")
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_import_mapping_questionnaire_id"),
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["staff_member.id"], name=op.f("fk_import_mapping_updated_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("body_id", "name", name=op.f("uq_import_mapping_body_id_name")),
    )
    op.create_table(
        "bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("place_note", sa.String(length=200), nullable=False),
        sa.Column("first_opener", sa.String(length=200), nullable=False),
        sa.Column("second_opener", sa.String(length=200), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("first_serial", sa.Integer(), nullable=True),
        sa.Column("last_serial", sa.Integer(), nullable=True),
        sa.Column("handed_out", sa.Integer(), nullable=True),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "closed",
                name="bundlestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("imbalance_reason", sa.Text(), nullable=True),
        sa.Column("seal", sa.String(length=60), nullable=True),
        sa.Column("storage_place", sa.String(length=200), nullable=True),
        sa.Column("destroy_on", sa.Date(), nullable=True),
        sa.Column(
            "second_keying",
            sa.Enum(
                "none",
                "drawn",
                "accepted",
                "rekey",
                name="secondkeying",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("second_decided_by", sa.Integer(), nullable=True),
        sa.Column("second_decided_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_on IS NOT NULL) AND (closed_on IS NULL) = (closed_by IS NULL)",
            name=op.f("ck_bundle_closed_by_somebody"),
        ),
        sa.CheckConstraint(
            "second_keying IN ('none', 'drawn') OR second_decided_on IS NOT NULL",
            name=op.f("ck_bundle_decision_dated"),
        ),
        sa.CheckConstraint(
            "state = 'open' OR (seal IS NOT NULL AND storage_place IS NOT NULL AND destroy_on IS NOT NULL)",
            name=op.f("ck_bundle_closed_is_sealed"),
        ),
        sa.CheckConstraint(
            "(first_serial IS NULL) = (last_serial IS NULL)", name=op.f("ck_bundle_range_or_loose")
        ),
        sa.CheckConstraint(
            "destroy_on >= closed_on", name=op.f("ck_bundle_destroyed_after_closing")
        ),
        sa.CheckConstraint("first_serial >= 1", name=op.f("ck_bundle_serial_from_one")),
        sa.CheckConstraint(
            "handed_out >= 0 AND refused >= 0 AND found >= 0 AND blank >= 0",
            name=op.f("ck_bundle_counts_not_negative"),
        ),
        sa.CheckConstraint("last_serial >= first_serial", name=op.f("ck_bundle_serials_in_order")),
        sa.CheckConstraint(
            "lower(first_opener) <> lower(second_opener)", name=op.f("ck_bundle_two_people")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_bundle_number_from_one")),
        sa.ForeignKeyConstraint(["body_id"], ["public_body.id"], name=op.f("fk_bundle_body_id")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_bundle_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["staff_member.id"], name=op.f("fk_bundle_opened_by")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_bundle_place_id")),
        sa.ForeignKeyConstraint(
            ["second_decided_by"], ["staff_member.id"], name=op.f("fk_bundle_second_decided_by")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_bundle_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
        sa.UniqueConstraint("wave_id", "number", name=op.f("uq_bundle_wave_id_number")),
    )
    op.create_table(
        "keying",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("bundle_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=True),
        sa.Column("keyed_on", sa.Date(), nullable=True),
        sa.Column("marks", sa.Text(), nullable=True),
        sa.Column("half_marks", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(marks IS NULL) = (keyed_on IS NULL) AND (marks IS NULL) = (staff_member_id IS NULL)",
            name=op.f("ck_keying_typed_by_somebody"),
        ),
        sa.CheckConstraint("round = 2 OR marks IS NOT NULL", name=op.f("ck_keying_first_is_typed")),
        sa.CheckConstraint("round IN (1, 2)", name=op.f("ck_keying_two_rounds")),
        sa.CheckConstraint("serial >= 1", name=op.f("ck_keying_serial_from_one")),
        sa.ForeignKeyConstraint(["body_id"], ["public_body.id"], name=op.f("fk_keying_body_id")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_keying_bundle_id")),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name=op.f("fk_keying_staff_member_id")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_keying_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keying")),
        sa.UniqueConstraint(
            "wave_id", "serial", "round", name=op.f("uq_keying_wave_id_serial_round")
        ),
    )
    with op.batch_alter_table("keying", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_keying_bundle_id_round"), ["bundle_id", "round"], unique=False
        )

    op.create_table(
        "void_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("bundle_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "insult",
                "damaged",
                "unreadable",
                "other_wave",
                "copy",
                "not_a_form",
                "other",
                name="voidreason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("serial >= 1", name=op.f("ck_void_sheet_serial_from_one")),
        sa.ForeignKeyConstraint(
            ["body_id"], ["public_body.id"], name=op.f("fk_void_sheet_body_id")
        ),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_void_sheet_bundle_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff_member.id"], name=op.f("fk_void_sheet_recorded_by")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_void_sheet_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_void_sheet")),
        sa.UniqueConstraint("wave_id", "serial", name=op.f("uq_void_sheet_wave_id_serial")),
    )
    with op.batch_alter_table("void_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_void_sheet_bundle_id"), ["bundle_id"], unique=False)

    op.create_table(
        "keying_resolution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("keying_id", sa.Integer(), nullable=False),
        sa.Column("question_key", sa.String(length=40), nullable=False),
        sa.Column("cell_first", sa.String(length=200), nullable=False),
        sa.Column("cell_second", sa.String(length=200), nullable=False),
        sa.Column("cell", sa.String(length=200), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=False),
        sa.Column("resolved_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["public_body.id"], name=op.f("fk_keying_resolution_body_id")
        ),
        sa.ForeignKeyConstraint(
            ["keying_id"], ["keying.id"], name=op.f("fk_keying_resolution_keying_id")
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["staff_member.id"], name=op.f("fk_keying_resolution_resolved_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keying_resolution")),
        sa.UniqueConstraint(
            "keying_id", "question_key", name=op.f("uq_keying_resolution_keying_id_question_key")
        ),
    )
    # a table that is rebuilt is given a value for the rows it has; new rows get theirs from the model
    with op.batch_alter_table("public_body", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("bar_own_service", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("paper_years", sa.Integer(), server_default="5", nullable=False)
        )
        batch_op.create_check_constraint(
            op.f("ck_public_body_paper_years_in_range"), "paper_years BETWEEN 0 AND 50"
        )
    with op.batch_alter_table("public_body", schema=None) as batch_op:
        batch_op.alter_column("bar_own_service", existing_type=sa.Boolean(), server_default=None)
        batch_op.alter_column("paper_years", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("corrections", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.create_check_constraint(
            op.f("ck_wave_corrections_not_negative"), "corrections >= 0"
        )
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.alter_column("corrections", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    op.drop_table("keying_resolution")
    with op.batch_alter_table("void_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_void_sheet_bundle_id"))

    op.drop_table("void_sheet")
    with op.batch_alter_table("keying", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_keying_bundle_id_round"))

    op.drop_table("keying")
    op.drop_table("bundle")
    op.drop_table("import_mapping")
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_wave_corrections_not_negative"), type_="check")
        batch_op.drop_column("corrections")
    with op.batch_alter_table("public_body", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_public_body_paper_years_in_range"), type_="check")
        batch_op.drop_column("paper_years")
        batch_op.drop_column("bar_own_service")
