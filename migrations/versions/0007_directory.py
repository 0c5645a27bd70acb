"""Directory: HSDS tables, what HSDS lacks, the search's rows and the import's log. Nobody's data: no row-level security."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "import_run",
    "location",
    "synonym",
    "taxonomy",
    "unit",
    "vocabulary",
    "zip_place",
    "accessibility",
    "address",
    "import_problem",
    "import_quarantine",
    "organization_identifier",
    "listed_program",
    "source_record",
    "taxonomy_term",
    "attribute",
    "service",
    "cost_option",
    "funding",
    "required_document",
    "service_at_location",
    "service_capacity",
    "service_need",
    "url",
    "verification",
    "capacity_status",
    "contact",
    "open_interval",
    "schedule",
    "search_entry",
    "service_area",
    "phone",
    "language",
)


def upgrade() -> None:
    op.create_table('import_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('licence', sa.Text(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('kept', sa.Integer(), nullable=False),
    sa.Column('counts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    op.create_index(op.f('ix_import_run_source'), 'import_run', ['source'], unique=False)
    op.create_table('location',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('location_type', sa.Enum('physical', 'postal', 'virtual', name='locationtype', native_enum=False, length=60), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('alternate_name', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('transportation', sa.Text(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('external_identifier', sa.Text(), nullable=True),
    sa.Column('external_identifier_type', sa.Text(), nullable=True),
    sa.Column('geo_precision', sa.Enum('stated', 'zip', 'city', 'none', name='geoprecision', native_enum=False, length=60), nullable=False),
    sa.Column('zip5', sa.Text(), nullable=True),
    sa.Column('county', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('is_confidential', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_location'))
    )
    op.create_table('synonym',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('phrase', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('need', sa.Enum('food-insecurity', 'housing-instability', 'homelessness', 'inadequate-housing', 'utility-insecurity', 'transportation-insecurity', 'financial-insecurity', 'material-hardship', 'employment-status', 'educational-attainment', 'social-connection', 'stress', 'intimate-partner-violence', 'elder-abuse', 'health-insurance-coverage-status', 'medical-cost-burden', 'personal-health-literacy', 'digital-access', 'digital-literacy', 'language-access', 'veteran-status', 'incarceration-status', 'protective-factor', 'sdoh-category-unspecified', name='needcategory', native_enum=False, length=60), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_synonym')),
    sa.UniqueConstraint('phrase', 'language', name=op.f('uq_synonym_phrase_language'))
    )
    op.create_index(op.f('ix_synonym_target'), 'synonym', ['target'], unique=False)
    op.create_table('taxonomy',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('uri', sa.Text(), nullable=True),
    sa.Column('version', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_taxonomy'))
    )
    op.create_table('unit',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('scheme', sa.Text(), nullable=True),
    sa.Column('identifier', sa.Text(), nullable=True),
    sa.Column('uri', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit'))
    )
    op.create_table('vocabulary',
    sa.Column('word', sa.Text(), nullable=False),
    sa.Column('documents', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('word', name=op.f('pk_vocabulary'))
    )
    op.create_table('zip_place',
    sa.Column('zip5', sa.Text(), nullable=False),
    sa.Column('city', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('county', sa.Text(), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=False),
    sa.Column('longitude', sa.Double(), nullable=False),
    sa.Column('timezone', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('zip5', name=op.f('pk_zip_place'))
    )
    op.create_index(op.f('ix_zip_place_state_county'), 'zip_place', ['state', 'county'], unique=False)
    op.create_table('accessibility',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('location_id', sa.Uuid(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('details', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_accessibility_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accessibility'))
    )
    op.create_index(op.f('ix_accessibility_location_id'), 'accessibility', ['location_id'], unique=False)
    op.create_table('address',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('location_id', sa.Uuid(), nullable=False),
    sa.Column('attention', sa.Text(), nullable=True),
    sa.Column('address_1', sa.Text(), nullable=True),
    sa.Column('address_2', sa.Text(), nullable=True),
    sa.Column('city', sa.Text(), nullable=True),
    sa.Column('region', sa.Text(), nullable=True),
    sa.Column('state_province', sa.Text(), nullable=True),
    sa.Column('postal_code', sa.Text(), nullable=True),
    sa.Column('country', sa.Text(), nullable=True),
    sa.Column('address_type', sa.Enum('physical', 'postal', 'virtual', name='locationtype', native_enum=False, length=60), nullable=True),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_address_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address'))
    )
    op.create_index(op.f('ix_address_location_id'), 'address', ['location_id'], unique=False)
    op.create_table('import_problem',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('entity', sa.Enum('organization', 'program', 'service', 'location', 'service_at_location', 'address', 'phone', 'contact', 'schedule', 'language', 'service_area', 'cost_option', 'required_document', 'accessibility', 'funding', 'url', 'unit', 'service_capacity', 'organization_identifier', 'taxonomy', 'taxonomy_term', 'attribute', name='entity', native_enum=False, length=60), nullable=False),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('bad_encoding', 'bad_value', 'bad_phone', 'missing', 'unknown_field', 'unknown_choice', 'unknown_frequency', 'day_not_stated', 'week_not_stated', 'anchor_not_stated', 'too_long', 'too_many', 'orphan', 'no_place', 'conflict', 'shared_point', 'point_far_from_zip', 'unknown_zip', 'maybe_inactive', name='problemkind', native_enum=False, length=60), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_problem_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_problem'))
    )
    op.create_index(op.f('ix_import_problem_run_id_line'), 'import_problem', ['run_id', 'line'], unique=False)
    op.create_table('import_quarantine',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Enum('line_too_long', 'not_json', 'not_a_record', 'no_service', 'no_name', 'no_id', name='quarantinereason', native_enum=False, length=60), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_quarantine_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_quarantine'))
    )
    op.create_index(op.f('ix_import_quarantine_run_id_line'), 'import_quarantine', ['run_id', 'line'], unique=False)
    op.create_table('organization_identifier',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('identifier_scheme', sa.Text(), nullable=True),
    sa.Column('identifier_type', sa.Text(), nullable=True),
    sa.Column('identifier', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_organization_identifier_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization_identifier'))
    )
    op.create_index(op.f('ix_organization_identifier_organization_id'), 'organization_identifier', ['organization_id'], unique=False)
    op.create_table('listed_program',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('alternate_name', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_listed_program_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listed_program'))
    )
    op.create_index(op.f('ix_listed_program_organization_id'), 'listed_program', ['organization_id'], unique=False)
    op.create_table('source_record',
    sa.Column('entity_id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('entity', sa.Enum('organization', 'program', 'service', 'location', 'service_at_location', 'address', 'phone', 'contact', 'schedule', 'language', 'service_area', 'cost_option', 'required_document', 'accessibility', 'funding', 'url', 'unit', 'service_capacity', 'organization_identifier', 'taxonomy', 'taxonomy_term', 'attribute', name='entity', native_enum=False, length=60), nullable=False),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_source_record_run_id')),
    sa.PrimaryKeyConstraint('entity_id', name=op.f('pk_source_record'))
    )
    op.create_index(op.f('ix_source_record_source'), 'source_record', ['source'], unique=False)
    op.create_table('taxonomy_term',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('taxonomy_id', sa.Uuid(), nullable=True),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('code', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('term_uri', sa.Text(), nullable=True),
    sa.Column('language', sa.Text(), nullable=True),
    sa.Column('path', sa.Text(), nullable=True),
    sa.Column('need', sa.Enum('food-insecurity', 'housing-instability', 'homelessness', 'inadequate-housing', 'utility-insecurity', 'transportation-insecurity', 'financial-insecurity', 'material-hardship', 'employment-status', 'educational-attainment', 'social-connection', 'stress', 'intimate-partner-violence', 'elder-abuse', 'health-insurance-coverage-status', 'medical-cost-burden', 'personal-health-literacy', 'digital-access', 'digital-literacy', 'language-access', 'veteran-status', 'incarceration-status', 'protective-factor', 'sdoh-category-unspecified', name='needcategory', native_enum=False, length=60), nullable=True),
    sa.Column('is_need_reviewed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['taxonomy_term.id'], name=op.f('fk_taxonomy_term_parent_id')),
    sa.ForeignKeyConstraint(['taxonomy_id'], ['taxonomy.id'], name=op.f('fk_taxonomy_term_taxonomy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_taxonomy_term'))
    )
    op.create_index(op.f('ix_taxonomy_term_parent_id'), 'taxonomy_term', ['parent_id'], unique=False)
    op.create_index(op.f('ix_taxonomy_term_taxonomy_id'), 'taxonomy_term', ['taxonomy_id'], unique=False)
    op.create_table('attribute',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('link_id', sa.Uuid(), nullable=False),
    sa.Column('link_entity', sa.Text(), nullable=False),
    sa.Column('link_type', sa.Text(), nullable=True),
    sa.Column('taxonomy_term_id', sa.Uuid(), nullable=False),
    sa.Column('value', sa.Text(), nullable=True),
    sa.Column('label', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['taxonomy_term_id'], ['taxonomy_term.id'], name=op.f('fk_attribute_taxonomy_term_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attribute'))
    )
    op.create_index(op.f('ix_attribute_link_id'), 'attribute', ['link_id'], unique=False)
    op.create_index(op.f('ix_attribute_taxonomy_term_id'), 'attribute', ['taxonomy_term_id'], unique=False)
    op.create_table('service',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('alternate_name', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('status', sa.Enum('active', 'inactive', 'defunct', 'temporarily closed', name='servicestatus', native_enum=False, length=60), nullable=False),
    sa.Column('status_source', sa.Enum('stated', 'assumed', name='statussource', native_enum=False, length=60), nullable=False),
    sa.Column('interpretation_services', sa.Text(), nullable=True),
    sa.Column('application_process', sa.Text(), nullable=True),
    sa.Column('fees_description', sa.Text(), nullable=True),
    sa.Column('wait_time', sa.Text(), nullable=True),
    sa.Column('accreditations', sa.Text(), nullable=True),
    sa.Column('eligibility_description', sa.Text(), nullable=True),
    sa.Column('minimum_age', sa.Double(), nullable=True),
    sa.Column('maximum_age', sa.Double(), nullable=True),
    sa.Column('assured_date', sa.Date(), nullable=True),
    sa.Column('licenses', sa.Text(), nullable=True),
    sa.Column('alert', sa.Text(), nullable=True),
    sa.Column('last_modified', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_service_organization_id')),
    sa.ForeignKeyConstraint(['program_id'], ['listed_program.id'], name=op.f('fk_service_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service'))
    )
    op.create_index(op.f('ix_service_organization_id'), 'service', ['organization_id'], unique=False)
    op.create_index(op.f('ix_service_program_id'), 'service', ['program_id'], unique=False)
    op.create_table('cost_option',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('option', sa.Text(), nullable=True),
    sa.Column('currency', sa.Text(), nullable=True),
    sa.Column('amount', sa.Numeric(precision=12, scale=2), nullable=True),
    sa.Column('amount_description', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_cost_option_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_option'))
    )
    op.create_index(op.f('ix_cost_option_service_id'), 'cost_option', ['service_id'], unique=False)
    op.create_table('funding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('source', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_funding_organization_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_funding_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_funding'))
    )
    op.create_index(op.f('ix_funding_organization_id'), 'funding', ['organization_id'], unique=False)
    op.create_index(op.f('ix_funding_service_id'), 'funding', ['service_id'], unique=False)
    op.create_table('required_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('uri', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_required_document_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_required_document'))
    )
    op.create_index(op.f('ix_required_document_service_id'), 'required_document', ['service_id'], unique=False)
    op.create_table('service_at_location',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('location_id', sa.Uuid(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_service_at_location_location_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_at_location_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_at_location')),
    sa.UniqueConstraint('service_id', 'location_id', name=op.f('uq_service_at_location_service_id_location_id'))
    )
    op.create_index(op.f('ix_service_at_location_location_id'), 'service_at_location', ['location_id'], unique=False)
    op.create_table('service_capacity',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('available', sa.Double(), nullable=False),
    sa.Column('maximum', sa.Double(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_capacity_service_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_service_capacity_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_capacity'))
    )
    op.create_index(op.f('ix_service_capacity_service_id'), 'service_capacity', ['service_id'], unique=False)
    op.create_index(op.f('ix_service_capacity_unit_id'), 'service_capacity', ['unit_id'], unique=False)
    op.create_table('service_need',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('need', sa.Enum('food-insecurity', 'housing-instability', 'homelessness', 'inadequate-housing', 'utility-insecurity', 'transportation-insecurity', 'financial-insecurity', 'material-hardship', 'employment-status', 'educational-attainment', 'social-connection', 'stress', 'intimate-partner-violence', 'elder-abuse', 'health-insurance-coverage-status', 'medical-cost-burden', 'personal-health-literacy', 'digital-access', 'digital-literacy', 'language-access', 'veteran-status', 'incarceration-status', 'protective-factor', 'sdoh-category-unspecified', name='needcategory', native_enum=False, length=60), nullable=False),
    sa.Column('source', sa.Enum('stated', 'mapped', 'derived', name='needsource', native_enum=False, length=60), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_need_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_need')),
    sa.UniqueConstraint('service_id', 'need', name=op.f('uq_service_need_service_id_need'))
    )
    op.create_table('url',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('label', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_url_organization_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_url_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_url'))
    )
    op.create_index(op.f('ix_url_organization_id'), 'url', ['organization_id'], unique=False)
    op.create_index(op.f('ix_url_service_id'), 'url', ['service_id'], unique=False)
    op.create_table('verification',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_verification_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verification'))
    )
    op.create_index(op.f('ix_verification_service_id'), 'verification', ['service_id'], unique=False)
    op.create_table('capacity_status',
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('open', 'limited', 'waitlist', 'closed', 'unknown', name='capacitystate', native_enum=False, length=60), nullable=False),
    sa.Column('available', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('set_by_user_id', sa.Uuid(), nullable=True),
    sa.Column('set_by_organization_id', sa.Uuid(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_capacity_status_service_at_location_id')),
    sa.PrimaryKeyConstraint('service_at_location_id', name=op.f('pk_capacity_status'))
    )
    op.create_table('contact',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('location_id', sa.Uuid(), nullable=True),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('email', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_contact_location_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_contact_organization_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_contact_service_at_location_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_contact_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact'))
    )
    op.create_index(op.f('ix_contact_location_id'), 'contact', ['location_id'], unique=False)
    op.create_index(op.f('ix_contact_organization_id'), 'contact', ['organization_id'], unique=False)
    op.create_index(op.f('ix_contact_service_at_location_id'), 'contact', ['service_at_location_id'], unique=False)
    op.create_index(op.f('ix_contact_service_id'), 'contact', ['service_id'], unique=False)
    op.create_table('open_interval',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_open_interval_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_open_interval'))
    )
    op.create_index(op.f('ix_open_interval_service_at_location_id_closes_at'), 'open_interval', ['service_at_location_id', 'closes_at'], unique=False)
    op.create_table('schedule',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('location_id', sa.Uuid(), nullable=True),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('dtstart', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('count', sa.Integer(), nullable=True),
    sa.Column('wkst', sa.Enum('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU', name='weekday', native_enum=False, length=60), nullable=True),
    sa.Column('freq', sa.Enum('WEEKLY', 'MONTHLY', name='frequency', native_enum=False, length=60), nullable=True),
    sa.Column('interval', sa.Integer(), nullable=True),
    sa.Column('byday', sa.Text(), nullable=True),
    sa.Column('byweekno', sa.Text(), nullable=True),
    sa.Column('bymonthday', sa.Text(), nullable=True),
    sa.Column('byyearday', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('opens_at', sa.Time(), nullable=True),
    sa.Column('closes_at', sa.Time(), nullable=True),
    sa.Column('schedule_link', sa.Text(), nullable=True),
    sa.Column('attending_type', sa.Text(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_schedule_location_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_schedule_service_at_location_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_schedule_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedule'))
    )
    op.create_index(op.f('ix_schedule_location_id'), 'schedule', ['location_id'], unique=False)
    op.create_index(op.f('ix_schedule_service_at_location_id'), 'schedule', ['service_at_location_id'], unique=False)
    op.create_index(op.f('ix_schedule_service_id'), 'schedule', ['service_id'], unique=False)
    op.create_table('search_entry',
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('location_id', sa.Uuid(), nullable=False),
    sa.Column('is_shown', sa.Boolean(), nullable=False),
    sa.Column('is_virtual', sa.Boolean(), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('county', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('counties', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('needs', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('languages', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('has_hours', sa.Boolean(), nullable=False),
    sa.Column('words', postgresql.TSVECTOR(), nullable=False),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_search_entry_location_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_search_entry_organization_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_search_entry_service_at_location_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_search_entry_service_id')),
    sa.PrimaryKeyConstraint('service_at_location_id', name=op.f('pk_search_entry'))
    )
    op.create_index(op.f('ix_search_entry_location_id'), 'search_entry', ['location_id'], unique=False)
    op.create_index(op.f('ix_search_entry_counties'), 'search_entry', ['counties'], unique=False, postgresql_using='gin')
    op.create_index(op.f('ix_search_entry_latitude_longitude'), 'search_entry', ['latitude', 'longitude'], unique=False, postgresql_where=sa.text('is_shown'))
    op.create_index(op.f('ix_search_entry_needs'), 'search_entry', ['needs'], unique=False, postgresql_using='gin')
    op.create_index(op.f('ix_search_entry_organization_id'), 'search_entry', ['organization_id'], unique=False)
    op.create_index(op.f('ix_search_entry_service_id'), 'search_entry', ['service_id'], unique=False)
    op.create_index(op.f('ix_search_entry_state_county'), 'search_entry', ['state', 'county'], unique=False)
    op.create_index(op.f('ix_search_entry_words'), 'search_entry', ['words'], unique=False, postgresql_using='gin')
    op.create_table('service_area',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('extent', sa.Text(), nullable=True),
    sa.Column('extent_type', sa.Text(), nullable=True),
    sa.Column('uri', sa.Text(), nullable=True),
    sa.Column('counties', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('states', sa.ARRAY(sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_service_area_service_at_location_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_area_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_area'))
    )
    op.create_index(op.f('ix_service_area_service_at_location_id'), 'service_area', ['service_at_location_id'], unique=False)
    op.create_index(op.f('ix_service_area_service_id'), 'service_area', ['service_id'], unique=False)
    op.create_table('phone',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('location_id', sa.Uuid(), nullable=True),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=True),
    sa.Column('contact_id', sa.Uuid(), nullable=True),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('extension', sa.Integer(), nullable=True),
    sa.Column('type', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_phone_contact_id')),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_phone_location_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_phone_organization_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_phone_service_at_location_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_phone_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone'))
    )
    op.create_index(op.f('ix_phone_contact_id'), 'phone', ['contact_id'], unique=False)
    op.create_index(op.f('ix_phone_location_id'), 'phone', ['location_id'], unique=False)
    op.create_index(op.f('ix_phone_organization_id'), 'phone', ['organization_id'], unique=False)
    op.create_index(op.f('ix_phone_service_at_location_id'), 'phone', ['service_at_location_id'], unique=False)
    op.create_index(op.f('ix_phone_service_id'), 'phone', ['service_id'], unique=False)
    op.create_table('language',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('location_id', sa.Uuid(), nullable=True),
    sa.Column('phone_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('code', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_language_location_id')),
    sa.ForeignKeyConstraint(['phone_id'], ['phone.id'], name=op.f('fk_language_phone_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_language_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_language'))
    )
    op.create_index(op.f('ix_language_location_id'), 'language', ['location_id'], unique=False)
    op.create_index(op.f('ix_language_phone_id'), 'language', ['phone_id'], unique=False)
    op.create_index(op.f('ix_language_service_id'), 'language', ['service_id'], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
