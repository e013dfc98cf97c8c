//! Stacks paragraphs below each other.

use crate::drawing::Drawing;
use crate::paragraph::Paragraph;

/// Paragraphs below each other, each with the gap above it.
#[derive(Debug, Clone, Default)]
pub(super) struct Stack(Vec<(f32, Paragraph)>);

impl Stack {
    pub(super) fn push(&mut self, gap: f32, paragraph: Paragraph) {
        self.0.push((gap, paragraph));
    }

    pub(super) fn height(&self) -> f32 {
        self.0.iter().map(|(gap, paragraph)| gap + paragraph.height()).sum()
    }

    /// Draws from a top left corner and returns where it ends.
    pub(super) fn draw(self, drawing: &mut Drawing, x: f32, top: f32) -> f32 {
        self.0.into_iter().fold(top, |y, (gap, paragraph)| {
            let height = paragraph.height();
            paragraph.draw(drawing, x, y + gap);
            y + gap + height
        })
    }
}
