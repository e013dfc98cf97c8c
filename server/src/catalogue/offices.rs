//! Finds the offices at which people can give their opinion now.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError};
use survey_defs::api::paths;
use survey_defs::phrases::hanoi_day;
use survey_defs::short_code::ShortCode;
use survey_defs::text::Text;
use survey_defs::unit::{Gazetteer, UnitKey};
use survey_defs::wave::{Channel, PointFields, ServicePoint, Telephone, Wave};

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

/// The service points of the waves that are open, for a minute.
#[derive(Debug, Default)]
pub struct OpenOffices(Mutex<Option<(Timestamp, Arc<ByUnit>)>>);

type ByUnit = HashMap<UnitKey, Office>;

impl OpenOffices {
    /// The offices whose names fit a query, at which a wave is open now: by their names, best first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn search(
        &self,
        store: &dyn Store,
        query: &str,
        now: Timestamp,
    ) -> Result<Vec<Office>, StoreError> {
        let offices = self.open(store, now).await?;
        let found = Gazetteer::hanoi().search(query, hanoi_day(now), usize::MAX);
        let open = found.into_iter().filter_map(|unit| offices.get(&unit.key).cloned());
        Ok(open.take(MOST_OFFICES).collect())
    }

    async fn open(&self, store: &dyn Store, now: Timestamp) -> Result<Arc<ByUnit>, StoreError> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((read_at, offices)) = kept
            && now.duration_since(read_at).abs() < MAX_AGE
        {
            return Ok(offices);
        }
        let mut offices = ByUnit::new();
        for wave in store.waves().await?.iter().filter(|wave| wave.is_open_at(now)) {
            let codes = store.short_codes(&wave.id).await?;
            for point in store.points(&wave.id).await? {
                let code = codes.get(&point.id).copied();
                add(&mut offices, wave, point, code);
            }
        }
        let offices = Arc::new(offices);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&offices)));
        Ok(offices)
    }
}

fn add(offices: &mut ByUnit, wave: &Wave, point: ServicePoint, code: Option<ShortCode>) {
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
    office.is_simulated |= wave.simulated;
    office.telephone = office.telephone.take().or(telephone);
    office.is_asked_there |= form.is_none();
    office.form = office.form.take().or(form);
}
