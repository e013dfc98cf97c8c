//! The units that occur.

use std::collections::BTreeMap;

use survey_defs::unit::UnitKey;

/// The units that occur in data, each with a small number to stand in a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Units {
    keys: Vec<UnitKey>,
    numbers: BTreeMap<UnitKey, u32>,
}

impl Units {
    /// The number of a unit, which is its place in [`Units::keys`].
    pub(super) fn number(&mut self, key: &UnitKey) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = u32::try_from(self.keys.len()).expect("a city has fewer than 2³² units");
        self.keys.push(key.clone());
        self.numbers.insert(key.clone(), number);
        number
    }

    pub(super) fn keys(&self) -> &[UnitKey] {
        &self.keys
    }
}
