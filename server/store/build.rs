//! Rebuilds the crate when a migration is added; `sqlx::migrate!` alone sees only known files.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
