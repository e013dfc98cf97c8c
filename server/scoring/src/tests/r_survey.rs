//! Scores, standard errors and design effects of a small sample as R survey computes them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::date;
use survey_defs::analysis::{Filters, Grouping};
use survey_defs::counts::Cell;
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::{FactorId, ProcedureGroup};
use survey_defs::score::Node;
use survey_defs::wave::{Channel, RespondentType};

use super::world::{
    WITHOUT_DISTRICTS, World, estimates, forms, instrument, is_close, level, method, unit,
};
use crate::estimate::Estimate;
use crate::{Data, FillingTime, Form, Forms, Request, Uncertainty};

const SAMPLE: &str = include_str!("../../../../tests/fixtures/r/rollup_sample.csv");
const EXPECTED: &str = include_str!("../../../../tests/fixtures/r/rollup.csv");
const WARDS: [(&str, &str); 2] = [("A", "00004@2025-07-01"), ("B", "00367@2025-07-01")];

fn ward(name: &str) -> &'static str {
    WARDS.into_iter().find(|(one, _)| *one == name).unwrap().1
}

fn cell(code: &str) -> Cell {
    match code {
        "-1" => Cell::NoAnswer,
        "0" => Cell::NotApplicable,
        code => level(code.parse().unwrap()),
    }
}

pub(super) fn sample() -> Vec<Form> {
    let form = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let [position, stratum, psu, fpc, weight, ward_name, group, channel, cells @ ..] =
            fields.as_slice()
        else {
            panic!("{line}")
        };
        Form {
            position: position.parse().unwrap(),
            unit: unit(ward(ward_name)),
            procedure_group: Some(ProcedureGroup::new(*group).unwrap()),
            stratum: (*stratum).into(),
            psu: (*psu).into(),
            weight: weight.parse().unwrap(),
            fpc: Some(fpc.parse().unwrap()),
            day: date(2026, 3, 2),
            channel: if *channel == "kiosk" { Channel::Kiosk } else { Channel::Link },
            respondent_type: RespondentType::Individual,
            time: FillingTime::NotMeasured,
            arrival: None,
            cells: cells.iter().map(|code| cell(code)).collect(),
        }
    };
    SAMPLE.lines().skip(1).map(form).collect()
}

/// The population of the post-stratified part of the fixture.
pub(super) fn dossiers() -> DossierCounts {
    let rows = [("A", "land", 400), ("A", "social", 150), ("B", "land", 310), ("B", "social", 420)];
    let row = |(name, group, dossiers)| DossierCount {
        unit: unit(ward(name)),
        procedure_group: Some(ProcedureGroup::new(group).unwrap()),
        dossiers,
    };
    DossierCounts { version: 3, rows: rows.map(row).to_vec() }
}

fn estimate(world: &World, data: &Forms, weighting: &str, domain: &str) -> Estimate {
    let dossiers = dossiers();
    let by =
        if WARDS.iter().any(|(one, _)| *one == domain) { Grouping::Ward } else { Grouping::City };
    let channel = (domain == "kiosk").then_some(Channel::Kiosk);
    let request = Request {
        filters: Filters { channel, ..Filters::default() },
        uncertainty: Uncertainty::DesignEffects,
        dossiers: (weighting == "dossiers").then_some(&dossiers),
        ..world.request(Data::Forms(data), by)
    };
    let key = if by == Grouping::Ward { ward(domain) } else { "city" };
    estimates(&request).unwrap().into_iter().find(|one| one.group.key == key).unwrap()
}

#[test]
fn every_domain_conversion_roll_up_and_node() {
    let ward_form = instrument("ward");
    let data = forms(&ward_form, &sample());
    let node = |name: &str| match name {
        "overall" => Node::Overall,
        "officials" | "results" | "feedback" => Node::Factor(FactorId::new(name).unwrap()),
        number => {
            let place: usize = number.parse().unwrap();
            Node::Item(ward_form.satisfaction_questions().nth(place - 1).unwrap().id.clone())
        }
    };
    let mut known: BTreeMap<[&str; 4], Estimate> = BTreeMap::new();
    let mut lines = 0;
    for line in EXPECTED.lines().skip(1) {
        let fields: [&str; 9] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let [weighting, domain, conversion, rollup, name, score, se, deff, df] = fields;
        let estimate = known.entry([weighting, domain, conversion, rollup]).or_insert_with(|| {
            let id = match rollup {
                "pooled" => conversion.to_owned(),
                rollup => format!("{conversion}-{rollup}"),
            };
            let world = World::new(&Arc::clone(&ward_form), method(&id), WITHOUT_DISTRICTS);
            estimate(&world, &data, weighting, domain)
        });
        let place = estimate.scores.iter().position(|score| score.node == node(name)).unwrap();
        let precision = estimate.precision[place].unwrap();
        let found = [estimate.scores[place].score.unwrap(), precision.se, precision.deff.unwrap()];
        for (found, expected) in found.into_iter().zip([score, se, deff]) {
            let expected: f64 = expected.parse().unwrap();
            assert!(is_close(found, expected, 1e-9), "{found} instead of {expected} in {line}");
        }
        assert_eq!(precision.df, df.parse::<u64>().unwrap(), "{line}");
        let n = estimate.scores[place].n;
        let effective = precision.n_effective.unwrap() * precision.deff.unwrap();
        assert!(is_close(effective, f64::from(u32::try_from(n).unwrap()), 1e-9), "{line}");
        assert!(precision.ci_low < found[0] && found[0] < precision.ci_high, "{line}");
        lines += 1;
    }
    assert_eq!(lines, 2 * 4 * 9 * 13);
}
