//! Counts of forms and flags.

use statistics::disclosure::{
    Cause, Cell, Group, Limits, Publication, Table, Visibility, suppress,
};
use statistics::reliability::Flags;
use survey_defs::analysis::{ChannelQuality, FlagCounts, FormQuality, ScoreTable, Suppression};
use survey_defs::wave::Channel;

use super::ROUNDING;
use super::pass::FlagTally;
use crate::ScoringError;
use crate::error::engine;
use crate::weighting::real;

/// What may be shown of the forms altogether and of each channel that has one. A channel with too
/// few forms is hidden, and another one if it could be found by subtraction.
pub(super) fn printed(
    tallies: &[FlagTally],
    with: &ScoreTable,
) -> Result<(FormQuality, Vec<ChannelQuality>), ScoringError> {
    let mut all = FlagTally::default();
    for tally in tallies {
        all.merge(tally);
    }
    let channels: Vec<(Channel, &FlagTally)> =
        Channel::ALL.iter().copied().zip(tallies).filter(|(_, tally)| forms(tally) > 0).collect();
    let visible = visible(&all, &channels, with.provenance.min_n)?;
    // The selection as a whole is judged with the scores: also by what its filters leave out.
    let whole = with.groups.first().and_then(|group| group.cells.first());
    let hidden = whole.map_or(Some(Suppression::TooFew), |cell| cell.suppressed);
    let shown = |tally: &FlagTally, visible: Visibility| match (hidden, visible) {
        (Some(reason), _) => FormQuality { counts: None, suppressed: Some(reason) },
        (None, Visibility::Hidden(cause)) => {
            let suppressed = Some(match cause {
                Cause::Primary => Suppression::TooFew,
                Cause::Complementary => Suppression::Complementary,
            });
            FormQuality { counts: None, suppressed }
        }
        (None, Visibility::CountsHidden(_) | Visibility::Shown) => {
            FormQuality { counts: Some(counts(tally)), suppressed: None }
        }
    };
    let of_channel = |((channel, tally), visible): (&(Channel, &FlagTally), &Visibility)| {
        ChannelQuality { channel: *channel, forms: shown(tally, *visible) }
    };
    let of_channels = channels.iter().zip(&visible[1..]).map(of_channel).collect();
    Ok((shown(&all, visible[0]), of_channels))
}

/// What may be seen of all forms, then of each channel.
fn visible(
    all: &FlagTally,
    channels: &[(Channel, &FlagTally)],
    min_n: u64,
) -> Result<Vec<Visibility>, ScoringError> {
    let cell = |tally: &FlagTally| Cell { n: forms(tally), counts: [0; 7] };
    let mut groups = vec![Group { parent: None, publication: Publication::Printed }];
    let mut cells = vec![cell(all)];
    for (_, tally) in channels {
        groups.push(Group { parent: Some(0), publication: Publication::Printed });
        cells.push(cell(tally));
    }
    let limits = Limits { min_n, small: 1 };
    suppress(&Table { groups: &groups, nodes: &[None], cells: &cells, limits }).map_err(engine)
}

fn forms(tally: &FlagTally) -> u64 {
    tally.by_bits.iter().sum()
}

fn counts(tally: &FlagTally) -> FlagCounts {
    let with = |wanted: Flags| -> u64 {
        let has = |(bits, _): &(u8, &u64)| Flags::from_bits_truncate(*bits).intersects(wanted);
        (0..).zip(&tally.by_bits).filter(has).map(|(_, forms)| forms).sum()
    };
    let (forms, flagged) = (forms(tally), with(Flags::all()));
    FlagCounts {
        forms,
        judged: tally.judged,
        timed: tally.timed,
        straight_lining: with(Flags::STRAIGHT_LINING),
        low_variation: with(Flags::LOW_VARIATION),
        speeding: with(Flags::SPEEDING),
        no_time: with(Flags::NO_TIME),
        flagged,
        compared: tally.copies.compared,
        near_copies: tally.copies.near_copies,
        flagged_share: ROUNDING.round(real(flagged) / real(forms.max(1))),
    }
}
