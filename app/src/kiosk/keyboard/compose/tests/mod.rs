//! Tests the composer.

mod keys;
mod sentences;
mod table;
mod words;
