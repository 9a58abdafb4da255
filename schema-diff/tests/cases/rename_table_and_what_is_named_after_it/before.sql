CREATE TABLE practitioners (
    id int PRIMARY KEY,
    name text NOT NULL CHECK (length(name) > 0),
    hired date,
    gone date,
    CHECK (gone > hired),
    CONSTRAINT clinicians_check CHECK (hired > '1900-01-01')
);
CREATE TABLE visits (
    id int PRIMARY KEY,
    practitioner_id int NOT NULL REFERENCES practitioners,
    during tsrange NOT NULL,
    EXCLUDE USING gist (int8range(practitioner_id, practitioner_id, '[]') WITH =, during WITH &&)
);
CREATE INDEX ON visits (practitioner_id);
INSERT INTO practitioners VALUES (1, 'Ada', '2020-01-01', NULL), (2, 'Bo', '2020-01-01', '2021-01-01');
INSERT INTO visits VALUES (1, 1, '[2026-01-01, 2026-01-02)'), (2, 2, '[2026-01-01, 2026-01-02)');
