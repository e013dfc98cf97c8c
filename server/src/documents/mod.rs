//! Documents made from what is stored: posters, and the page that helps where the form does not work.

pub(crate) mod help_page;
pub(crate) mod poster;
