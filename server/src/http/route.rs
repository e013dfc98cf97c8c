//! Routes that say who may call them.
//!
//! [`get`], [`post`] and [`delete`] make a route without a decision, which the table does not take. So nobody
//! can add an operation and forget who may call it.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{self, MethodRouter};
use survey_defs::api::paths;
use survey_defs::api::problem::ProblemCode;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::assets;
use super::error::{ApiError, CHALLENGE};
use super::limits::BodyLimit;
use super::person::is_for_a_person;
use super::staff;
use super::state::AppState;
use super::{body, middleware};
use crate::auth::rights::Right;
use crate::auth::staff::Refusal;
use crate::documents::citizen_pages;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// The device that the path names, which signs the request. The handler checks it.
    Device,
    /// Staff with this right.
    Staff(Right),
}

/// A method and its handler, without a decision.
#[must_use = "a route needs a decision"]
#[derive(Debug)]
pub struct Undecided {
    method: &'static str,
    handler: MethodRouter<AppState>,
}

/// A method and its handler, with the decision who may call it.
#[must_use]
#[derive(Debug)]
pub struct Route {
    /// The method in small letters, as in the description of the interface.
    pub method: &'static str,
    /// Who may call it.
    pub access: Access,
    body: Option<BodyLimit>,
    is_heavy: bool,
    is_own_site: bool,
    handler: MethodRouter<AppState>,
}

/// Answers GET.
pub fn get<H: Handler<T, AppState>, T: 'static>(handler: H) -> Undecided {
    Undecided { method: "get", handler: routing::get(handler) }
}

/// Answers POST.
pub fn post<H: Handler<T, AppState>, T: 'static>(handler: H) -> Undecided {
    Undecided { method: "post", handler: routing::post(handler) }
}

/// Answers DELETE.
pub fn delete<H: Handler<T, AppState>, T: 'static>(handler: H) -> Undecided {
    Undecided { method: "delete", handler: routing::delete(handler) }
}

impl Undecided {
    /// Everybody may call it.
    pub fn public(self) -> Route {
        self.decided(Access::Public)
    }

    /// The device that the path names may call it; the handler takes `Posted` and checks its sender.
    pub fn device(self) -> Route {
        self.decided(Access::Device)
    }

    /// Staff with a right may call it.
    pub fn authorize(self, right: Right) -> Route {
        self.decided(Access::Staff(right))
    }

    fn decided(self, access: Access) -> Route {
        let Self { method, handler } = self;
        let is_own_site = matches!(access, Access::Staff(_));
        Route { method, access, body: None, is_heavy: false, is_own_site, handler }
    }
}

impl Route {
    /// It takes a body of at most so many bytes.
    pub fn body(self, limit: BodyLimit) -> Self {
        Self { body: Some(limit), ..self }
    }

    /// It computes for long, so few run at a time.
    pub fn heavy(self) -> Self {
        Self { is_heavy: true, ..self }
    }

    /// Pages of other sites may not send it. What staff call is so anyway.
    pub fn from_own_site(self) -> Self {
        Self { is_own_site: true, ..self }
    }

    /// The handler behind its limits, and those behind the check of its right.
    fn guarded(self, state: &AppState) -> MethodRouter<AppState> {
        let Self { method: _, access, body, is_heavy, is_own_site, mut handler } = self;
        if is_heavy {
            handler = handler.layer(from_fn_with_state(state.clone(), middleware::heavy));
        }
        if let Some(limit) = body {
            let room = from_fn_with_state((state.clone(), limit), body::read);
            handler =
                handler.layer::<_, Infallible>(room).layer(DefaultBodyLimit::max(limit.bytes));
        }
        if let Access::Staff(right) = access {
            handler = handler.layer(from_fn_with_state((state.clone(), right), authorize));
        }
        if is_own_site {
            // A page of another site must not use the rights of whoever looks at it, nor log them in.
            handler = handler.layer(CsrfLayer::new().with_rejection_response(other_site));
        }
        handler
    }
}

fn other_site(_: ProtectionError) -> Response {
    ApiError::new(ProblemCode::OtherSite).into_response()
}

/// A path and what answers there.
pub type PathRoutes = (&'static str, Vec<Route>);

/// The router of a table of routes.
pub fn router_of(table: Vec<PathRoutes>, state: &AppState) -> Router<AppState> {
    let mut router = Router::new();
    for (path, routes) in table {
        for route in routes {
            router = router.route(path, route.guarded(state));
        }
    }
    router
}

/// Lets through whoever has the right, and tells the handler who it is. A stranger with a browser gets a
/// page: at the console the one that asks for a link, elsewhere one that says where the console is.
async fn authorize(
    State((state, right)): State<(AppState, Right)>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    match staff::authorize(&state, request.headers(), right).await {
        Ok(identity) => {
            request.extensions_mut().insert(identity);
            Ok(next.run(request).await)
        }
        Err(Refusal::NotLoggedIn) if is_for_a_person(request.uri().path(), request.headers()) => {
            let page = if request.uri().path() == paths::CONSOLE_PAGE {
                assets::page("console.html", request.headers())
            } else {
                assets::written(citizen_pages::staff_only())
            };
            let headers = [(header::WWW_AUTHENTICATE, CHALLENGE)];
            Ok((StatusCode::UNAUTHORIZED, headers, page).into_response())
        }
        Err(refusal) => Err(refusal.into()),
    }
}
