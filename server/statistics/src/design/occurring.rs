//! Numbers the ids that occur, so that work and memory follow their number.

use super::stage::id;

/// Those of many ids that occur, in order of first appearance, so that work and memory follow the
/// number that occurs.
#[derive(Debug)]
pub(super) struct Occurring {
    /// Place + 1; 0 where the id did not occur.
    place_of_id: Vec<u32>,
    pub(super) ids: Vec<u32>,
}

impl Occurring {
    /// None yet of so many ids.
    pub(super) fn among(ids: usize) -> Self {
        Self { place_of_id: vec![0; ids], ids: Vec::new() }
    }

    /// The place of an id among those that occurred, in which it is now.
    pub(super) fn slot(&mut self, occurring: u32) -> usize {
        let place = &mut self.place_of_id[occurring as usize];
        if *place == 0 {
            self.ids.push(occurring);
            *place = id(self.ids.len());
        }
        *place as usize - 1
    }
}
