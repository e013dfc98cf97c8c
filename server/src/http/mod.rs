//! The HTTP interface: router, handlers by resource, limits, errors as problem documents.

pub mod route;
pub mod router;
pub mod routes;
pub mod state;

pub mod error;
pub mod body;
pub mod extract;
pub mod posted;
pub mod prepared;
pub mod reply;
mod person;
pub mod staff;
pub mod openapi;

pub mod limits;
pub mod options;
pub mod middleware;
pub mod listen;
pub mod unread;

mod compression_layer;
pub mod response_layer;
pub mod trace;

pub mod assets;
