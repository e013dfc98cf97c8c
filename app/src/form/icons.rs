//! Drawings, as markup: written into the document as they stand, they need no code per element.
//!
//! All take the colour of the text around them and are hidden from screen readers, because a word
//! always stands beside them. All are drawn with one round pen, most on a square of 48 units.

use leptos::prelude::*;

macro_rules! drawing {
    ($content:expr) => {
        drawing!("0 0 48 48", $content)
    };
    ($view_box:literal, $content:expr) => {
        concat!(
            "<svg viewBox=\"",
            $view_box,
            "\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"3\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\">",
            $content,
            "</svg>"
        )
    };
}

macro_rules! face {
    ($features:literal) => {
        drawing!(concat!("<circle class=\"skin\" cx=\"24\" cy=\"24\" r=\"20.5\"/>", $features,))
    };
}

/// The faces of the five levels, lowest first: told apart by mouth and by brows or eyes, not by
/// colour.
pub const FACES: [&str; 5] = [
    face!(
        "<path d=\"m13 15 7 3.5M35 15l-7 3.5\"/>\
         <path stroke-width=\"5\" d=\"M18 24h0M30 24h0\"/>\
         <path fill=\"currentColor\" d=\"M14.5 37q9.5-4.5 19 0-1.5-7-9.5-7t-9.5 7z\"/>"
    ),
    face!(
        "<path d=\"m13 18 6.5-2.5M35 18l-6.5-2.5\"/>\
         <path stroke-width=\"5\" d=\"M17.5 24h0M30.5 24h0\"/>\
         <path d=\"M16 35q3-4 8-4t8 4\"/>"
    ),
    face!(
        "<path d=\"M13 16.5h7M28 16.5h7\"/>\
         <path stroke-width=\"5\" d=\"M17 24h0M31 24h0\"/>\
         <path d=\"M16 33.5h16\"/>"
    ),
    face!(
        "<path d=\"M13 17q3.5-3 7 0M28 17q3.5-3 7 0\"/>\
         <path stroke-width=\"5\" d=\"M17 24h0M31 24h0\"/>\
         <path d=\"M15.5 31q3 4.5 8.5 4.500t8.5-4.5\"/>"
    ),
    face!(
        "<path d=\"M12 21.500q4.5-6.5 9 0M27 21.500q4.5-6.5 9 0\"/>\
         <path fill=\"currentColor\" d=\"M13.5 28.500q10.5 4 21 0-1.5 9-10.5 9t-10.5-9z\"/>"
    ),
];

/// The sign of the product: five marks of a ruler, and a smile.
pub const RULER: &str = drawing!(
    "<rect class=\"skin\" width=\"48\" height=\"48\" rx=\"11\" stroke=\"none\"/>\
     <path d=\"M10 13v6M17 13v9M24 13v14M31 13v9M38 13v6M11 32c3 5 7.5 7 13 7s10-2 13-7\"/>"
);

/// A lotus of five petals above a ruler of five marks: the first thing a kiosk shows, and the
/// thanks at the end.
pub const LOTUS: &str = drawing!(
    "0 0 96 72",
    "<path class=\"skin\" d=\"M48 56C26 58 12 48 8 32c14-2 28 4 40 24z\"/>\
     <path class=\"skin\" d=\"M48 56c22 2 36-8 40-24-14-2-28 4-40 24z\"/>\
     <path class=\"skin\" d=\"M48 56C32 50 24 36 25 18c13 5 21 18 23 38z\"/>\
     <path class=\"skin\" d=\"M48 56c16-6 24-20 23-38-13 5-21 18-23 38z\"/>\
     <path class=\"skin\" d=\"M48 56q-14-13-14-27T48 4q14 10 14 25T48 56z\"/>\
     <path d=\"M6 62h84M16 62v5M32 62v5M48 62v8M64 62v5M80 62v5\"/>"
);

pub const CLOCK: &str =
    drawing!("<circle cx=\"24\" cy=\"24\" r=\"19\"/><path d=\"M24 13v11l7 5\"/>");

/// An eye, crossed out.
pub const UNSEEN: &str = drawing!(
    "<path d=\"M4 24q7-12 20-12t20 12q-7 12-20 12T4 24z\"/>\
     <circle cx=\"24\" cy=\"24\" r=\"5.5\"/><path d=\"M9 41 39 7\"/>"
);

/// A person without a name.
pub const NAMELESS: &str =
    drawing!("<circle cx=\"24\" cy=\"16\" r=\"8.5\"/><path d=\"M7 42q3-14 17-14t17 14\"/>");

pub const CHECK: &str = drawing!(
    "<circle class=\"skin\" cx=\"24\" cy=\"24\" r=\"20.5\"/><path d=\"m14.5 25 6.5 6.5 13-14\"/>"
);

pub const WARNING: &str = drawing!(
    "<circle class=\"skin\" cx=\"24\" cy=\"24\" r=\"20.5\"/>\
     <path d=\"M24 13v14M24 34.5v0\" stroke-width=\"4\"/>"
);

pub const BACK: &str = drawing!("<path d=\"M30 9 15 24l15 15\"/>");
pub const FORWARD: &str = drawing!("<path d=\"m18 9 15 15-15 15\"/>");

/// Two sliders: how the form looks and speaks.
pub const SETTINGS: &str = drawing!(
    "<path d=\"M6 15h20M40 15h2M6 33h2M22 33h20\"/>\
     <circle class=\"skin\" cx=\"33\" cy=\"15\" r=\"6.5\"/>\
     <circle class=\"skin\" cx=\"15\" cy=\"33\" r=\"6.5\"/>"
);

/// A loudspeaker: reads aloud.
pub const SPEAKER: &str = drawing!(
    "<path class=\"skin\" d=\"M6 18h8L25 8v32L14 30H6z\"/><path d=\"M32 17q6 7 0 14M38 11q11 13 0 26\"/>"
);

/// A loudspeaker that is being stopped.
pub const HUSH: &str = drawing!(
    "<path class=\"skin\" d=\"M6 18h8L25 8v32L14 30H6z\"/><path d=\"m33 19 10 10M43 19 33 29\"/>"
);

/// A finger on the screen.
pub const TOUCH: &str = drawing!(
    "<path d=\"M18 33V16q0-4 4-4t4 4v11l10 2q4 1 3.5 5L38 43H23l-9-10q-2-3 1-4.500l3 2\"/>\
     <path d=\"M12 18q-1-2-1-4 0-10 11-10t11 10q0 2-1 4\"/>"
);

pub const CLOSE: &str = drawing!("<path d=\"m11 11 26 26M37 11 11 37\"/>");

/// The keys of the on-screen keyboard that have no letter.
pub const SHIFT: &str = drawing!("<path class=\"skin\" d=\"M24 7 7 25h9v14h16V25h9z\"/>");
pub const BACKSPACE: &str = drawing!(
    "<path class=\"skin\" d=\"M16 10h28v28H16L4 24z\"/><path d=\"m23 18 12 12M35 18 23 30\"/>"
);

/// A drawing in the size of the text around it.
#[component]
pub fn Icon(drawing: &'static str) -> impl IntoView {
    view! { <span class="icon" inner_html=drawing></span> }
}
