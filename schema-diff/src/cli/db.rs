//! `db`: the development server of a project.
