//! The shared language of Thước Đo: what is asked, what is answered, and what an answer is worth.
//!
//! This crate is pure. It reads no file, asks no clock, draws no random number and knows neither
//! HTTP nor SQL nor a browser, so the same code runs in the citizen's phone, in the server and in
//! the tests. Identifiers and times come in as arguments.
//!
//! Two things are implemented here and nowhere else:
//!
//! * the form engine ([`engine`]), which decides what is visible, answered, violated and next;
//!   the app draws its verdict and the server replays it;
//! * the scalar definition of a score ([`score`]), which the columnar implementation must equal.
//!
//! A value of a domain type is valid: text becomes an [`ids::QuestionId`] or an
//! [`instrument::Instrument`] only by passing its checks.

/// Identifiers, each its own type.
pub mod ids;
/// Days and moments as text.
pub mod iso;
/// Text in Vietnamese and English.
pub mod text;
/// Text forms of closed sets of values.
pub mod wire;

/// One answer to one question.
pub mod answer;
/// The form engine: relevance, violations, steps.
pub mod engine;
/// Question sets: sections, questions, factors, versions.
pub mod instrument;
/// How a form was filled in: times, changes, mode; and forms that were not finished.
pub mod paradata;
/// What a respondent sends, and who, where and when it was.
pub mod submission;

/// Devices at counters: enrolment codes, settings, credentials.
pub mod device;

pub mod audit;
pub mod caller;

/// Dossiers handled, the population of a transaction wave.
pub mod dossiers;
/// Strata, sampling units and weights of respondents.
pub mod sampling;

/// Reporting periods of the city and of districts.
pub mod period;
/// Targets of units and years.
pub mod target;
/// Hanoi's units and agencies, with validity dates and successors.
pub mod unit;
/// Survey waves, service points, channels, the two populations.
pub mod wave;

/// Counts of the five levels.
pub mod counts;
/// How levels become scores: conversion, roll-up, missing rule, rounding.
pub mod method;
/// The scalar reference of the score.
pub mod score;

/// What an analysis is asked and what it returns.
pub mod analysis;
pub mod phrases;

/// Wire types, paths and problem codes of the HTTP interface.
pub mod api;
