//! The one integration binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod api;
mod browser;
mod cases;
mod durability;
mod fuzz;
mod story;
mod oracle;
mod segments;
