//! Forms per channel.

use polars::prelude::{Column, col};
use survey_defs::analysis::{ChannelForms, Filters};
use survey_defs::wave::Channel;

use crate::ScoringError;
use crate::columns;
use crate::data::{Forms, channel_code};
use crate::error::engine;
use crate::tally::wanted;
use crate::weighting::real;

/// How different the mixes of channels of two points may be before it is a break, as a part of all
/// forms that would have had to come by another channel (the total variation distance).
///
/// Answers at a counter and answers at home may differ by ten percentage points; then a shift of a
/// fifth of the forms moves the score by two points, as much as staff would take for a success.
const CHANNEL_SHIFT: f64 = 0.2;

/// How many of the forms that pass the filters came by each channel, in the order of channels;
/// channels without any are left out.
pub(crate) fn channels(
    forms: &Forms,
    filters: &Filters,
) -> Result<Vec<ChannelForms>, ScoringError> {
    let mut all: Vec<ChannelForms> =
        Channel::ALL.iter().map(|channel| ChannelForms { channel: *channel, forms: 0 }).collect();
    for part in forms.parts() {
        let frame = part.select(wanted(filters), vec![col(columns::CHANNEL)])?;
        let codes = frame.column(columns::CHANNEL).and_then(Column::i8).map_err(engine)?;
        for code in codes.iter().flatten() {
            let known = all.iter_mut().find(|one| channel_code(one.channel) == code);
            known.expect("the codes are those of the list").forms += 1;
        }
    }
    all.retain(|one| one.forms > 0);
    Ok(all)
}

/// Whether two mixes differ by more than [`CHANNEL_SHIFT`].
pub(crate) fn shifted(one: &[ChannelForms], other: &[ChannelForms]) -> bool {
    distance(one, other) > CHANNEL_SHIFT
}

/// The total variation distance of two mixes, from 0 to 1; 0 where one of them is not known.
///
/// Source: Duncan & Duncan 1955, “A methodological analysis of segregation indexes”, American
/// Sociological Review 20, where it is the index of dissimilarity.
fn distance(one: &[ChannelForms], other: &[ChannelForms]) -> f64 {
    let forms = |mix: &[ChannelForms]| mix.iter().map(|one| one.forms).sum::<u64>();
    if forms(one) == 0 || forms(other) == 0 {
        return 0.0;
    }
    let share = |mix: &[ChannelForms], channel| {
        let of_channel = mix.iter().find(|one| one.channel == channel);
        of_channel.map_or(0.0, |of_channel| real(of_channel.forms) / real(forms(mix)))
    };
    // What a channel gained another one lost, so the gains are half of all differences.
    let gain = |of_channel: &ChannelForms| {
        let channel = of_channel.channel;
        (share(one, channel) - share(other, channel)).max(0.0)
    };
    one.iter().map(gain).sum()
}

#[cfg(test)]
mod tests {
    use survey_defs::wave::Channel;

    use super::*;

    #[test]
    fn the_distance_is_the_part_of_forms_that_came_by_another_channel() {
        let mix = |forms: &[(Channel, u64)]| -> Vec<ChannelForms> {
            forms
                .iter()
                .map(|(channel, forms)| ChannelForms { channel: *channel, forms: *forms })
                .collect()
        };
        let half = mix(&[(Channel::Kiosk, 5), (Channel::WallQr, 5)]);
        let most = mix(&[(Channel::Kiosk, 80), (Channel::Link, 20)]);
        for (one, other, expected) in [
            (&half, &half, 0.0),
            (&half, &most, 0.5),
            (&most, &half, 0.5),
            (&half, &mix(&[(Channel::Link, 1)]), 1.0),
            (&half, &mix(&[(Channel::Kiosk, 60), (Channel::WallQr, 40)]), 0.1),
            (&half, &mix(&[]), 0.0),
        ] {
            assert!((distance(one, other) - expected).abs() < 1e-12, "{one:?} {other:?}");
        }
    }
}
