//! `cluster`: a throw-away PostgreSQL until standard input ends. Prints the URL of an empty database.

use std::io::{Read as _, Write as _, stdin, stdout};

use anyhow::Result;
use cluster::Cluster;

fn main() -> Result<()> {
    let cluster = Cluster::start()?;
    let url = cluster.create_database("thuocdo")?;
    writeln!(stdout(), "{url}")?;
    stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
