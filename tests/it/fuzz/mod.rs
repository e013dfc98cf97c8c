//! Bounded fuzzing: no input makes the program panic or answer with a fault of its own.

mod bodies;
mod files;
mod imports;
mod mutations;
