"""A form that opens a box opens one: the bundle keeps the number that its form carried.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # bundles that are there were opened by forms without a number
    with op.batch_alter_table("bundle", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opening_nonce", sa.String(length=32), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_bundle_wave_id_opening_nonce"), ["wave_id", "opening_nonce"]
        )


def downgrade() -> None:
    with op.batch_alter_table("bundle", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_bundle_wave_id_opening_nonce"), type_="unique")
        batch_op.drop_column("opening_nonce")
