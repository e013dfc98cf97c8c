//! What is asked for.

use survey_defs::score::Node;
use survey_defs::target::Targets;

use crate::Request;

/// All that decides a comparison.
#[derive(Debug, Clone)]
pub struct ComparisonRequest<'a> {
    /// The wave that is judged, and the units that are compared. Of its fields `group`, `detail` and
    /// `uncertainty` play no part.
    pub now: Request<'a>,
    /// The wave that is compared with. Its grouping and method are those of `now`. Both on the same
    /// [`Forms`](crate::Forms), as one value, are periods of one wave that may share sampling units;
    /// any other two count as drawn independently.
    pub before: Option<Request<'a>>,
    /// What is compared.
    pub node: Node,
    /// What scores are held against.
    pub targets: TargetChoice<'a>,
    /// The joint error level of each kind of verdict: above 0 and below 0.5.
    pub alpha: f64,
}

/// What scores are held against.
#[derive(Debug, Clone, Copy)]
pub enum TargetChoice<'a> {
    /// The same number, in percent, for every group and for the whole.
    Same(f64),
    /// What plans ask of each unit and of the city. Plans speak of the whole index, so other nodes
    /// have no target.
    Plans(&'a Targets),
}
