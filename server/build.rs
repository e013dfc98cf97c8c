//! Rebuilds the server when the app that it embeds has changed.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../target/app");
}
