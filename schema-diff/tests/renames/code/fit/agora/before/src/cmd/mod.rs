use clap::Parser;
use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::member::{self, Member};
use crate::moderation;
use crate::schema::{members, mod_log};

/// Administration of a forum from the shell.
#[derive(Debug, Parser)]
pub enum Command {
    Add { nick: String, mail: String, hash: String },
    Promote { nick: String },
    Queue,
    Log { #[arg(default_value_t = 20)] lines: i64 },
}

pub fn run(conn: &mut PgConnection, command: Command) -> QueryResult<()> {
    match command {
        Command::Add { nick, mail, hash } => {
            let added = member::sign_up(conn, &nick, &mail, &hash)?;
            println!("member {} joined {}", added.id, added.joined);
        }
        Command::Promote { nick } => {
            Member::named(conn, &nick)?.promote(conn)?;
        }
        Command::Queue => {
            for (post, flags) in moderation::queue(conn)? {
                println!("{flags:>4}  {post}");
            }
        }
        Command::Log { lines } => {
            let rows: Vec<(String, String, Option<String>)> = mod_log::table
                .inner_join(members::table)
                .order(mod_log::created.desc())
                .limit(lines)
                .select((members::nick, mod_log::target, mod_log::why))
                .load(conn)?;
            for (nick, target, why) in rows {
                println!("{nick}\t{target}\t{}", why.unwrap_or_default());
            }
        }
    }
    Ok(())
}
