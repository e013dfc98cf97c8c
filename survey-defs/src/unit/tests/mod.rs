//! The gazetteer of Hanoi against the counts in its sources, and tables that must be refused.

mod broken;
mod hanoi;
mod search;
