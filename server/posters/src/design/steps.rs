//! Draws the steps beside the code.

use super::stack::Stack;
use super::{INNER, MARGIN, Scheme, both, signs};
use crate::code::Code;
use crate::drawing::{Colour, Drawing, Rectangle};
use crate::fonts::Face;
use crate::paragraph::{Paragraph, Style};
use crate::texts;

/// The frame around the code and its white margin.
const FRAME: f32 = 1.4;
/// The disc with the number of a step.
const DISC: f32 = 11.0;

/// Where the code stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) top: f32,
    pub(super) side: f32,
}

/// The side of the frame around a code whose dark modules extend so far.
pub(super) fn side(code: &Code, extent: f32) -> f32 {
    extent / code.share() + 2.0 * FRAME
}

/// Draws the code on the left and the steps on the right of it.
pub(super) fn draw(drawing: &mut Drawing, code: &Code, scheme: Scheme, place: Place) {
    let Place { top, side } = place;
    let frame = Rectangle { x: MARGIN, y: top, width: side, height: side };
    drawing.rounded(frame, 4.0, Colour::BRAND);
    let inner = side - 2.0 * FRAME;
    let paper = Rectangle { x: MARGIN + FRAME, y: top + FRAME, width: inner, height: inner };
    drawing.rounded(paper, 2.8, Colour::WHITE);
    drawing.area(code.path(paper.x, paper.y, inner), Colour::BLACK);

    let x = MARGIN + side + 7.0;
    let steps = fitting(scheme, INNER - side - 7.0 - DISC - 4.0, side);
    let heights: f32 = steps.iter().map(Stack::height).sum();
    let gap = ((side - heights) / 2.0).min(10.0);
    let mut y = top + (side - heights - 2.0 * gap) / 2.0;
    for (number, step) in (1_u32..).zip(steps) {
        let height = step.height();
        signs::disc(drawing, x, y, DISC);
        let style =
            Style { face: Face::Bold, size: 7.4, colour: Colour::WHITE, language: scheme.large };
        let digit = Paragraph::new(&number.to_string(), style, DISC);
        let (left, down) = ((DISC - digit.width()) / 2.0, (DISC - digit.height()) / 2.0);
        digit.draw(drawing, x + left, y + down - 0.2);
        step.draw(drawing, x + DISC + 4.0, y);
        y += height + gap;
    }
}

/// The steps in the largest type with which they are no higher than the code.
fn fitting(scheme: Scheme, width: f32, height: f32) -> Vec<Stack> {
    let mut size: f32 = 7.0;
    loop {
        let sizes = (size, (size * 0.68).max(4.0));
        let steps: Vec<Stack> =
            texts::steps().iter().map(|step| both(step, scheme, sizes, width)).collect();
        let heights: f32 = steps.iter().map(Stack::height).sum();
        if heights + 6.0 <= height || size <= 4.6 {
            return steps;
        }
        size *= 0.98;
    }
}
