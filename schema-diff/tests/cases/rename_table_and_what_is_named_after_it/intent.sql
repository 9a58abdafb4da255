ALTER TABLE practitioners RENAME TO clinicians;
ALTER TABLE clinicians RENAME CONSTRAINT practitioners_pkey TO clinicians_pkey;
ALTER TABLE clinicians RENAME CONSTRAINT practitioners_name_check TO clinicians_name_check;
ALTER TABLE visits RENAME COLUMN practitioner_id TO clinician_id;
ALTER TABLE visits RENAME COLUMN during TO period;
ALTER TABLE visits RENAME CONSTRAINT visits_practitioner_id_fkey TO visits_clinician_id_fkey;
ALTER TABLE visits RENAME CONSTRAINT visits_int8range_during_excl TO visits_int8range_period_excl;
ALTER INDEX visits_practitioner_id_idx RENAME TO visits_clinician_id_idx;
