//! Tests suppression against an attacker who knows linear algebra.

mod attack;
mod cases;
mod properties;
mod refusals;
mod world;
