//! Files, requests and refusals; the numbers themselves are compared with R in the integration
//! tests.

mod bad_input;
mod files;
mod groups;
mod properties;

use super::{Margin, MarginFile, Request, Sampling, Statistic, Weighting, read_margin};

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Weights `w`, strata `s`, PSUs `p`; the mean of `y`.
fn request() -> Request {
    Request {
        sampling: Sampling {
            weight: Some("w".to_owned()),
            strata: columns(&["s"]),
            psu: columns(&["p"]),
            ..Sampling::default()
        },
        statistics: vec![Statistic::Mean("y".to_owned())],
        missing: columns(&["NA"]),
        ..Request::default()
    }
}

/// Weights alone; the mean of `y`.
fn weighted() -> Request {
    let sampling = Sampling { weight: Some("w".to_owned()), ..Sampling::default() };
    Request { sampling, ..request() }
}

fn raked(margins: &[(&str, &str)]) -> Request {
    let margins = margins.iter().map(|&(name, content)| margin(name, content)).collect();
    Request { weighting: Weighting::Raked(margins), ..weighted() }
}

fn margin(name: &str, content: &str) -> Margin {
    read_margin(MarginFile { name, version: "1", content: content.as_bytes() }).unwrap()
}
