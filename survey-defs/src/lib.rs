//! The shared language of Thước Đo: what is asked, what is answered, and what an answer is worth.
//!
//! This crate is pure. It reads no file, asks no clock, draws no random number, sends no request and
//! runs no query, so the same code runs in the citizen's phone, in the server and in the tests.
//! Identifiers and times come in as arguments. Of HTTP it defines only the words that both sides must
//! share: paths, names of headers, and problem codes with their statuses ([`api`]).
//!
//! Two things are implemented here and nowhere else:
//!
//! * the form engine ([`engine`]), which decides what is visible, answered, violated and next;
//!   the app draws its verdict and the server replays it;
//! * the scalar definition of a score ([`score`]), which the columnar implementation must equal.
//!
//! A value of a domain type is valid: text becomes an [`ids::QuestionId`] or an
//! [`instrument::Instrument`] only by passing its checks.

pub mod ids;
pub mod iso;
pub mod text;
pub mod wire;

pub mod answer;
pub mod engine;
pub mod generation;
pub mod instrument;
pub mod paradata;
pub mod quarantine;
pub mod submission;

pub mod device;
pub mod outbox_seal;

pub mod audit;
pub mod caller;
pub mod case;
pub mod positions;

pub mod dossiers;
pub mod sampling;

pub mod period;
pub mod target;
pub mod unit;
pub mod wave;

pub mod short_code;

pub mod counts;
pub mod method;
pub mod score;

pub mod analysis;
pub mod phrases;

pub mod api;
