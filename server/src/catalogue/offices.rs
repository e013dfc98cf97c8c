//! Finds the offices at which people can give their opinion now.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError};
use survey_defs::api::paths;
use survey_defs::phrases::hanoi_day;
use survey_defs::short_code::ShortCode;
use survey_defs::text::Text;
use survey_defs::unit::{Gazetteer, UnitKey};
use survey_defs::wave::{Channel, PointFields, Population, ServicePoint, Telephone, Wave};

use super::unit_name;

/// The most offices that one search names.
const MOST_OFFICES: usize = 12;
/// Anybody may search, so the store is asked once in a while and not at every search.
const MAX_AGE: SignedDuration = SignedDuration::from_secs(60);

/// An office, and how people can answer there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Its name.
    pub name: Text,
    /// Whom to call, where an open wave says so.
    pub telephone: Option<Telephone>,
    /// The short address of the form, where a service point is meant to be opened by a link. Codes at
    /// the office are counted apart from links, so their addresses are not given out here.
    pub form: Option<String>,
    /// Whether people can answer at the office itself.
    pub is_asked_there: bool,
    /// Whether its wave is simulated.
    pub is_simulated: bool,
}

/// Keeps for a minute which offices are open.
#[derive(Debug, Default)]
pub struct OpenOffices(Mutex<Option<Arc<Open>>>);

/// The offices at which a wave is open.
#[derive(Debug)]
pub struct Open {
    read_at: Timestamp,
    by_unit: HashMap<UnitKey, Office>,
    is_trial: bool,
}

impl OpenOffices {
    /// The offices at which a wave is open now. An office is asked by its real waves; simulated ones
    /// speak for it only where no real one is open. Of several, the form is that of the wave that opened
    /// last, as with short codes. Households are visited, so their waves are offered to nobody.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(&self, store: &dyn Store, now: Timestamp) -> Result<Arc<Open>, StoreError> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(open) = kept
            && now.duration_since(open.read_at).abs() < MAX_AGE
        {
            return Ok(open);
        }
        let mut waves = store.waves().await?;
        waves.retain(|wave| wave.takes_forms_at(now));
        let is_trial = !waves.is_empty() && waves.iter().all(|wave| wave.simulated);
        waves.retain(|wave| wave.population == Population::Transaction);
        // Stable: waves that opened together stay in the order of their ids.
        waves.sort_by_key(|wave| (wave.simulated, Reverse(wave.opens_at)));
        let mut by_unit = HashMap::new();
        for wave in &waves {
            let codes = store.short_codes(&wave.id).await?;
            for point in store.points(&wave.id).await? {
                let code = codes.get(&point.id).copied();
                add(&mut by_unit, wave, point, code);
            }
        }
        let open = Arc::new(Open { read_at: now, by_unit, is_trial });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&open));
        Ok(open)
    }
}

impl Open {
    /// The offices whose names fit a query: by their names, best first.
    pub fn search(&self, query: &str) -> Vec<Office> {
        let found = Gazetteer::hanoi().search(query, hanoi_day(self.read_at), usize::MAX);
        let open = found.into_iter().filter_map(|unit| self.by_unit.get(&unit.key).cloned());
        open.take(MOST_OFFICES).collect()
    }

    /// Whether all waves that are open are simulated, such as those of a demo.
    pub fn is_trial(&self) -> bool {
        self.is_trial
    }
}

/// Adds a service point to its office. Real waves come first.
fn add(
    offices: &mut HashMap<UnitKey, Office>,
    wave: &Wave,
    point: ServicePoint,
    code: Option<ShortCode>,
) {
    let PointFields { id, unit, channel, telephone, .. } = point.into_fields();
    let form = match channel {
        // A point without a code was added by a program that knew none.
        Channel::Link => Some(match code {
            Some(code) => paths::fill(paths::CODE_PAGE, &[code.as_str()]),
            None => paths::fill(paths::FORM_PAGE, &[wave.id.as_str(), id.as_str()]),
        }),
        Channel::Kiosk | Channel::WallQr | Channel::ReceiptQr => None,
        // People do not come to these; they are visited, or write on paper.
        Channel::Interviewer | Channel::PaperEntry => return,
    };
    let name = unit_name(&unit);
    let office = offices.entry(unit).or_insert_with(|| Office {
        name,
        telephone: None,
        form: None,
        is_asked_there: false,
        is_simulated: wave.simulated,
    });
    if wave.simulated && !office.is_simulated {
        return;
    }
    office.telephone = office.telephone.take().or(telephone);
    office.is_asked_there |= form.is_none();
    office.form = office.form.take().or(form);
}
