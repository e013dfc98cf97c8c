//! Makes faults between the browser and the application, request by request.

use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use jiff::Timestamp;
use survey_defs::api::problem::ProblemCode;
use tokio::sync::Semaphore;

use crate::chrome::PATIENCE;

/// The faults of a server; a handle.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    /// For the next request with a path, in order.
    once: Vec<(String, Fault)>,
    /// For every other request with a path.
    always: Vec<(String, Fault)>,
}

/// What happens to a request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Nothing.
    None,
    /// The connection breaks before the application knows of the request.
    Lost,
    /// The application does what it is asked, and the connection breaks before its answer.
    AnswerLost,
    /// Something in front of the application answers.
    Status {
        /// Status.
        status: u16,
        /// When to come back.
        retry_after_s: u32,
    },
    /// A server of the release before the header of generations refuses it.
    Problem(ProblemCode),
    /// A server of this release refuses it, whose clock shows this time.
    Refused(ProblemCode, Timestamp),
    /// The server that answers says that it is of this generation.
    Generation(u32),
    /// The answer has another text in it.
    Rewritten {
        /// What stands there.
        from: String,
        /// What stands there instead.
        to: String,
    },
    /// The request stands still at a gate.
    Held(When, Gate),
}

/// Where a request is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before the application knows of it.
    Before,
    /// When the application has done what it was asked, before its answer.
    After,
}

/// Holds a request until it is opened.
#[derive(Debug, Clone)]
pub struct Gate(Arc<(Semaphore, Semaphore)>);

impl Gate {
    fn new() -> Self {
        Self(Arc::new((Semaphore::new(0), Semaphore::new(0))))
    }

    /// Waits until a request has come to the gate.
    pub async fn reached(&self) -> Result<()> {
        let reached = tokio::time::timeout(PATIENCE, self.0.0.acquire()).await;
        reached.context("no request came to the gate")??.forget();
        Ok(())
    }

    /// Lets it go on.
    pub fn open(&self) {
        self.0.1.add_permits(1);
    }

    pub(crate) async fn pass(&self) {
        self.0.0.add_permits(1);
        if let Ok(permit) = self.0.1.acquire().await {
            permit.forget();
        }
    }
}

impl Faults {
    /// Something happens to the next request with this path.
    pub fn once(&self, path: &str, fault: Fault) {
        self.plan(|plan| plan.once.push((path.to_owned(), fault)));
    }

    /// Something happens to every request with this path.
    pub fn always(&self, path: &str, fault: Fault) {
        self.plan(|plan| plan.always.push((path.to_owned(), fault)));
    }

    /// Holds the next request with this path.
    pub fn hold(&self, path: &str, when: When) -> Gate {
        let gate = Gate::new();
        self.once(path, Fault::Held(when, gate.clone()));
        gate
    }

    /// Nothing goes wrong from now on.
    pub fn heal(&self) {
        self.plan(|plan| *plan = Plan::default());
    }

    pub(crate) fn of_request(&self, path: &str) -> Fault {
        self.plan(|plan| {
            if let Some(next) = plan.once.iter().position(|(of, _)| of == path) {
                return plan.once.remove(next).1;
            }
            let lasting = plan.always.iter().find(|(of, _)| of == path);
            lasting.map_or(Fault::None, |(_, fault)| fault.clone())
        })
    }

    fn plan<T>(&self, work: impl FnOnce(&mut Plan) -> T) -> T {
        work(&mut self.0.lock().expect("no test panics while holding the plan"))
    }
}
