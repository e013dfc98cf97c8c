//! Prints the schema of a fresh database as Markdown: `cargo xtask gen` copies it into
//! `docs/DATABASE.md`.
//!
//! All migrations run first and `SQLite` itself is asked for the result, so the page cannot say
//! anything else than the program does.
#![expect(clippy::print_stdout, reason = "the output is the result")]

use std::error::Error;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::SqliteStore;

/// Columns that refer to a table by value where no foreign key says so: a row may outlive what it
/// names, or arrive before it.
const REFERENCES_BY_VALUE: [(&str, &str); 2] = [("wave", "waves"), ("device", "devices")];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("thuocdo.db");
    drop(SqliteStore::open(&file).await?);
    let database = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&file)).await?;
    let mut tables = Vec::new();
    for name in names(&database).await? {
        tables.push(Table::read(&database, name).await?);
    }
    database.close().await;
    print!("{}", diagram(&tables));
    print!("\n{}", rules(&tables));
    Ok(())
}

#[derive(Debug)]
struct Table {
    name: String,
    columns: Vec<Column>,
    /// The tables that foreign keys name, with the columns of the key.
    foreign_keys: Vec<(String, Vec<String>)>,
    /// The columns of each key or index, the primary key first.
    keys: Vec<Key>,
    /// The messages of its triggers.
    refusals: Vec<String>,
}

#[derive(Debug, sqlx::FromRow)]
struct Column {
    name: String,
    #[sqlx(rename = "type")]
    kind: String,
    nullable: bool,
    /// The place in the primary key, from 1; 0 outside it.
    pk: i64,
}

#[derive(Debug)]
struct Key {
    kind: &'static str,
    columns: String,
}

async fn names(database: &SqlitePool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT name FROM sqlite_master
         WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'
         ORDER BY name",
    )
    .fetch_all(database)
    .await
}

impl Table {
    async fn read(database: &SqlitePool, name: String) -> Result<Self, sqlx::Error> {
        let columns: Vec<Column> = sqlx::query_as(
            "SELECT name, type, \"notnull\" = 0 AND pk = 0 AS nullable, pk
             FROM pragma_table_info($1)",
        )
        .bind(&name)
        .fetch_all(database)
        .await?;
        let foreign_keys: Vec<(String, String)> = sqlx::query_as(
            "SELECT \"table\", group_concat(\"from\", ',' ORDER BY seq)
             FROM pragma_foreign_key_list($1) GROUP BY id ORDER BY id",
        )
        .bind(&name)
        .fetch_all(database)
        .await?;
        let refusals: Vec<String> = sqlx::query_scalar(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = $1 ORDER BY name",
        )
        .bind(&name)
        .fetch_all(database)
        .await?;
        Ok(Self {
            keys: keys(database, &name, &columns).await?,
            name,
            columns,
            foreign_keys: foreign_keys
                .into_iter()
                .map(|(table, from)| (table, from.split(',').map(str::to_owned).collect()))
                .collect(),
            refusals: refusals.iter().filter_map(|sql| message(sql)).collect(),
        })
    }

    /// Whether a foreign key of this table uses the column.
    fn has_foreign_key(&self, column: &str) -> bool {
        self.foreign_keys.iter().any(|(_, from)| from.iter().any(|name| name == column))
    }
}

async fn keys(
    database: &SqlitePool,
    table: &str,
    columns: &[Column],
) -> Result<Vec<Key>, sqlx::Error> {
    let mut primary: Vec<&Column> = columns.iter().filter(|column| column.pk > 0).collect();
    primary.sort_by_key(|column| column.pk);
    let primary = primary.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
    let mut keys = vec![Key { kind: "primary key", columns: primary }];
    let indices: Vec<(String, bool, String)> = sqlx::query_as(
        "SELECT list.name, list.\"unique\",
            (SELECT group_concat(coalesce(info.name, 'expression'), ', ' ORDER BY info.seqno)
             FROM pragma_index_info(list.name) AS info)
         FROM pragma_index_list($1) AS list WHERE list.origin <> 'pk' ORDER BY list.name",
    )
    .bind(table)
    .fetch_all(database)
    .await?;
    keys.extend(indices.into_iter().map(|(_, unique, columns)| Key {
        kind: if unique { "unique" } else { "index" },
        columns,
    }));
    Ok(keys)
}

/// What a trigger says when it refuses.
fn message(sql: &str) -> Option<String> {
    let (_, rest) = sql.split_once("RAISE(ABORT, '")?;
    Some(rest.split_once("')")?.0.replace("''", "'"))
}

/// The tables with their columns, and what refers to what.
fn diagram(tables: &[Table]) -> String {
    let mut lines = vec!["```mermaid".to_owned(), "erDiagram".to_owned()];
    for table in tables {
        for (other, from) in &table.foreign_keys {
            let from = from.join(", ");
            lines.push(format!("    {other} ||--o{{ {} : \"{from}\"", table.name));
        }
        for (column, other) in REFERENCES_BY_VALUE {
            let by_value = table.columns.iter().any(|found| found.name == column)
                && !table.has_foreign_key(column);
            if by_value {
                lines.push(format!("    {other} |o..o{{ {} : \"{column}\"", table.name));
            }
        }
    }
    for table in tables {
        lines.push(format!("    {} {{", table.name));
        for Column { name, kind, nullable, pk } in &table.columns {
            let key = match (*pk > 0, table.has_foreign_key(name)) {
                (true, true) => " PK, FK",
                (true, false) => " PK",
                (false, true) => " FK",
                (false, false) => "",
            };
            let null = if *nullable { " \"may be null\"" } else { "" };
            lines.push(format!("        {kind} {name}{key}{null}"));
        }
        lines.push("    }".to_owned());
    }
    lines.push("```\n".to_owned());
    lines.join("\n")
}

/// The keys and indices of each table, and what the database itself refuses.
fn rules(tables: &[Table]) -> String {
    let mut lines = vec![
        "| table | keys and indices | the database refuses a change with |".to_owned(),
        "| --- | --- | --- |".to_owned(),
    ];
    for table in tables {
        let keys: Vec<String> =
            table.keys.iter().map(|key| format!("{} ({})", key.kind, key.columns)).collect();
        let keys = keys.join("; ");
        let refusals: Vec<String> =
            table.refusals.iter().map(|message| format!("“{message}”")).collect();
        let refusals = if refusals.is_empty() { "–".to_owned() } else { refusals.join("; ") };
        lines.push(format!("| `{}` | {keys} | {refusals} |", table.name));
    }
    lines.push(String::new());
    lines.join("\n")
}
