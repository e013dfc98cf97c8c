//! Recorded submissions as the forms that scores are computed from.

use scoring::{Arrival, FillingTime, Form};
use store::{Record, Source};
use survey_defs::instrument::Instrument;
use survey_defs::phrases::{hanoi_day, hanoi_hour};
use survey_defs::sampling::{PopulationSize, SampleLabel};
use survey_defs::score::cells;
use survey_defs::wave::Channel;

/// A recorded form, as far as scores need it.
///
/// The day of an imported form is the one that the file gives; that of any other is the day of
/// receipt, because a device's clock decides nothing. A form of a sample plan belongs to the
/// stratum and sampling unit of the plan. Any other came in by itself: then the unit served is
/// the stratum, and one day there the sampling unit, because those who come on one day meet the
/// same people and the same queue, whichever way they answer.
///
/// Segments on disk hold what this has said: whoever changes it raises the format of segments in
/// `scoring`, so that they are made again.
pub(crate) fn form(instrument: &Instrument, record: &Record) -> Form {
    let moment = match record.source {
        Source::Import => record.draft.finished_at,
        Source::Api | Source::Demo => record.received_at,
    };
    let day = hanoi_day(moment);
    let (stratum, psu, weight, fpc) = if let Some(plan) = &record.sampling {
        (
            plan.stratum.as_ref().map(SampleLabel::as_str).unwrap_or_default().to_owned(),
            plan.psu.as_str().to_owned(),
            plan.weight.get(),
            plan.fpc.map(PopulationSize::get),
        )
    } else {
        // No name of a plan has a control character, so these never meet one.
        let unit = format!("\u{1}{}", record.unit);
        let psu = format!("{unit} {day}");
        (unit, psu, 1.0, None)
    };
    Form {
        position: record.position,
        unit: record.unit.clone(),
        day,
        channel: record.channel,
        respondent_type: record.context.respondent_type,
        procedure_group: record.context.procedure_group.clone(),
        stratum,
        psu,
        weight,
        fpc,
        time: time(record),
        arrival: arrival(record),
        cells: cells(instrument, &record.draft.answers),
    }
}

/// How long filling in took, by the device's clock. Imported forms have no time, because a file gives a
/// day; that of paper would be the time of whoever has entered it.
fn time(record: &Record) -> FillingTime {
    if record.source == Source::Import || record.channel == Channel::PaperEntry {
        return FillingTime::NotMeasured;
    }
    FillingTime::between(record.draft.started_at, record.draft.finished_at)
}

/// Where and when a form arrived, by the server's clock. An imported file says neither.
fn arrival(record: &Record) -> Option<Arrival> {
    match record.source {
        Source::Import => None,
        Source::Api | Source::Demo => Some(Arrival {
            point: record.draft.point.clone(),
            hour: hanoi_hour(record.received_at),
        }),
    }
}
