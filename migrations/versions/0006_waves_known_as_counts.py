"""Waves of which counts alone are known: their tally is not made from answers.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # the tallies that are there were all counted from answers; new rows get theirs from the model
    with op.batch_alter_table("wave_tally", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("counts_only", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("wave_tally", schema=None) as batch_op:
        batch_op.alter_column("counts_only", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("wave_tally", schema=None) as batch_op:
        batch_op.drop_column("counts_only")
