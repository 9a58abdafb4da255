//! The role that proves a migration, with the privileges of the role that read the compared database.
//!
//! A superuser sees every row and has every privilege, so it would not prove that another role can run the migration.
//! Therefore the copy's objects get the owners that they have in the compared database, and the plans run as the role
//! of its session, which is not a superuser. Extensions are still created by the superuser.

use std::collections::BTreeSet;

use postgres::Client;

use super::{
    Side,
    run::{plain_reason, run_all},
};
use crate::{
    create,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{ObjectId, Schema, Session, Table, TableName, quote_ident, quote_literal},
    plan::{Phase, Plan, Statement},
    render,
    statement::{Ddl, Setting, Transaction},
};

/// The role that runs the plans on the copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Runner {
    /// The role; `None` for that of the scratch server.
    role: Option<String>,
    /// The reason why it is not the role of the compared database.
    pub note: Option<Diagnostic>,
    /// The settings of the original that could not be set on the copy, as SQL.
    pub lacks: Vec<String>,
}

impl Runner {
    /// Creates the role of a session on the scratch server, and sets the owners of the copy's objects. `changed` are the tables that the
    /// plans change, by any of their names.
    pub fn prepare(client: &mut Client, schema: &Schema, session: &Session, changed: &BTreeSet<&TableName>) -> Self {
        if session.role.is_empty() || session.superuser {
            return Self {
                lacks: copy_settings(client, schema, &session.role),
                ..Self::default()
            };
        }
        // Other tables are only referenced.
        let is_changed = |table: &&Table| changed.is_empty() || changed.contains(&table.name);
        let owners = schema.tables.values().filter(is_changed);
        let mut owners: BTreeSet<&str> = owners.map(|table| table.owner.as_str()).collect();
        owners.retain(|owner| !owner.is_empty() && !session.can_become(owner));
        // A role without ownership can compare, but a migration runs as the owner of the tables.
        let migrating = match owners.first() {
            None => session.clone(),
            Some(owner) => Session {
                role: (*owner).to_owned(),
                roles: owners.iter().map(|owner| (*owner).to_owned()).collect(),
                ..Session::default()
            },
        };
        let role = migrating.role.clone();
        let made = create_role(client, &migrating)
            .and_then(|()| give_away(client, schema, &migrating, session))
            .and_then(|()| can_become(client, &role));
        let is_other = role != session.role;
        let lacks = copy_settings(client, schema, &role);
        match made {
            Ok(()) => Self {
                note: is_other.then(|| {
                    other_role(format!(
                        "the migration was proved as role {role}, which owns tables that {} cannot change",
                        session.role
                    ))
                }),
                role: Some(role),
                lacks,
            },
            Err(reason) => Self {
                role: None,
                note: Some(other_role(format!(
                    "the migration was proved as the role that is connected to the scratch server, not as {role}: {reason}"
                ))),
                lacks,
            },
        }
    }

    /// Returns the plan with the statements that switch to this role.
    pub fn plan(&self, plan: &Plan) -> Plan {
        let Some(role) = &self.role else {
            return plan.clone();
        };
        let mut statements = Vec::new();
        for part in plan.parts() {
            add_part(role, part, &mut statements);
        }
        Plan {
            statements,
            ..plan.clone()
        }
    }
}

/// Adds the statements of a part with those that switch to a role.
fn add_part(role: &str, part: &[Statement], statements: &mut Vec<Statement>) {
    let number = part.first().map_or(0, |own| own.part);
    let set = |setting| Statement {
        part: number,
        ..Statement::new(Phase::Guard, Ddl::Set(setting))
    };
    if part.iter().any(|own| own.ddl.transaction() == Transaction::Outside) {
        statements.push(set(Setting::SessionRole(role.to_owned())));
        statements.extend(part.iter().cloned());
        statements.push(set(Setting::RoleReset));
        return;
    }
    let become_role = || set(Setting::Role(role.to_owned()));
    statements.push(become_role());
    for own in part {
        // Extensions need a superuser on some servers but not on others, such as those of cloud providers.
        let is_extension = matches!(own.ddl, Ddl::CreateExtension { .. } | Ddl::Drop(ObjectId::Extension(_)));
        if is_extension {
            statements.push(set(Setting::RoleReset));
        }
        statements.push(own.clone());
        if is_extension {
            statements.push(become_role());
        }
    }
}

fn execute(client: &mut Client, sql: &str) -> Result<(), String> {
    client.batch_execute(sql).map_err(|error| plain_reason(&error))
}

/// Creates the role with its memberships and `BYPASSRLS` as in the session, and with no other privileges.
///
/// Properties that already match are not changed, because other proofs may be running on the server.
fn create_role(client: &mut Client, session: &Session) -> Result<(), String> {
    let name = quote_ident(&session.role);
    let literal = quote_literal(&session.role);
    let sql = format!("SELECT rolsuper, rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = {literal}");
    let found = client.query(&sql, &[]).map_err(|error| plain_reason(&error))?;
    let bypasses = match found.first().map(|row| (row.get::<_, bool>(0), row.get::<_, bool>(1))) {
        Some((true, _)) => return Err("a superuser of the scratch server has this name".to_owned()),
        Some((false, bypasses)) => bypasses,
        None => {
            execute(client, &format!("CREATE ROLE {name}"))?;
            false
        }
    };
    if bypasses != session.bypasses_row_security {
        let bypass = if session.bypasses_row_security {
            "BYPASSRLS"
        } else {
            "NOBYPASSRLS"
        };
        execute(client, &format!("ALTER ROLE {name} {bypass}"))?;
    }
    for role in session.roles.iter().filter(|role| !role.starts_with("pg_")) {
        let sql = format!(
            "SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = {} AND NOT r.rolsuper AND NOT pg_catalog.pg_has_role({literal}, r.oid, 'MEMBER')",
            quote_literal(role)
        );
        if client.query(&sql, &[]).is_ok_and(|rows| !rows.is_empty()) {
            execute(client, &format!("GRANT {} TO {name}", quote_ident(role)))?;
        }
    }
    Ok(())
}

/// Makes the session's role the owner of all objects.
///
/// Roles that own an object in the compared database may create objects in its schemas, except those that `compared`
/// lists as barred.
fn give_away(client: &mut Client, schema: &Schema, session: &Session, compared: &Session) -> Result<(), String> {
    let role = quote_literal(&session.role);
    execute(
        client,
        &format!(
            "DO $give$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT pg_catalog.format('ALTER DATABASE %I OWNER TO %I', pg_catalog.current_database(), {role})
        UNION ALL
        SELECT pg_catalog.format('ALTER SCHEMA %I OWNER TO %I', nspname, {role}) FROM pg_catalog.pg_namespace n
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
        UNION ALL
        SELECT pg_catalog.format('ALTER %s %s OWNER TO %I', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                                 WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, c.oid::regclass, {role})
        FROM pg_catalog.pg_class c
        WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                          AND (d.deptype = 'e' OR (c.relkind = 'S' AND d.deptype IN ('a', 'i'))))
          AND c.relnamespace <> 'pg_toast'::regnamespace
        UNION ALL
        SELECT pg_catalog.format('ALTER TYPE %s OWNER TO %I', t.oid::regtype, {role}) FROM pg_catalog.pg_type t
        LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
        WHERE t.oid >= 16384 AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
        UNION ALL
        SELECT pg_catalog.format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, {role}) FROM pg_catalog.pg_proc p
        WHERE p.oid >= 16384 AND p.prokind <> 'a'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
        UNION ALL
        SELECT pg_catalog.format('ALTER STATISTICS %I.%I OWNER TO %I', n.nspname, s.stxname, {role})
        FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
        UNION ALL
        SELECT pg_catalog.format('ALTER PUBLICATION %I OWNER TO %I', pubname, {role}) FROM pg_catalog.pg_publication
    LOOP
        EXECUTE statement;
    END LOOP;
END
$give$"
        ),
    )?;
    render::all(&create::missing_owners(schema))
        .iter()
        .try_for_each(|sql| execute(client, sql))?;
    let owners: BTreeSet<&str> = create::owning_roles(schema);
    for namespace in &schema.namespaces {
        for owner in &owners {
            let privileges = if compared.lacks_create(owner, namespace) {
                "USAGE"
            } else {
                "CREATE, USAGE"
            };
            let sql = format!(
                "GRANT {privileges} ON SCHEMA {} TO {}",
                quote_ident(namespace),
                quote_ident(owner)
            );
            execute(client, &sql)?;
        }
    }
    Ok(())
}

/// Sets the owners, privileges and settings of the copy's objects as in the original; returns the statements that
/// failed. `role` owns all objects of the copy.
fn copy_settings(client: &mut Client, schema: &Schema, role: &str) -> Vec<String> {
    let statements = render::all(&create::copied_settings(schema, role));
    if run_all(client, &statements, Side::Before).is_ok() {
        return Vec::new();
    }
    let failed = |sql: &String| client.batch_execute(sql).is_err();
    statements.into_iter().filter(failed).collect()
}

fn can_become(client: &mut Client, role: &str) -> Result<(), String> {
    let sql = render::sql(&Ddl::Set(Setting::Role(role.to_owned())));
    execute(client, &format!("BEGIN; {sql}; ROLLBACK")).inspect_err(|_| {
        let _ = client.batch_execute("ROLLBACK");
    })
}

fn other_role(message: String) -> Diagnostic {
    Diagnostic::new(DiagnosticCode::ProvedAsOtherRole, message)
}
