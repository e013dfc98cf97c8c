//! One wave, its data and requests about them.

use std::sync::Arc;

use jiff::civil::{Date, date};
use survey_defs::analysis::{Detail, Filters, GroupKey, Grouping, SamplingBasis, Selection};
use survey_defs::answer::Level;
use survey_defs::counts::{Cell, LevelCounts};
use survey_defs::ids::WaveId;
use survey_defs::instrument::{self, Instrument};
use survey_defs::method::{self, Definition, Method};
use survey_defs::text::Text;
use survey_defs::unit::{Gazetteer, UnitKey};
use survey_defs::wave::{Channel, Population, RespondentType, Takes, Wave, WaveFields};

use crate::estimate::{Estimate, estimate};
use crate::groups::Groups;
use crate::wave_totals::WaveTotals;
use crate::{
    CountRow, Data, Disclosure, FillingTime, Form, Forms, Request, ScoringError, Uncertainty,
};

/// A day on which Hanoi had districts.
pub(super) const WITH_DISTRICTS: Date = date(2024, 12, 14);
/// A day on which it has none.
pub(super) const WITHOUT_DISTRICTS: Date = date(2026, 3, 1);

/// Version 1, which never changes.
pub(super) fn instrument(id: &str) -> Arc<Instrument> {
    Arc::new(instrument::embedded_version(id, 1).unwrap())
}

pub(super) fn method(id: &str) -> Method {
    method::embedded().into_iter().find(|one| one.id().as_str() == id).unwrap()
}

/// A method changed in one way.
pub(super) fn changed(method: &Method, change: impl FnOnce(&mut Definition)) -> Method {
    let mut definition = method.definition().clone();
    change(&mut definition);
    Method::try_from(definition).unwrap()
}

pub(super) fn unit(key: &str) -> UnitKey {
    key.parse().unwrap()
}

pub(super) fn level(number: u8) -> Cell {
    Cell::Level(Level::try_from(number).unwrap())
}

pub(super) fn counts(levels: [u64; 5]) -> LevelCounts {
    LevelCounts { levels, ..LevelCounts::default() }
}

/// A form received at a counter of Phường Ba Đình in March 2026, in one of seven sampling units.
pub(super) fn form(position: u64, cells: Vec<Cell>) -> Form {
    Form {
        position,
        unit: unit("00004@2025-07-01"),
        procedure_group: None,
        stratum: "all".into(),
        psu: format!("p{}", position % 7),
        weight: 1.0,
        fpc: None,
        day: date(2026, 3, 2),
        channel: Channel::Kiosk,
        respondent_type: RespondentType::Individual,
        time: FillingTime::Seconds(60),
        arrival: None,
        cells,
    }
}

pub(super) fn forms(instrument: &Arc<Instrument>, forms: &[Form]) -> Forms {
    let mut data = Forms::new(Arc::clone(instrument));
    data.append(forms).unwrap();
    data
}

/// Level counts of the one question of the instrument `single`.
pub(super) fn single_row(unit: Option<&str>, month: Option<Date>, levels: [u64; 5]) -> CountRow {
    CountRow {
        unit: unit.map(self::unit),
        month,
        item: survey_defs::ids::QuestionId::new("overall_satisfaction").unwrap(),
        counts: counts(levels),
    }
}

/// A wave with a method, about which requests are made.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) wave: Wave,
    pub(super) method: Method,
}

impl World {
    pub(super) fn new(instrument: &Instrument, method: Method, geography: Date) -> Self {
        let wave = Wave::try_from(WaveFields {
            id: WaveId::new("2026-test").unwrap(),
            title: Text { vi: "Đợt thử".into(), en: "Test wave".into() },
            population: Population::Transaction,
            takes: Takes::Forms,
            instrument: instrument.reference(),
            method: method.id().clone(),
            geography,
            opens_at: "2020-01-01T00:00:00Z".parse().unwrap(),
            closes_at: "2030-01-01T00:00:00Z".parse().unwrap(),
            simulated: true,
        })
        .unwrap();
        Self { wave, method }
    }

    /// Everything, down to statements, nothing suppressed that has an answer.
    pub(super) fn request<'a>(&'a self, data: Data<'a>, by: Grouping) -> Request<'a> {
        Request {
            wave: &self.wave,
            method: &self.method,
            gazetteer: Gazetteer::hanoi(),
            data,
            by,
            group: None,
            period: None,
            selection: Selection::default(),
            filters: Filters::default(),
            audit_number: 0,
            annulments: 0,
            detail: Detail::Item,
            uncertainty: Uncertainty::StandardErrors,
            sampling: SamplingBasis::Plan,
            dossiers: None,
            disclosure: Disclosure::INTERNAL,
        }
    }
}

/// Unrounded scores of all nodes of all groups, of which nothing is suppressed.
pub(super) fn estimates(request: &Request<'_>) -> Result<Vec<Estimate>, ScoringError> {
    estimate(&WaveTotals::of(request)?, &Groups::of(request, request.by))
}

/// Equal up to rounding of sums, relative to their size.
pub(super) fn is_close(one: f64, other: f64, tolerance: f64) -> bool {
    (one - other).abs() <= tolerance * (1.0 + one.abs().max(other.abs()))
}

/// What is expected of groups, by the text of their keys.
pub(super) fn keyed<'a, T>(expected: impl IntoIterator<Item = (&'a str, T)>) -> Vec<(GroupKey, T)> {
    expected.into_iter().map(|(key, value)| (key.parse().unwrap(), value)).collect()
}
