//! Cases as text, CSV and JSON.

use serde::Serialize;
use store::Case;
use survey_defs::audit::AuditEntry;
use survey_defs::case::{CaseState, Devices, Rule};
use survey_defs::ids::PointId;

use crate::cli::audit::words;
use crate::cli::moment::{shown, shown_hour};
use crate::cli::output::{self, Format};
use crate::intake::annulment::{CaseReport, RecordCount, UnitShare};

/// What is printed of a case.
#[derive(Serialize)]
struct Row<'a> {
    number: u64,
    state: CaseState,
    rule: &'a Rule,
    /// How many records were settled; none before it was examined.
    records: Option<u64>,
    history: &'a [AuditEntry],
}

fn row(case: &Case) -> Row<'_> {
    let Case { number, rule, state, records, history } = case;
    let records = (*state != CaseState::Found).then(|| records.len());
    Row { number: *number, state: *state, rule, records, history }
}

/// Prints the cases of a wave, one in a line.
pub(super) fn list(cases: &[Case], format: Format) -> anyhow::Result<()> {
    let header = [
        "case",
        "state",
        "records",
        "point",
        "same_sender_as",
        "from",
        "until",
        "devices",
        "noticed",
        "by",
    ];
    output::rows(format, header, &cases.iter().map(row).collect::<Vec<_>>(), cells)
}

fn cells(Row { number, state, rule, records, history }: &Row<'_>) -> Vec<String> {
    let fields = rule.fields();
    let same_sender_as = fields.origin.same_sender_as();
    let devices = match fields.devices {
        Devices::Any => "any".to_owned(),
        Devices::None => "none".to_owned(),
        Devices::One { device } => device.to_string(),
    };
    let first = history.first();
    vec![
        number.to_string(),
        state.to_string(),
        records.map(|records| records.to_string()).unwrap_or_default(),
        fields.origin.point().map(PointId::to_string).unwrap_or_default(),
        same_sender_as.map(|position| position.to_string()).unwrap_or_default(),
        shown(fields.from),
        shown(fields.until),
        devices,
        first.map(|entry| entry.reason.clone()).unwrap_or_default(),
        first.map(|entry| entry.actor.to_string()).unwrap_or_default(),
    ]
}

/// Prints a case with its history and counts.
pub(super) fn report(report: &CaseReport, format: Format) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Whole<'a> {
        #[serde(flatten)]
        case: Row<'a>,
        units: &'a [UnitShare],
        counts: &'a [RecordCount],
        sampled: u64,
        needs_second_person: bool,
    }
    let CaseReport { case, counts, units, sampled } = report;
    match format {
        Format::Json => output::json(&Whole {
            case: row(case),
            units,
            counts,
            sampled: *sampled,
            needs_second_person: report.needs_second_person(),
        }),
        Format::Csv => output::csv(&COUNTS, &count_cells(report)),
        Format::Table => {
            output::line(&format!("case {} is {}", case.number, case.state));
            let header = ["at", "who", "done", "because"].map(str::to_owned);
            let done = |entry: &AuditEntry| {
                let (action, of) = words(&entry.action);
                let done = format!("{} {of}", action.replace('_', " "));
                let (at, who) = (shown(entry.at), entry.actor.to_string());
                vec![at, who, done, entry.reason.clone()]
            };
            output::aligned(
                &header,
                &case.history.iter().map(done).collect::<Vec<_>>(),
                &[false; 4],
            );
            self::counts(report);
            Ok(())
        }
    }
}

const COUNTS: [&str; 5] = ["unit", "point", "hour", "records", "of_devices"];

fn count_cells(report: &CaseReport) -> Vec<Vec<String>> {
    let cells = |one: &RecordCount| {
        let RecordCount { unit, point, hour, records, of_devices } = one;
        vec![
            unit.to_string(),
            point.to_string(),
            shown_hour(*hour),
            records.to_string(),
            of_devices.to_string(),
        ]
    };
    report.counts.iter().map(cells).collect()
}

/// Prints how many records a case is about.
pub(super) fn counts(report: &CaseReport) {
    let settled = match report.case.state {
        CaseState::Found => "records by now; `thuocdo case examine` settles which",
        CaseState::Examined | CaseState::Concluded | CaseState::Annulled | CaseState::Kept => {
            "records"
        }
    };
    output::line(&format!("{} {settled}", report.records()));
    let is_about_a_sender = report.case.rule.fields().origin.same_sender_as().is_some();
    if is_about_a_sender && report.case.state == CaseState::Found && report.records() == 0 {
        output::warning(
            "nothing is known of this sender any more; examined now, the case is about no record",
        );
    }
    let header = ["unit", "records", "annulled before", "all of the unit"].map(str::to_owned);
    let share = |one: &UnitShare| {
        let UnitShare { unit, records, annulled_before, of } = one;
        vec![unit.to_string(), records.to_string(), annulled_before.to_string(), of.to_string()]
    };
    output::table(&header, &report.units.iter().map(share).collect::<Vec<_>>());
    let header = COUNTS.map(|name| name.replace('_', " "));
    output::aligned(&header, &count_cells(report), &[false, false, false, true, true]);
    if report.case.state == CaseState::Concluded && report.needs_second_person() {
        output::line("a second person must confirm the annulment");
    }
}
