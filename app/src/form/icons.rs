//! Drawings, as markup: written into the document as they stand, they need no code per element.
//!
//! All take the colour of the text around them and are hidden from screen readers, because a word
//! always stands beside them.

macro_rules! drawing {
    ($view_box:literal, $content:literal) => {
        concat!(
            "<svg viewBox=\"",
            $view_box,
            "\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.5\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\">",
            $content,
            "</svg>"
        )
    };
}

/// The faces of the five levels, lowest first: told apart by mouth and brows, not by colour.
pub(crate) const FACES: [&str; 5] = [
    drawing!(
        "0 0 48 48",
        "<circle class=\"skin\" cx=\"24\" cy=\"24\" r=\"20\"/>\
         <path d=\"m13 15 7 3.5M35 15l-7 3.5\"/>\
         <path d=\"M17.5 22v1.5M30.5 22v1.5\" stroke-width=\"4\"/>\
         <path d=\"M14.5 36c2-5.5 5.5-8 9.5-8s7.5 2.5 9.5 8z\"/>"
    ),
    drawing!(
        "0 0 48 48",
        "<circle class=\"skin\" cx=\"24\" cy=\"24\" r=\"20\"/>\
         <path d=\"M17.5 18v3M30.5 18v3\" stroke-width=\"4\"/>\
         <path d=\"M15.5 34.5c2-3.5 5-5 8.5-5s6.5 1.5 8.5 5\"/>"
    ),
    drawing!(
        "0 0 48 48",
        "<circle class=\"skin\" cx=\"24\" cy=\"24\" r=\"20\"/>\
         <path d=\"M17.5 18v3M30.5 18v3\" stroke-width=\"4\"/>\
         <path d=\"M15.5 31.5h17\"/>"
    ),
    drawing!(
        "0 0 48 48",
        "<circle class=\"skin\" cx=\"24\" cy=\"24\" r=\"20\"/>\
         <path d=\"M17.5 18v3M30.5 18v3\" stroke-width=\"4\"/>\
         <path d=\"M15 28.5c2 4 5 6 9 6s7-2 9-6\"/>"
    ),
    drawing!(
        "0 0 48 48",
        "<circle class=\"skin\" cx=\"24\" cy=\"24\" r=\"20\"/>\
         <path d=\"M14 20.5c.8-2.3 2-3.4 3.5-3.4s2.700 1.1 3.5 3.4M27 20.5c.8-2.3 2-3.4 3.5-3.4s2.700 1.1 3.5 3.4\"/>\
         <path class=\"mouth\" d=\"M13.5 26.5h21c-.8 6.5-5 10.5-10.5 10.5s-9.7-4-10.5-10.5z\"/>"
    ),
];

/// A ruler with five marks: the sign of the product.
pub(crate) const RULER: &str = drawing!(
    "0 0 48 48",
    "<rect class=\"skin\" x=\"3\" y=\"13\" width=\"42\" height=\"22\" rx=\"5\"/>\
     <path d=\"M10 13.5v7M17 13.5v5M24 13.5v9M31 13.5v5M38 13.5v7\"/>"
);

pub(crate) const CLOCK: &str =
    drawing!("0 0 48 48", "<circle cx=\"24\" cy=\"24\" r=\"18\"/><path d=\"M24 13v11l7 5\"/>");

/// An eye, crossed out.
pub(crate) const UNSEEN: &str = drawing!(
    "0 0 48 48",
    "<path d=\"M5 24c4.5-8 11-12 19-12s14.5 4 19 12c-4.5 8-11 12-19 12s-14.5-4-19-12z\"/>\
     <circle cx=\"24\" cy=\"24\" r=\"5.5\"/><path d=\"M9 41 39 7\"/>"
);

/// A person without a name.
pub(crate) const NAMELESS: &str = drawing!(
    "0 0 48 48",
    "<circle cx=\"24\" cy=\"16\" r=\"8\"/><path d=\"M8 42c1.5-9 7.5-14 16-14s14.5 5 16 14\"/>"
);

pub(crate) const CHECK: &str = drawing!(
    "0 0 48 48",
    "<circle class=\"skin\" cx=\"24\" cy=\"24\" r=\"20\"/><path d=\"m14.5 25 6.5 6.5 13-14\"/>"
);

pub(crate) const WARNING: &str = drawing!(
    "0 0 48 48",
    "<circle cx=\"24\" cy=\"24\" r=\"20\"/><path d=\"M24 13v14M24 34v.5\" stroke-width=\"4\"/>"
);

pub(crate) const BACK: &str = drawing!("0 0 48 48", "<path d=\"M30 8 14 24l16 16\"/>");
pub(crate) const FORWARD: &str = drawing!("0 0 48 48", "<path d=\"m18 8 16 16-16 16\"/>");
