use clap::Parser;
use diesel::{Connection, PgConnection};
use phrases::{import, work};

#[derive(Parser)]
enum Cmd {
    Top,
    Progress { project: String },
    Bare { project: String },
}

fn main() -> anyhow::Result<()> {
    let mut conn = PgConnection::establish(&std::env::var("DATABASE_URL")?)?;
    match Cmd::parse() {
        Cmd::Top => {
            for (nick, realname, points) in work::leaders(&mut conn)? {
                println!("{points:>6} {nick} ({})", realname.unwrap_or_default());
            }
        }
        Cmd::Progress { project } => {
            let p = import::project(&mut conn, &project)?;
            for row in work::progress(&mut conn, p.id)? {
                println!("{}: {} approved, {} by machine", row.locale, row.done, row.robots);
            }
        }
        Cmd::Bare { project } => {
            let p = import::project(&mut conn, &project)?;
            for (ident, english) in import::without_context(&mut conn, p.id)? {
                println!("{ident}\t{english}");
            }
        }
    }
    Ok(())
}
