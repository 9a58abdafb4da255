CREATE TABLE practitioners (
    id int PRIMARY KEY,
    name text NOT NULL CHECK (length(name) > 0),
    hired date,
    licence text CONSTRAINT clinicians_licence_key UNIQUE,
    UNIQUE (name, hired),
    UNIQUE (hired),
    CONSTRAINT clinicians_hired_key UNIQUE (id, licence)
);
CREATE TABLE visits (
    id int PRIMARY KEY,
    practitioner_id int NOT NULL REFERENCES practitioners,
    during tsrange NOT NULL,
    EXCLUDE USING gist (during WITH &&)
);
CREATE INDEX ON visits (practitioner_id);
INSERT INTO practitioners VALUES (1, 'Ada', '2020-01-01', NULL), (2, 'Bo', '2021-01-01', 'x');
INSERT INTO visits VALUES (1, 1, '[2026-01-01, 2026-01-02)'), (2, 2, '[2026-01-03, 2026-01-04)');
