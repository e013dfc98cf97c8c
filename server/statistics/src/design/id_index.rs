//! Numbers the ids that occur, so that work and memory follow their number.

use super::stage::id;

/// The ids that occur, in order of first appearance.
#[derive(Debug)]
pub(super) struct IdIndex {
    /// Position + 1; 0 where the id did not occur.
    position_of_id: Vec<u32>,
    pub(super) ids: Vec<u32>,
}

impl IdIndex {
    /// An empty index of ids below `limit`.
    pub(super) fn new(limit: usize) -> Self {
        Self { position_of_id: vec![0; limit], ids: Vec::new() }
    }

    /// The position of an id among those that occurred. Adds the id if it is new.
    pub(super) fn position(&mut self, found: u32) -> usize {
        let position = &mut self.position_of_id[found as usize];
        if *position == 0 {
            self.ids.push(found);
            *position = id(self.ids.len());
        }
        *position as usize - 1
    }
}
