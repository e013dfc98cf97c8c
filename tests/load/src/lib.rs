//! Load on a running server: many clients that post submissions, each with keep-alive on a
//! connection of its own, and look at every answer.
//!
//! Bodies are made once and get a new id for each record, so that the client takes as little as
//! possible of the processor that it shares with the server.

mod ids;

mod forms;

mod connection;

mod origin;

mod tally;

mod steady;

mod storm;

mod siege;

mod report;

pub use self::forms::Forms;
pub use self::ids::Ids;
pub use self::origin::Origin;
pub use self::report::Report;
pub use self::siege::{Attack, Attackers, SiegeReport, attack, honest};
pub use self::steady::{Shape, Steady, steady};
pub use self::storm::{Storm, storm};

/// Where records go.
#[derive(Debug)]
pub struct Target {
    /// Hosts and ports of servers that have one database; connections are spread over them.
    pub addresses: Vec<String>,
    /// What is sent.
    pub forms: Forms,
    /// Under which ids.
    pub ids: Ids,
    /// From whom.
    pub origin: Origin,
}

impl Target {
    /// The address of a client by its number.
    fn address(&self, client: usize) -> &str {
        self.addresses.get(client % self.addresses.len().max(1)).map_or("", String::as_str)
    }
}
