use agora::cmd::{self, Command};
use clap::Parser;
use diesel::{Connection, PgConnection};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let command = Command::parse();
    let mut conn = PgConnection::establish(&std::env::var("AGORA_DB")?)?;
    cmd::run(&mut conn, command)?;
    Ok(())
}
