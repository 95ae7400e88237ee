"""let sandboxes be reset: a mark of what is under way, and indexes to find all deliveries and deadlines of one"""

from alembic import op
import sqlalchemy as sa


revision = '0018'
down_revision = '0017'


def upgrade() -> None:
    with op.batch_alter_table('sandbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reset', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('reset_at', sa.BigInteger(), server_default='0', nullable=False))
    op.create_index('ix_delivery_sandbox', 'delivery', ['sandbox'])
    op.create_index('ix_deadline_sandbox', 'deadline', ['sandbox'])


def downgrade() -> None:
    op.drop_index('ix_deadline_sandbox', 'deadline')
    op.drop_index('ix_delivery_sandbox', 'delivery')
    with op.batch_alter_table('sandbox', schema=None) as batch_op:
        batch_op.drop_column('reset_at')
        batch_op.drop_column('reset')
