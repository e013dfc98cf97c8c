//! Turns results into tables: what the columns are, and what must be known to read them.

mod comparison;
mod irregularity;
mod quality;
mod scores;
mod series;

#[cfg(test)]
mod tests;

use super::breaks::ChangedStatement;
use super::group::GroupLabel;
use super::provenance::{Filters, Provenance, SamplingBasis};
use super::scores::{AnnulledRecords, Precision, Suppression};
use super::selection::FlagFilter;
use super::table::{Cell, Columns};
use crate::phrases::{self, Phrase};
use crate::text::{Language, Text};
use crate::wave::{Channel, Population, RespondentType};

/// How the numbers of one result are printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    decimals: u8,
    min_n: u64,
}

impl Style {
    pub(super) fn of(provenance: &Provenance) -> Self {
        Self { decimals: provenance.method.decimals, min_n: provenance.min_n }
    }

    /// A score, or why there is none.
    pub(super) fn score(
        self,
        (suppressed, score): (Option<Suppression>, Option<f64>),
        precision: Option<Precision>,
        caution: bool,
    ) -> Cell {
        let Self { decimals, min_n } = self;
        match (suppressed, score) {
            (Some(reason), _) => Cell::Suppressed { reason, min_n },
            (None, None) => Cell::Missing,
            (None, Some(value)) => Cell::Score {
                value,
                decimals,
                se: precision.map(|one| one.se),
                interval: precision.map(|one| [one.ci_low, one.ci_high]),
                caution,
            },
        }
    }

    /// A number of forms, or why there is none.
    pub(super) fn n(
        self,
        (suppressed, n): (Option<Suppression>, Option<u64>),
        caution: bool,
    ) -> Cell {
        match (suppressed, n) {
            (Some(reason), _) => Cell::Suppressed { reason, min_n: self.min_n },
            (None, None) => Cell::Missing,
            (None, Some(value)) => Cell::Count { value, caution },
        }
    }

    /// The limits of an interval of a score or a difference.
    fn limits(self, [low, high]: [f64; 2], language: Language) -> String {
        let limit = |value| phrases::decimal(value, self.decimals, language);
        [limit(low), limit(high)].join("–")
    }
}

impl Suppression {
    /// The word on the wire.
    fn as_str(self) -> &'static str {
        match self {
            Self::TooFew => "too_few",
            Self::Complementary => "complementary",
        }
    }
}

/// A value of a record: every digit, nothing where there is none.
fn number(value: Option<f64>) -> Cell {
    value.map_or(Cell::Empty, |value| Cell::Number { value, decimals: 4 })
}

/// What is printed of a number of annulled records.
fn annulled_cell(annulled: AnnulledRecords) -> Cell {
    match (annulled.records, annulled.fewer_than) {
        (None, Some(min_n)) => Cell::Suppressed { reason: Suppression::TooFew, min_n },
        (records, _) => Cell::count(records),
    }
}

/// A text that is the same in both languages.
fn same(text: impl Into<String>) -> Text {
    let text = text.into();
    Text { vi: text.clone(), en: text }
}

/// A text in both languages, made from numbers as each writes them.
fn in_both(text: impl Fn(Language) -> String) -> Text {
    Text { vi: text(Language::Vi), en: text(Language::En) }
}

/// One note for each statement that two versions of an instrument do not have alike.
fn statement_notes(statements: &[ChangedStatement]) -> impl Iterator<Item = Text> {
    statements.iter().map(|one| {
        in_both(|language| {
            let (title, change) = (one.title.get(language), phrases::statement_change(one.change));
            let why = one.reason.as_ref().map(|reason| format!(". {}", reason.get(language)));
            format!("    “{title}”: {}{}", change.get(language), why.unwrap_or_default())
        })
    })
}

/// The columns that say which group a record is about.
fn group_columns<'a, R: 'a>(group: impl Fn(&R) -> &GroupLabel + Copy + 'a) -> Columns<'a, R> {
    Columns::default()
        .words("group", Phrase::new("Mã nhóm", "Group"), move |row| Cell::key(&group(row).key))
        .words("name", Phrase::new("Tên", "Name"), move |row| Cell::Name(group(row).name.clone()))
}

/// The columns that say where the numbers of a record come from, the same in every file.
fn provenance_columns<'a, R: 'a>(
    columns: Columns<'a, R>,
    of: impl Fn(&R) -> &'a Provenance + Copy + 'a,
) -> Columns<'a, R> {
    columns
        .words("wave", phrases::WAVE, move |row| Cell::key(&of(row).wave))
        .words("first_day", Phrase::new("Từ ngày", "First day"), move |row| {
            Cell::day(of(row).filters.first_day)
        })
        .words("last_day", Phrase::new("Đến ngày", "Last day"), move |row| {
            Cell::day(of(row).filters.last_day)
        })
        .words("only_channel", Phrase::new("Chỉ kênh", "Only channel"), move |row| {
            Cell::word(of(row).filters.channel.map(Channel::as_str))
        })
        .words(
            "only_respondents",
            Phrase::new("Chỉ người trả lời", "Only respondents"),
            move |row| Cell::word(of(row).filters.respondent_type.map(RespondentType::as_str)),
        )
        .words("only_quality", Phrase::new("Chỉ phiếu", "Only forms"), move |row| {
            Cell::word(unflagged(&of(row).filters).map(|_| FlagFilter::Unflagged.as_str()))
        })
        .numbers("confidence", Phrase::new("Độ tin cậy", "Confidence"), move |row| {
            Cell::Number { value: of(row).confidence, decimals: 2 }
        })
        .words("instrument", phrases::INSTRUMENT, move |row| Cell::key(&of(row).instrument))
        .words("method", phrases::METHOD, move |row| Cell::Key(method(of(row))))
        .words("weighting", phrases::WEIGHTING, move |row| {
            Cell::Key(phrases::weighting(of(row).weighting).en)
        })
        .numbers("data_position", Phrase::new("Bản ghi số", "Log position"), move |row| {
            Cell::count(Some(of(row).versions.data_position))
        })
        .numbers("audit_number", Phrase::new("Mục nhật ký số", "Audit entry"), move |row| {
            Cell::count(Some(of(row).versions.audit_number))
        })
        .numbers("annulments", Phrase::new("Số lần loại phiếu", "Annulments"), move |row| {
            Cell::count(Some(of(row).versions.annulments))
        })
        .words("program", Phrase::new("Phiên bản phần mềm", "Program"), move |row| {
            Cell::key(&of(row).versions.program)
        })
        .words("simulated", Phrase::new("Mô phỏng", "Simulated"), move |row| {
            Cell::Flag(of(row).simulated)
        })
}

fn method(provenance: &Provenance) -> String {
    let method = &provenance.method;
    format!("{} v{}", method.id, method.version)
}

/// What must be known of a wave to read its numbers: what stands over every table.
fn notes(provenance: &Provenance) -> Vec<Text> {
    let Provenance { versions, min_n, instrument, .. } = provenance;
    let status = phrases::status(provenance.method.status);
    let weighting = phrases::weighting(provenance.weighting);
    let line = |language: Language| {
        let position = phrases::whole(versions.data_position, language);
        let named = |name: Phrase, value: &str| format!("{}: {value}", name.get(language));
        let parts = [
            format!(
                "{}{}: {}",
                provenance.wave_title.get(language),
                days(&provenance.filters, language),
                population(provenance.population).get(language)
            ),
            named(phrases::INSTRUMENT, &instrument.to_string()),
            named(phrases::METHOD, &format!("{} ({})", method(provenance), status.get(language))),
            named(phrases::WEIGHTING, weighting.get(language)),
            named(
                Phrase::new("sai số", "errors"),
                phrases::sampling(provenance.sampling).get(language),
            ),
            named(Phrase::new("số liệu chốt đến phiếu số", "log position"), &position),
            named(
                Phrase::new("không công bố", "not published"),
                &format!("n < {}", phrases::whole(*min_n, language)),
            ),
            confidence(provenance, language),
        ];
        let filters = filters(&provenance.filters, language);
        parts.into_iter().chain(filters).collect::<Vec<_>>().join("; ")
    };
    let banner = provenance.simulated.then(simulated);
    banner.into_iter().chain([in_both(line)]).collect()
}

/// The banner over numbers that come from nobody.
fn simulated() -> Text {
    same(phrases::SIMULATED.both())
}

/// The population, so that nobody takes one for the other.
fn population(population: Population) -> Phrase {
    match population {
        Population::Household => Phrase::new("mẫu điều tra hộ gia đình", "household sample"),
        Population::Transaction => {
            Phrase::new("giao dịch (không phải SIPAS)", "transactions (not SIPAS)")
        }
    }
}

/// The days of a period, if there is one.
fn days(filters: &Filters, language: Language) -> String {
    match (filters.first_day, filters.last_day) {
        (Some(first), Some(last)) => {
            format!(", {}–{}", phrases::day(first, language), phrases::day(last, language))
        }
        (Some(_), None) | (None, _) => String::new(),
    }
}

/// The level of confidence of all intervals.
fn confidence(provenance: &Provenance, language: Language) -> String {
    let name = Phrase::new("khoảng tin cậy", "confidence").get(language);
    format!("{name}: {}", phrases::percent(100.0 * provenance.confidence, 0, language))
}

/// Which answers alone are counted, besides those of the days.
fn filters(filters: &Filters, language: Language) -> Option<String> {
    let channel = filters.channel.map(phrases::channel);
    let respondents = filters.respondent_type.map(phrases::respondent_type);
    let only = [channel, respondents, unflagged(filters)].into_iter().flatten();
    let only: Vec<&str> = only.map(|phrase| phrase.get(language)).collect();
    let name = Phrase::new("chỉ gồm", "only").get(language);
    (!only.is_empty()).then(|| format!("{name}: {}", only.join(", ")))
}

fn unflagged(filters: &Filters) -> Option<Phrase> {
    match filters.quality {
        FlagFilter::All => None,
        FlagFilter::Unflagged => {
            Some(Phrase::new("phiếu không bị đánh dấu", "forms without a flag"))
        }
    }
}

/// The remark under scores with standard errors.
fn remark(provenance: &Provenance) -> Text {
    let n = provenance.caution_n;
    let basis = match provenance.sampling {
        SamplingBasis::AsCollected => {
            Phrase::new("; không phải mẫu ngẫu nhiên", "; not a random sample")
        }
        SamplingBasis::Plan => Phrase::new("", ""),
    };
    Text {
        vi: format!(
            "± sai số chuẩn{}; * n < {}: đọc thận trọng; … không công bố, vì từ đó tính ra được một ô \
             quá ít phiếu",
            basis.vi,
            phrases::whole(n, Language::Vi)
        ),
        en: format!(
            "± standard error{}; * n < {}: read with caution; … not published, because a cell with \
             too few forms could be computed from it",
            basis.en,
            phrases::whole(n, Language::En)
        ),
    }
}
