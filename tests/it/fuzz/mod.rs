//! Bounded fuzzing: no input makes the program panic or answer with a fault of its own, and random
//! forms get the answer that the engine gives.

mod bodies;
mod engine_replay;
mod files;
mod imports;
mod mutations;
