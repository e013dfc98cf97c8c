//! What `cargo xtask bench scoring` measures, one task per process; the last line on standard
//! output is a JSON object.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command line")]

mod answers;
mod index;

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use jiff::civil::date;
use polars::prelude::{LazyFrame, PlRefPath, ScanArgsParquet};
use scoring::{
    Data, Disclosure, Form, Forms, Listed, Mirror, Request, Segment, Uncertainty, score,
};
use serde_json::{Value, json};
use survey_defs::analysis::{Detail, Filters, Grouping, SamplingBasis, ScoreTable, Selection};
use survey_defs::counts::Cell;
use survey_defs::ids::WaveId;
use survey_defs::instrument::Instrument;
use survey_defs::method::{self, Method, Rounding};
use survey_defs::text::Text;
use survey_defs::unit::Gazetteer;
use survey_defs::wave::{Population, Takes, Wave, WaveFields};

use answers::Answers;

const ITEMS: usize = 25;
const FEW_ITEMS: usize = 5;
/// Forms in one segment, as the policy of a server would leave it.
const SEGMENT: u64 = 2_000_000;
/// Forms that are in memory one by one at a time.
const PAGE: u64 = 50_000;
/// Forms that arrive between two looks at the scores.
const NEW: u64 = 1_000;
const LISTING: &str = "listing.json";

fn main() -> Result<()> {
    let started = now();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["generate", rows, folder] => generate(rows.parse()?, ITEMS, Path::new(folder))?,
        ["generate-few", rows, folder] => generate(rows.parse()?, FEW_ITEMS, Path::new(folder))?,
        ["decode", folder] => decode(started, Path::new(folder))?,
        ["score", folder] => score_rows(started, ITEMS, Path::new(folder))?,
        ["score-few", folder] => score_rows(started, FEW_ITEMS, Path::new(folder))?,
        ["refresh", folder] => refresh(Path::new(folder))?,
        ["small", folder] => small(Path::new(folder))?,
        ["one", folder] => one(Path::new(folder))?,
        ["export", rows, file] => export(rows.parse()?, Path::new(file))?,
        _ => bail!("no such task: {arguments:?}"),
    };
    println!("{result}");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "this program measures")]
fn now() -> Instant {
    Instant::now()
}

/// Writes forms as segments, the way a server mirrors its log.
fn generate(rows: u64, items: usize, folder: &Path) -> Result<Value> {
    let started = now();
    let instrument = index::instrument(items)?;
    let writer = Mirror::new(folder.to_owned()).writer()?;
    let mut answers = Answers::new(rows, items);
    let (mut listing, mut position) = (Vec::new(), 0);
    while position < rows {
        let first = position + 1;
        let last = rows.min(position + SEGMENT);
        let mut forms = Forms::new(Arc::clone(&instrument));
        while position < last {
            let page = last.min(position + PAGE);
            let some: Vec<Form> = (position + 1..=page).map(|one| answers.form(one)).collect();
            forms.append(&some)?;
            position = page;
        }
        let segment = writer.write(&wave_id(), first..=last, &forms)?;
        eprintln!("      {last} of {rows}");
        listing.push(segment.listed().clone());
    }
    fs::write(folder.join(LISTING), serde_json::to_vec(&listed_json(&listing))?)?;
    let bytes: u64 = listing.iter().map(|one| row_bytes(folder, one)).sum::<Result<u64>>()?;
    Ok(json!({ "rows": rows, "row_bytes": bytes, "seconds": started.elapsed().as_secs_f64() }))
}

/// The bare decoding of everything that scoring reads.
#[expect(clippy::disallowed_methods, reason = "a bare collect is what is measured")]
fn decode(started: Instant, folder: &Path) -> Result<Value> {
    let paths = listing(folder)?
        .into_iter()
        .map(|one| Ok(PlRefPath::try_from_path(&folder.join(one.name).join("rows.parquet"))?));
    let paths: Vec<PlRefPath> = paths.collect::<Result<_>>()?;
    let plan = LazyFrame::scan_parquet_files(paths.into(), ScanArgsParquet::default())?;
    let frame = plan.collect()?;
    Ok(
        json!({ "rows": frame.height(), "seconds": started.elapsed().as_secs_f64(), "peak_rss_mb": peak_rss_mb()? }),
    )
}

/// All scores with standard errors from the rows, as if no totals were stored.
fn score_rows(started: Instant, items: usize, folder: &Path) -> Result<Value> {
    let instrument = index::instrument(items)?;
    let mut forms = Forms::new(Arc::clone(&instrument));
    for segment in segments(folder, &instrument)? {
        forms.attach_rows(&segment)?;
    }
    let table = World::new(&instrument)?.table(&forms)?;
    let seconds = started.elapsed().as_secs_f64();
    Ok(json!({
        "rows": forms.len(),
        "seconds": seconds,
        "peak_rss_mb": peak_rss_mb()?,
        "units": table.groups.len(),
        "scores": with_standard_error(&table),
    }))
}

/// All scores after some new forms, where the segments' totals are known.
fn refresh(folder: &Path) -> Result<Value> {
    let instrument = index::instrument(ITEMS)?;
    let world = World::new(&instrument)?;
    let mut forms = Forms::new(Arc::clone(&instrument));
    let opening = now();
    for segment in segments(folder, &instrument)? {
        forms.attach(&segment)?;
    }
    let before = world.table(&forms)?;
    let first_ms = millis(opening);
    let rows = forms.position();
    let mut answers = Answers::new(rows + NEW, ITEMS);
    let new: Vec<Form> = (rows + 1..=rows + NEW).map(|one| answers.form(one)).collect();
    let started = now();
    forms.append(&new)?;
    let after = world.table(&forms)?;
    let ms = millis(started);
    anyhow::ensure!(before.groups != after.groups, "new forms change scores");
    Ok(
        json!({ "rows": forms.len(), "ms": ms, "first_ms": first_ms, "peak_rss_mb": peak_rss_mb()? }),
    )
}

/// All scores of a small wave, from its rows on disk.
fn small(folder: &Path) -> Result<Value> {
    let instrument = index::instrument(ITEMS)?;
    let world = World::new(&instrument)?;
    let started = now();
    let mut forms = Forms::new(Arc::clone(&instrument));
    for segment in segments(folder, &instrument)? {
        forms.attach_rows(&segment)?;
    }
    let table = world.table(&forms)?;
    let ms = millis(started);
    Ok(json!({ "rows": forms.len(), "ms": ms, "scores": with_standard_error(&table) }))
}

/// The first statement in the unit with the least code.
fn one(folder: &Path) -> Result<Value> {
    let instrument = index::instrument(ITEMS)?;
    let mut forms = Forms::new(Arc::clone(&instrument));
    for segment in segments(folder, &instrument)? {
        forms.attach_rows(&segment)?;
    }
    let table = World::new(&instrument)?.table(&forms)?;
    let unit = table.groups.iter().min_by_key(|group| group.group.key.clone());
    let unit = unit.context("the table has no unit")?;
    let first = instrument.satisfaction_questions().next().context("the index has no item")?;
    let is_first = |node: &survey_defs::score::Node| matches!(node, survey_defs::score::Node::Item(id) if *id == first.id);
    let place = table.nodes.iter().position(|label| is_first(&label.node));
    let cell = &unit.cells[place.context("the table has no such item")?];
    let precision = cell.precision.context("there is no standard error")?;
    Ok(
        json!({ "unit": unit.group.key, "score": cell.score, "se": precision.se, "df": precision.df }),
    )
}

/// The same forms as `generate` makes, for other programs.
fn export(rows: u64, file: &Path) -> Result<Value> {
    let mut answers = Answers::new(rows, ITEMS);
    let mut csv = BufWriter::new(fs::File::create(file)?);
    write!(csv, "unit,psu,weight,fpc")?;
    (0..ITEMS).try_for_each(|item| write!(csv, ",item_{item}"))?;
    writeln!(csv)?;
    for position in 1..=rows {
        let form = answers.form(position);
        let fpc = form.fpc.context("every form has one")?;
        write!(csv, "{},{},{},{fpc}", form.unit, form.psu, form.weight)?;
        for cell in &form.cells {
            match cell {
                Cell::Level(level) => write!(csv, ",{}", level.get())?,
                Cell::NotAsked | Cell::NoAnswer | Cell::NotApplicable => write!(csv, ",NA")?,
            }
        }
        writeln!(csv)?;
    }
    csv.flush()?;
    Ok(json!({ "rows": rows }))
}

/// One wave and one method, of which everything is asked.
struct World {
    wave: Wave,
    method: Method,
}

impl World {
    fn new(instrument: &Instrument) -> Result<Self> {
        let m4 = method::embedded().into_iter().find(|method| method.id().as_str() == "m4");
        let mut definition = m4.context("m4 is embedded")?.definition().clone();
        definition.rounding = Rounding { decimals: 6 };
        let method = Method::try_from(definition)?;
        let wave = Wave::try_from(WaveFields {
            id: wave_id(),
            title: Text { vi: "Đo tốc độ".into(), en: "Benchmark".into() },
            population: Population::Household,
            takes: Takes::Forms,
            instrument: instrument.reference(),
            method: method.id().clone(),
            geography: date(2026, 7, 1),
            opens_at: moment("2026-07-01T00:00:00Z"),
            closes_at: moment("2026-10-01T00:00:00Z"),
            simulated: true,
        })?;
        Ok(Self { wave, method })
    }

    /// Every item, factor, content and the whole, by ward.
    fn table(&self, forms: &Forms) -> Result<ScoreTable> {
        Ok(score(&Request {
            wave: &self.wave,
            method: &self.method,
            gazetteer: Gazetteer::hanoi(),
            data: Data::Forms(forms),
            by: Grouping::Ward,
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
        })?)
    }
}

fn with_standard_error(table: &ScoreTable) -> usize {
    let cells = table.groups.iter().flat_map(|group| &group.cells);
    cells.filter(|cell| cell.score.is_some() && cell.precision.is_some()).count()
}

fn segments(folder: &Path, instrument: &Arc<Instrument>) -> Result<Vec<Segment>> {
    let mirror = Mirror::new(folder.to_owned());
    listing(folder)?.iter().map(|one| Ok(mirror.open(one, instrument)?)).collect()
}

fn listed_json(listing: &[Listed]) -> Value {
    let json = |one: &Listed| {
        let Listed { name, first_position, last_position, rows, sha256 } = one;
        json!([name, first_position, last_position, rows, sha256])
    };
    listing.iter().map(json).collect()
}

fn listing(folder: &Path) -> Result<Vec<Listed>> {
    type Row = (String, u64, u64, u64, [u8; 32]);
    let rows: Vec<Row> = serde_json::from_slice(&fs::read(folder.join(LISTING))?)?;
    let listed = |(name, first_position, last_position, rows, sha256)| Listed {
        name,
        first_position,
        last_position,
        rows,
        sha256,
    };
    Ok(rows.into_iter().map(listed).collect())
}

fn row_bytes(folder: &Path, listed: &Listed) -> Result<u64> {
    let path: PathBuf = folder.join(&listed.name).join("rows.parquet");
    Ok(fs::metadata(path)?.len())
}

fn wave_id() -> WaveId {
    WaveId::new("bench").expect("it is a word")
}

fn moment(text: &str) -> jiff::Timestamp {
    text.parse().expect("it is a moment")
}

fn millis(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1000.0
}

/// The most memory that the process has had so far, as Linux tells it.
fn peak_rss_mb() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kilobytes.context("the system does not tell the peak")?.trim().parse::<f64>()? / 1024.0)
}
