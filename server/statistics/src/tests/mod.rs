//! Tests designs and estimators: against published and reference numbers, against a slow reference,
//! by what must not change them, and by what they refuse.

mod support;

mod oracle;
mod made_up;
mod invariances;
mod refusals;
