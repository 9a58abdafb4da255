-- schema-diff: 0.1.0
-- message: add countries.iso3code
-- revises: 20261123013224
-- before: sha256:ba3867593af09835
-- after: sha256:75fd47fa89ee2a0e
-- up: sha256:b1c07b152d453358
-- down: sha256:a55357851f8e8cb8

ALTER TABLE countries ADD COLUMN iso3code TEXT;
