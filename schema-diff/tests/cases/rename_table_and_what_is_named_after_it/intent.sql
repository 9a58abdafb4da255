ALTER TABLE practitioners RENAME TO clinicians;
ALTER TABLE clinicians RENAME CONSTRAINT practitioners_pkey TO clinicians_pkey;
ALTER TABLE visits RENAME COLUMN practitioner_id TO clinician_id;
ALTER TABLE visits RENAME CONSTRAINT visits_practitioner_id_fkey TO visits_clinician_id_fkey;
ALTER INDEX visits_practitioner_id_idx RENAME TO visits_clinician_id_idx;
ALTER TABLE clinicians DROP CONSTRAINT practitioners_name_hired_key;
ALTER TABLE clinicians RENAME CONSTRAINT clinicians_licence_key TO clinicians_name_hired_key;
