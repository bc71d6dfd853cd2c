"""Charts laid out for a phone.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("chart", schema=None) as batch_op:
        batch_op.add_column(sa.Column("svg_narrow", sa.Text(), nullable=True))
    # a chart drawn before serves for both until the year is published again
    op.execute("UPDATE chart SET svg_narrow = svg")
    with op.batch_alter_table("chart", schema=None) as batch_op:
        batch_op.alter_column("svg_narrow", existing_type=sa.Text(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("chart", schema=None) as batch_op:
        batch_op.drop_column("svg_narrow")
