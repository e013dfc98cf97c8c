//! Tests that everybody can tell apart the colours of the style sheets.
//!
//! Contrast as WCAG 2.2 defines it, for every pair of tokens that meet on a screen, in the four
//! schemes of `base.css`.

use std::collections::BTreeMap;

const STYLE: &str = include_str!("../../assets/base.css");

const LIGHT: &str = ":root {";
const DARK: &str = "@media (prefers-color-scheme: dark) {\n  :root {";
const HIGH: &str = "[data-contrast=\"high\"] {";
const HIGH_DARK: &str = "@media (prefers-color-scheme: dark) {\n  [data-contrast=\"high\"] {";
const MORE: &str = "@media (prefers-contrast: more) {\n  :root {";
const MORE_DARK: &str =
    "@media (prefers-contrast: more) and (prefers-color-scheme: dark) {\n  :root {";

/// Words, and what they stand on.
const TEXT: &[(&str, &[&str])] = &[
    ("ink", &["paper", "surface", "surface-sunk", "brand-soft"]),
    ("ink", &["level-1-soft", "level-2-soft", "level-3-soft", "level-4-soft", "level-5-soft"]),
    ("ink-soft", &["paper", "surface", "surface-sunk", "brand-soft"]),
    ("brand", &["paper", "surface", "surface-sunk", "brand-soft"]),
    ("on-brand", &["brand", "brand-strong"]),
    ("on-brand-soft", &["brand-soft"]),
    ("danger", &["paper", "surface", "danger-soft"]),
    ("notice", &["paper", "surface", "notice-soft"]),
    ("success", &["paper", "surface", "success-soft"]),
    ("on-hero", &["hero"]),
    ("on-hero-soft", &["hero"]),
    ("accent", &["hero"]),
    ("on-accent", &["accent"]),
];

/// Lines of controls, faces, the ring of the focus, and what they stand on.
const SHAPES: &[(&str, &[&str])] = &[
    ("line-control", &["paper", "surface", "surface-sunk", "brand-soft"]),
    ("line-strong", &["paper", "surface", "surface-sunk", "brand-soft"]),
    ("notice-line", &["paper", "surface"]),
    ("focus", &["paper", "surface", "surface-sunk", "brand-soft", "danger-soft"]),
    ("level-1", &["paper", "surface", "level-1-soft"]),
    ("level-2", &["paper", "surface", "level-2-soft"]),
    ("level-3", &["paper", "surface", "level-3-soft"]),
    ("level-4", &["paper", "surface", "level-4-soft"]),
    ("level-5", &["paper", "surface", "level-5-soft"]),
];

type Tokens = BTreeMap<&'static str, [u8; 3]>;

#[test]
fn words_and_shapes_stand_out() {
    let schemes = [
        (scheme(&[LIGHT]), 4.5),
        (scheme(&[LIGHT, DARK]), 4.5),
        (scheme(&[LIGHT, HIGH]), 7.0),
        (scheme(&[LIGHT, DARK, HIGH, HIGH_DARK]), 7.0),
    ];
    for (place, (tokens, of_text)) in schemes.iter().enumerate() {
        for (pairs, least) in [(TEXT, *of_text), (SHAPES, 3.0)] {
            for (front, backs) in pairs {
                for back in *backs {
                    let ratio = contrast(tokens[front], tokens[back]);
                    assert!(ratio >= least, "{front} on {back}, scheme {place}: {ratio:.2}");
                }
            }
        }
    }
}

#[test]
fn the_systems_wish_and_the_respondents_give_the_same() {
    assert_eq!(block(HIGH), block(MORE));
    assert_eq!(block(HIGH_DARK), block(MORE_DARK));
}

#[test]
fn black_on_white_is_21() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
}

/// The tokens of the blocks that apply, later ones over earlier ones.
fn scheme(blocks: &[&str]) -> Tokens {
    blocks.iter().flat_map(|start| block(start)).collect()
}

fn block(start: &str) -> Tokens {
    let from = STYLE.find(&["\n", start].concat()).expect("the block is there") + start.len() + 1;
    let end = STYLE[from..].find('}').expect("the block ends");
    let lines = STYLE[from..from + end].lines();
    lines.filter_map(|line| colour(line.trim())).collect()
}

/// `--name: #rrggbb;`
fn colour(line: &'static str) -> Option<(&'static str, [u8; 3])> {
    let (name, value) = line.strip_prefix("--")?.split_once(": #")?;
    let value = u32::from_str_radix(value.strip_suffix(';')?, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some((name, [red, green, blue]))
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126f64.mul_add(red, 0.7152f64.mul_add(green, 0.0722 * blue))
}
