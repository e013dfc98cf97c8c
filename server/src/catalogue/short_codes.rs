//! Where a short code leads, and how codes are made.

use std::sync::Arc;

use jiff::Timestamp;
use store::{CodeSource, CodedPoints, Store, StoreError};
use survey_defs::api::paths;
use survey_defs::short_code::{FoldedCode, ShortCode};
use survey_defs::text::Text;
use survey_defs::wave::{PointFields, ServicePoint, Telephone, Wave};

use super::{Catalogue, unit_name};
use crate::system::randomness::{Randomness, random};

/// Makes short codes.
#[derive(Debug, Clone, Copy)]
pub struct RandomCodes<'a> {
    /// What nobody can foresee.
    pub randomness: &'a dyn Randomness,
    /// The present moment.
    pub now: Timestamp,
}

impl CodeSource for RandomCodes<'_> {
    fn draw(&self) -> ShortCode {
        ShortCode::from_random(random(self.randomness))
    }

    fn made_at(&self) -> Timestamp {
        self.now
    }
}

/// Where a short code leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To the form of an open wave.
    Form {
        /// Its path.
        path: String,
    },
    /// Nowhere at present: no wave is open there.
    Closed(ClosedPlace),
}

/// A place at which no wave is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedPlace {
    /// Its unit.
    pub unit: Text,
    /// Its name in the last wave.
    pub place: Text,
    /// Whom to call, as the last wave says that has said it.
    pub telephone: Option<Telephone>,
    /// Whether its waves are simulated.
    pub simulated: bool,
}

/// The code of a service point. One that was added by a program without codes gets its code now.
///
/// # Errors
/// Those of the store.
pub async fn of(
    store: &dyn Store,
    point: &ServicePoint,
    codes: &dyn CodeSource,
) -> Result<Option<ShortCode>, StoreError> {
    let mut known = store.short_codes(&point.wave).await?;
    if !known.contains_key(&point.id) && store.give_codes(codes).await? > 0 {
        known = store.short_codes(&point.wave).await?;
    }
    Ok(known.remove(&point.id))
}

/// Where a code leads that somebody has typed; none if there is no such code. Of several open waves
/// it is the one that opened last, and of those that opened together the first by id.
///
/// # Errors
/// Those of the store.
pub async fn find(
    catalogue: &Catalogue,
    typed: &str,
    now: Timestamp,
) -> Result<Option<Destination>, StoreError> {
    let Ok(code) = typed.parse::<FoldedCode>() else {
        return Ok(None);
    };
    let Some(CodedPoints { code: _, simulated, points }) =
        catalogue.store.coded_points(code).await?
    else {
        return Ok(None);
    };
    let mut places = Vec::new();
    for point in points {
        let wave = catalogue.wave(&point.wave).await?;
        if let Some(wave) = wave.filter(|wave| wave.simulated == simulated) {
            places.push((wave, point));
        }
    }
    // Stable: waves that opened together stay in the order of their ids.
    places.sort_by_key(|(wave, _)| std::cmp::Reverse(wave.opens_at));
    let open = places.iter().find(|(wave, _)| wave.takes_forms_at(now));
    Ok(match open {
        Some((wave, point)) => {
            let path = paths::fill(paths::FORM_PAGE, &[wave.id.as_str(), point.id.as_str()]);
            Some(Destination::Form { path })
        }
        None => closed(places, simulated).map(Destination::Closed),
    })
}

/// The place as its waves tell of it, the last one first.
fn closed(places: Vec<(Arc<Wave>, ServicePoint)>, simulated: bool) -> Option<ClosedPlace> {
    let telephone = places.iter().find_map(|(_, point)| point.telephone.clone());
    let (_, last) = places.into_iter().next()?;
    let PointFields { unit, name, .. } = last.into_fields();
    Some(ClosedPlace { unit: unit_name(&unit), place: name, telephone, simulated })
}
