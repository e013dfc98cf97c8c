//! `thuocdo quality`: how carefully the forms of a wave were filled in.

use anyhow::ensure;
use survey_defs::analysis::{Cell, Columns, QualityQuery, Table};
use survey_defs::ids::WaveId;
use survey_defs::period::PeriodRef;
use survey_defs::phrases::{self, Phrase};

use super::moment::shown;
use super::output::Format;
use super::storage::{self, Access};
use super::tables::{self, AnalysisArgs, print_as};
use crate::analysis::quality::{JudgedForm, JudgedForms};
use crate::catalogue::definitions::Definitions;

/// Of which forms.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// A reporting period: 2026-q1, thanh-xuan:2026-q1, 2026-03, 2026 or 2026-01-01..2026-01-31.
    #[arg(long)]
    period: Option<PeriodRef>,
    /// Print one row for each form instead of a report: patterns and flags, no answers; as CSV.
    #[arg(long)]
    responses: bool,
    #[command(flatten)]
    common: AnalysisArgs,
}

/// Prints the report or the forms.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { wave, period, responses, common } = arguments;
    let query = QualityQuery { wave, period, selection: common.selection()? };
    let storage = common.storage.clone();
    storage::with(&storage, Access::Work, async |store| {
        let analysis = storage.analysis()?;
        let definitions = Definitions::embedded();
        if responses {
            let is_csv = common.format == Format::Csv;
            ensure!(is_csv, "forms come as CSV only: add --format csv");
            let forms = JudgedForms::of(&*store, &definitions, &query).await?;
            return print_forms(forms).await;
        }
        let report = analysis.result(&*store, &definitions, query).await;
        print_as(common.format, &*report?)
    })
    .await
}

async fn print_forms(mut forms: JudgedForms<'_>) -> anyhow::Result<()> {
    tables::csv(&table(Vec::new()))?;
    while let Some(page) = forms.next_page().await? {
        tables::csv_rows(&table(page))?;
    }
    Ok(())
}

fn table(forms: Vec<JudgedForm>) -> Table {
    let decimals = |number: Option<f64>| {
        number.map_or(Cell::Empty, |number| Cell::Key(format!("{number:.4}")))
    };
    Columns::default()
        .words("id", Phrase::new("Phiếu", "Form"), |form: &JudgedForm| Cell::key(form.id))
        .numbers("position", Phrase::new("Bản ghi số", "Log position"), |form| {
            Cell::count(Some(form.position))
        })
        .words("unit", phrases::NAME, |form| Cell::key(&form.unit))
        .words("point", Phrase::new("Điểm phục vụ", "Service point"), |form| {
            Cell::key(&form.point)
        })
        .words("received_at", Phrase::new("Nhận lúc", "Received at"), |form| {
            Cell::Key(shown(form.received_at))
        })
        .words("day", Phrase::new("Ngày", "Day"), |form| Cell::Day(form.day))
        .words("channel", phrases::CHANNEL, |form| Cell::key(form.channel))
        .numbers("longest_run", Phrase::new("Chuỗi dài nhất", "Longest run"), |form| {
            Cell::key(form.pattern.longest_run)
        })
        .numbers("intra_individual_sd", Phrase::new("Độ lệch chuẩn", "SD"), move |form| {
            decimals(form.pattern.intra_individual_sd)
        })
        .numbers(
            "share_answered",
            Phrase::new("Phần đã trả lời", "Share answered"),
            move |form| decimals(form.pattern.share_answered),
        )
        .numbers("seconds", Phrase::new("Giây", "Seconds"), |form| {
            form.seconds.map_or(Cell::Empty, Cell::key)
        })
        .numbers(
            "seconds_per_answer",
            Phrase::new("Giây mỗi câu", "Seconds per answer"),
            move |form| decimals(form.pattern.seconds_per_answer),
        )
        .words("flags", Phrase::new("Dấu", "Flags"), |form| {
            let flags: Vec<&str> = form.pattern.flags.iter().map(|flag| flag.as_str()).collect();
            Cell::Key(flags.join("|"))
        })
        .numbers(
            "near_copy_of",
            Phrase::new("Gần trùng bản ghi số", "Near-copy of"),
            |form| form.near_copy_of.map_or(Cell::Empty, Cell::key),
        )
        .of(forms)
}
