//! Documents made from what is stored: posters, and pages that the server writes itself.

pub(crate) mod citizen_pages;
pub(crate) mod help_page;
pub(crate) mod poster;
