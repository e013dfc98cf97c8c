//! The database from which rows are read.

use async_trait::async_trait;
use futures::channel::mpsc;
use futures::{SinkExt as _, StreamExt as _, future, stream};

use super::{Backend, Column, Dump, DumpedRow, Table, Value};
use crate::error::StoreError;

/// Rows that are read ahead of whoever takes them; the connection holds what comes after them back.
const AHEAD: usize = 256;

/// Where the rows of a dump go.
pub(crate) type Sender = mpsc::Sender<Result<DumpedRow, StoreError>>;

/// A transaction that sees one moment of a database.
#[async_trait]
pub(crate) trait DumpSource: Send + 'static {
    const BACKEND: Backend;

    /// Sends the rows of a table in the order of its key, until whoever takes them is gone.
    async fn send(&mut self, table: Table, rows: &mut Sender) -> Result<(), StoreError>;
}

/// All rows. If whoever sends them ends in the middle, so do the rows, with an error: they must not
/// look as if they were all.
pub(crate) fn dump<O: DumpSource>(source: O) -> Dump {
    let (rows, taken) = mpsc::channel(AHEAD);
    let end = stream::once(tokio::spawn(send(source, rows))).filter_map(|ended| {
        // Not the text of a panic, which may quote a row.
        let cut_off = ended.err().map(|_| Err(StoreError::Fault(Box::new(CutOff))));
        future::ready(cut_off)
    });
    Dump { backend: O::BACKEND, rows: taken.chain(end).boxed() }
}

async fn send(mut source: impl DumpSource, mut rows: Sender) {
    for table in Table::ALL {
        if rows.is_closed() {
            return;
        }
        if let Err(error) = source.send(table, &mut rows).await {
            // Whoever took the rows may be gone.
            let _ = rows.send(Err(error)).await;
            return;
        }
    }
}

/// Whoever sent the rows is gone.
#[derive(Debug, thiserror::Error)]
#[error("the dump was cut off")]
struct CutOff;

impl Table {
    /// Reads its rows, in the order of its key.
    pub(crate) fn select(self) -> String {
        let names: Vec<_> = self.columns().iter().map(|column| column.name).collect();
        let key = names[..self.key()].join(", ");
        format!("SELECT {} FROM {} ORDER BY {key}", names.join(", "), self.as_str())
    }
}

impl DumpedRow {
    /// A row of which each column is read by its place and kind.
    pub(crate) fn read(
        table: Table,
        read: impl Fn((usize, &Column)) -> Result<Value, StoreError>,
    ) -> Result<Self, StoreError> {
        let values = table.columns().iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Self::new(table, values).expect("values are read by the kinds of their columns"))
    }
}
