//! Draws the QR code.

use qrcode::{Color, EcLevel, QrCode};

use crate::Error;
use crate::drawing::{Rectangle, Segment, rectangle};

/// The white margin that readers need, in modules.
const QUIET: usize = 4;

/// The modules of a code.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    width: usize,
    modules: Vec<Color>,
}

impl Code {
    /// Encodes an address so that a quarter of the modules may be damaged (level Q): a poster is
    /// touched, lit and scratched.
    pub(crate) fn new(address: &str) -> Result<Self, Error> {
        let code = QrCode::with_error_correction_level(address, EcLevel::Q);
        let code = code.map_err(|_| Error::AddressTooLong)?;
        Ok(Self { width: code.width(), modules: code.into_colors() })
    }

    /// The dark modules as one path within a square, which holds the white margin too.
    pub(crate) fn path(&self, x: f32, y: f32, side: f32) -> Vec<Segment> {
        let module = side / count(self.width + 2 * QUIET);
        let rows = self.modules.chunks(self.width).enumerate();
        rows.flat_map(|(row, modules)| {
            let top = y + count(row + QUIET) * module;
            runs(modules).into_iter().flat_map(move |(start, length)| {
                let x = x + count(start + QUIET) * module;
                rectangle(Rectangle { x, y: top, width: count(length) * module, height: module })
            })
        })
        .collect()
    }

    /// The share of a square that is not white margin.
    pub(crate) fn share(&self) -> f32 {
        count(self.width) / count(self.width + 2 * QUIET)
    }
}

/// Where dark modules follow each other, and how many.
fn runs(modules: &[Color]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (place, _) in modules.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == place => *length += 1,
            _ => runs.push((place, 1)),
        }
    }
    runs
}

#[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules on a side")]
fn count(modules: usize) -> f32 {
    modules as f32
}
