//! The thuocdo server: use-cases, the HTTP interface and the command line.
//!
//! An answer comes in through [`intake::submissions`], is recorded by the store, and comes out
//! again through [`analysis::scores`]. Dependencies point downwards: [`http`] and
//! [`cli`] call the use-cases in [`intake`], [`analysis`], [`documents`] and [`operations`], which
//! know neither of them. [`serve`] is the composition root of the server.

pub mod program;

pub mod serve;

pub mod cli;
pub mod http;

pub mod auth;

pub mod demo;
pub mod documents;
pub mod operations;

pub mod analysis;
pub mod intake;

pub mod catalogue;

pub mod system;
