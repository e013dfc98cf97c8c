//! Estimates on standard output.

use scoring::analyse::{NoEstimate, PopulationTotal, Request, Row, Sampling, Weighting};

use survey_defs::analysis::{Cell, Columns, Table};
use survey_defs::phrases::Phrase;

/// What a reader must know beside the numbers.
pub(super) fn notes(file: &str, request: &Request) -> Vec<String> {
    let Sampling { weight, strata, psu, fpc, lonely: _, nesting: _ } = &request.sampling;
    let mut parts = vec![file.to_owned()];
    let columns = [("weight", weight.as_slice()), ("strata", strata), ("PSU", psu), ("fpc", fpc)];
    for (what, columns) in columns {
        if !columns.is_empty() {
            parts.push(format!("{what} {}", columns.join(", ")));
        }
    }
    let (how, margins, totals) = match &request.weighting {
        Weighting::AsDrawn => ("", &[][..], &[][..]),
        Weighting::PostStratified(margin) => {
            ("post-stratified to", std::slice::from_ref(margin), &[][..])
        }
        Weighting::Raked(margins) => ("raked to", &margins[..], &[][..]),
        Weighting::Calibrated { margins, totals } => ("calibrated to", &margins[..], &totals[..]),
    };
    let margins = margins
        .iter()
        .map(|margin| format!("{how} {}, SHA-256 {}", margin.name(), margin.version()));
    let totals = totals
        .iter()
        .map(|PopulationTotal { column, total }| format!("{how} a total of {column} of {total}"));
    std::iter::once(parts.join("; ")).chain(margins).chain(totals).collect()
}

/// The estimates as a table.
pub(super) fn table(rows: &[Row]) -> Table {
    let text = |text: &Option<String>| Cell::word(text.as_deref());
    let number = |number: Option<f64>| Cell::number(number, 4);
    Columns::default()
        .words("statistic", Phrase::new("Thống kê", "statistic"), |row: &&Row| {
            Cell::key(row.statistic.as_str())
        })
        .words("variable", Phrase::new("Biến", "variable"), |row| Cell::key(&row.variable))
        .words("level", Phrase::new("Giá trị", "level"), move |row| text(&row.level))
        .words("domain", Phrase::new("Miền", "domain"), move |row| text(&row.domain))
        .numbers("estimate", Phrase::new("Ước lượng", "estimate"), move |row| {
            number(row.estimate)
        })
        .numbers("se", Phrase::new("Sai số chuẩn", "se"), move |row| number(row.se))
        .numbers("df", Phrase::new("Bậc tự do", "df"), |row| Cell::count(Some(row.df)))
        .numbers("deff", Phrase::new("Hiệu ứng thiết kế", "deff"), move |row| {
            number(row.deff)
        })
        .numbers("ci_low", Phrase::new("Cận dưới", "ci_low"), move |row| number(row.ci_low))
        .numbers("ci_high", Phrase::new("Cận trên", "ci_high"), move |row| number(row.ci_high))
        .numbers("n", Phrase::new("n", "n"), |row| Cell::count(Some(row.n)))
        .words("missing", Phrase::new("Vì sao không có", "missing"), |row| {
            Cell::word(row.missing.map(NoEstimate::as_str))
        })
        .of(rows)
}
