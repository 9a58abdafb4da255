//! Sequences, both owned by columns and independent.

use super::{
    data_type,
    error::IntrospectError,
    reader::{IS_USER_NAMESPACE, Reader},
};
use crate::model::{QualifiedName, SequenceOptions};

/// A sequence as in the catalog.
pub(super) struct Sequence {
    pub name: QualifiedName,
    pub options: SequenceOptions,
    pub owner: SequenceOwner,
}

/// The owner of a sequence.
pub(super) enum SequenceOwner {
    /// No column owns it.
    Nobody,
    /// A column that is not an identity, by table and number (`OWNED BY`).
    Column(u32, i16),
    /// An identity column, by table and number.
    Identity(u32, i16),
}

/// Reads all sequences except those of extensions, by name.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Vec<Sequence>, IntrospectError> {
    const WHAT: &str = "sequences";
    let sql = format!(
        "SELECT n.nspname::text, c.relname::text, {type_fields}, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, \
                    s.seqcache, s.seqcycle, d.deptype, d.refobjid, d.refobjsubid::int2 \
             FROM pg_catalog.pg_sequence s \
             JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             {type_joins} \
             LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid \
                  AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') \
             WHERE c.relpersistence <> 't' AND {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e') \
             ORDER BY 1, 2",
        type_fields = data_type::fields("(-1)"),
        type_joins = data_type::joins("s.seqtypid"),
    );
    let mut sequences = Vec::new();
    reader.each(WHAT, &sql, |fields| {
        sequences.push(Sequence {
            name: QualifiedName {
                schema: fields.next()?,
                name: fields.next()?,
            },
            options: SequenceOptions {
                data_type: data_type::read(fields)?,
                start: fields.next()?,
                increment: fields.next()?,
                min: fields.next()?,
                max: fields.next()?,
                cache: fields.next()?,
                cycle: fields.next()?,
            },
            owner: match fields
                .next::<Option<i8>>()?
                .map(|code| char::from(code.cast_unsigned()))
            {
                Some('i') => SequenceOwner::Identity(fields.next()?, fields.next()?),
                Some(_) => SequenceOwner::Column(fields.next()?, fields.next()?),
                None => SequenceOwner::Nobody,
            },
        });
        Ok(())
    })?;
    Ok(sequences)
}
