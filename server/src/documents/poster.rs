//! Posters of service points: from a wave and a point to a file.

use posters::{Format, PageFormat, Poster, PublicUrl, Size};
use survey_defs::ids::PointId;
use survey_defs::instrument::Instrument;
use survey_defs::short_code::ShortCode;
use survey_defs::wave::{Channel, PointFields, ServicePoint, Wave};

use crate::catalogue::unit_name;

/// What is printed, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Print {
    pub(crate) page: PageFormat,
    pub(crate) format: Format,
}

impl Print {
    /// The name of the file: poster, wave, point, size and language.
    pub(crate) fn file_name(self, point: &ServicePoint) -> String {
        let Self { page: PageFormat { size, language }, format } = self;
        let size = match size {
            Size::A4 => "a4",
            Size::A5 => "a5",
        };
        let ending = match format {
            Format::Svg => "svg",
            Format::Pdf => "pdf",
        };
        format!("poster-{}-{}-{size}-{}.{ending}", point.wave, point.id, language.tag())
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self.format {
            Format::Svg => "image/svg+xml",
            Format::Pdf => "application/pdf",
        }
    }
}

/// A service point and all that its poster says of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) wave: &'a Wave,
    pub(crate) point: &'a ServicePoint,
    pub(crate) instrument: &'a Instrument,
    pub(crate) code: ShortCode,
}

/// A service point to which nobody comes by a poster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("service point {0} has no poster: people do not come to it by themselves ({1})")]
pub(crate) struct NoPoster(PointId, Channel);

/// Whether a service point has a poster.
///
/// # Errors
/// [`NoPoster`] for those of devices, of interviewers and of paper forms.
pub(crate) fn check(point: &ServicePoint) -> Result<(), NoPoster> {
    let PointFields { id, channel, .. } = &**point;
    if channel.has_poster() { Ok(()) } else { Err(NoPoster(id.clone(), *channel)) }
}

impl Subject<'_> {
    /// The poster that leads to the form under a public address. Its point has passed [`check`].
    pub(crate) fn poster(self, base: &PublicUrl) -> Poster {
        let Self { wave, point, instrument, code } = self;
        Poster {
            unit: unit_name(&point.unit),
            place: point.name.clone(),
            address: base.short_address(code),
            telephone: point.telephone.clone(),
            minutes: instrument.definition().estimated_seconds.div_ceil(60).max(1),
            simulated: wave.simulated,
        }
    }
}
