use polars::prelude::{DataType, Expr, LazyFrame, col, lit, when};
use survey_defs::ids::QuestionId;
use survey_defs::method::MissingRule;

use crate::columns;
use crate::data::CellCode;
use crate::tree::Tree;

/// Blanks the forms that the missing rule drops, as if nothing had been asked: they count nowhere,
/// but their group stays in the table.
pub(crate) fn blank_incomplete_forms(
    forms: LazyFrame,
    tree: Tree<'_>,
    rule: MissingRule,
) -> LazyFrame {
    if !rule.needs_respondents() {
        return forms;
    }
    let blank_unless_kept = |item: &&QuestionId| {
        let cell = columns::cell(item);
        when(col(columns::KEPT))
            .then(col(cell.clone()))
            .otherwise(lit(CellCode::NOT_ASKED.0))
            .alias(cell)
    };
    let items: Vec<Expr> = tree.items().iter().map(blank_unless_kept).collect();
    forms.with_column(is_kept(tree, rule).alias(columns::KEPT)).with_columns(items)
}

/// That the statements answered with a level are the least share, or more, of those asked;
/// [`MissingRule::keeps`] as an expression.
fn is_kept(tree: Tree<'_>, rule: MissingRule) -> Expr {
    let how_many = |is: fn(&QuestionId) -> Expr| {
        let ones = tree.statements().into_iter().map(|item| is(item).cast(DataType::UInt32));
        ones.reduce(|sum, one| sum + one).unwrap_or_else(|| lit(0_u32)).cast(DataType::Float64)
    };
    how_many(is_valid).gt_eq(lit(rule.min_answered_share) * how_many(is_asked))
}

/// That a cell holds a level.
pub(crate) fn is_valid(item: &QuestionId) -> Expr {
    col(columns::cell(item)).gt(lit(CellCode::NOT_APPLICABLE.0))
}

/// That the question was asked.
fn is_asked(item: &QuestionId) -> Expr {
    col(columns::cell(item)).gt(lit(CellCode::NOT_ASKED.0))
}
