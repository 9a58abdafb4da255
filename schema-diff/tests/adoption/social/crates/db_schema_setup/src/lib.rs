//! Runs what stands outside of migrations.
