//! Reads one stage of sampling from columns: units, strata, finite populations.

use std::collections::HashMap;

use super::error::DesignError;
use super::{Nesting, StageColumns};

/// One stage of sampling: its units (clusters) and strata, numbered from 0 in order of first
/// appearance and nested in the units of the stage before.
#[derive(Debug)]
pub(super) struct Stage {
    /// Every row is its own unit and has its number; then nothing needs to be added up.
    pub(super) rows_are_units: bool,
    pub(super) unit_of_row: Vec<u32>,
    pub(super) stratum_of_unit: Vec<u32>,
    pub(super) strata: Vec<Stratum>,
}

/// A set of units from which some were drawn.
#[derive(Debug)]
pub(super) struct Stratum {
    /// The unit of the stage before in which it lies; 0 at the first stage.
    pub(super) parent: u32,
    /// The units that were drawn.
    pub(super) units: u32,
    /// The units that there are; none: drawn with replacement.
    pub(super) population: Option<f64>,
    /// Product of the sampling fractions of the units in which it lies.
    pub(super) fraction_above: f64,
    pub(super) first_row: usize,
}

impl Stratum {
    /// 1 − f, the share of the units that was not drawn.
    pub(super) fn unsampled(&self) -> f64 {
        self.population.map_or(1.0, |population| (population - f64::from(self.units)) / population)
    }
}

/// How finite populations are given. As in R all stages of a design do it the same way: an fpc of
/// 1 would have two meanings otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FpcUnit {
    Size,
    Fraction,
}

impl FpcUnit {
    pub(super) fn of(stages: &[StageColumns]) -> Result<Self, DesignError> {
        let all = || {
            stages.iter().zip(1..).flat_map(|(columns, stage)| {
                columns.fpc.iter().flatten().enumerate().map(move |(row, &fpc)| (stage, row, fpc))
            })
        };
        if let Some((stage, row, fpc)) = all().find(|(.., fpc)| !(fpc.is_finite() && *fpc > 0.0)) {
            return Err(DesignError::Fpc { row, stage, fpc });
        }
        if all().all(|(.., fpc)| fpc <= 1.0) {
            return Ok(Self::Fraction);
        }
        match all().find(|(.., fpc)| *fpc < 1.0) {
            Some((stage, row, fpc)) => Err(DesignError::FpcMixed { row, stage, fpc }),
            None => Ok(Self::Size),
        }
    }
}

/// What a stage is made from.
pub(super) struct Source<'a> {
    /// All columns up to this stage.
    pub(super) columns: &'a [StageColumns],
    pub(super) above: Option<&'a Stage>,
    pub(super) rows: usize,
    pub(super) nesting: Nesting,
    pub(super) unit: FpcUnit,
}

impl Source<'_> {
    pub(super) fn build(&self) -> Result<Stage, DesignError> {
        let columns = self.columns.last().expect("a stage");
        let parent = |row: usize| self.above.map_or(0, |above| above.unit_of_row[row]);
        let strata = Numbering::of(self.rows, |row| {
            (parent(row), columns.strata.as_ref().map_or(0, |labels| labels.codes()[row]))
        });
        let units = match &columns.clusters {
            None => Numbering::each(self.rows),
            Some(labels) => Numbering::of(self.rows, |row| match self.nesting {
                Nesting::Unique => (parent(row), labels.codes()[row]),
                Nesting::WithinStrata => (strata.id_of_row[row], labels.codes()[row]),
            }),
        };
        let stratum_of_unit: Vec<u32> =
            units.first_row.iter().map(|&row| strata.id_of_row[row]).collect();
        self.check_nesting(&units, &stratum_of_unit, &strata)?;

        let mut sampled = vec![0_u32; strata.first_row.len()];
        for &stratum in &stratum_of_unit {
            sampled[stratum as usize] += 1;
        }
        self.check_equal_fpc(&strata)?;
        let strata = (strata.first_row.iter().zip(sampled))
            .map(|(&first_row, units)| {
                let parent = parent(first_row);
                Ok(Stratum {
                    parent,
                    units,
                    population: self.population(first_row, units)?,
                    fraction_above: self.above.map_or(1.0, |above| above.fraction_to(parent)),
                    first_row,
                })
            })
            .collect::<Result<_, _>>()?;
        let rows_are_units = columns.clusters.is_none();
        Ok(Stage { rows_are_units, unit_of_row: units.id_of_row, stratum_of_unit, strata })
    }

    fn check_nesting(
        &self,
        units: &Numbering,
        stratum_of_unit: &[u32],
        strata: &Numbering,
    ) -> Result<(), DesignError> {
        let strays =
            |row: &usize| stratum_of_unit[units.id_of_row[*row] as usize] != strata.id_of_row[*row];
        let Some(row) = (0..self.rows).find(strays) else { return Ok(()) };
        let first_row = units.first_row[units.id_of_row[row] as usize];
        Err(DesignError::ClusterInTwoStrata {
            row,
            stage: self.columns.len(),
            cluster: cluster_name(self.columns, row),
            first: stratum_name(self.columns, first_row),
            second: stratum_name(self.columns, row),
        })
    }

    fn check_equal_fpc(&self, strata: &Numbering) -> Result<(), DesignError> {
        let Some(fpc) = self.columns.last().and_then(|columns| columns.fpc.as_ref()) else {
            return Ok(());
        };
        for (row, &second) in fpc.iter().enumerate() {
            let first = fpc[strata.first_row[strata.id_of_row[row] as usize]];
            if first.total_cmp(&second).is_ne() {
                return Err(DesignError::FpcDiffers {
                    row,
                    stage: self.columns.len(),
                    stratum: stratum_name(self.columns, row),
                    first,
                    second,
                });
            }
        }
        Ok(())
    }

    fn population(&self, first_row: usize, sampled: u32) -> Result<Option<f64>, DesignError> {
        let Some(fpc) = self.columns.last().and_then(|columns| columns.fpc.as_ref()) else {
            return Ok(None);
        };
        let population = match self.unit {
            FpcUnit::Size => fpc[first_row],
            FpcUnit::Fraction => f64::from(sampled) / fpc[first_row],
        };
        if population < f64::from(sampled) {
            return Err(DesignError::FpcTooSmall {
                stage: self.columns.len(),
                stratum: stratum_name(self.columns, first_row),
                population,
                sampled,
            });
        }
        Ok(Some(population))
    }
}

impl Stage {
    /// The units of some rows, which are all different.
    pub(super) fn units_of(&self, rows: impl Iterator<Item = u32>) -> Vec<u32> {
        if self.rows_are_units {
            return rows.collect();
        }
        let mut units = IdIndex::new(self.stratum_of_unit.len());
        for row in rows {
            units.position(self.unit_of_row[row as usize]);
        }
        units.ids
    }

    /// Product of the sampling fractions down to a unit of this stage; a unit that was drawn with
    /// replacement has none, and nothing below it counts.
    fn fraction_to(&self, unit: u32) -> f64 {
        let stratum = &self.strata[self.stratum_of_unit[unit as usize] as usize];
        stratum.population.map_or(0.0, |population| {
            stratum.fraction_above * f64::from(stratum.units) / population
        })
    }
}

/// The stratum of a row at the last of the stages, with the clusters in which it lies.
pub(super) fn stratum_name(stages: &[StageColumns], row: usize) -> String {
    let (last, above) = stages.split_last().expect("a stage");
    let clusters = above.iter().map(|columns| own_cluster_name(columns, row));
    let stratum = last.strata.as_ref().map(|labels| labels.name_of(row).to_owned());
    let path: Vec<String> = clusters.chain(stratum).collect();
    if path.is_empty() { "(whole sample)".to_owned() } else { path.join(" / ") }
}

fn cluster_name(stages: &[StageColumns], row: usize) -> String {
    let path: Vec<String> = stages.iter().map(|columns| own_cluster_name(columns, row)).collect();
    path.join(" / ")
}

fn own_cluster_name(columns: &StageColumns, row: usize) -> String {
    let named = columns.clusters.as_ref().map(|labels| labels.name_of(row).to_owned());
    named.unwrap_or_else(|| format!("row {row}"))
}

/// Ids from 0 in order of first appearance.
struct Numbering {
    id_of_row: Vec<u32>,
    first_row: Vec<usize>,
}

impl Numbering {
    fn of(rows: usize, key: impl Fn(usize) -> (u32, u32)) -> Self {
        let mut known = HashMap::new();
        let mut first_row = Vec::new();
        let id_of_row = (0..rows)
            .map(|row| {
                *known.entry(key(row)).or_insert_with(|| {
                    first_row.push(row);
                    id(first_row.len() - 1)
                })
            })
            .collect();
        Self { id_of_row, first_row }
    }

    fn each(rows: usize) -> Self {
        Self { id_of_row: (0..id(rows)).collect(), first_row: (0..rows).collect() }
    }
}

/// The ids that occur, in order of first appearance, so that work and memory follow their number.
#[derive(Debug)]
pub(super) struct IdIndex {
    /// Position + 1; 0 where the id did not occur.
    position_of_id: Vec<u32>,
    pub(super) ids: Vec<u32>,
}

impl IdIndex {
    /// An empty index of ids below `limit`.
    pub(super) fn new(limit: usize) -> Self {
        Self { position_of_id: vec![0; limit], ids: Vec::new() }
    }

    /// The position of an id among those that occurred. Adds the id if it is new.
    pub(super) fn position(&mut self, found: u32) -> usize {
        let position = &mut self.position_of_id[found as usize];
        if *position == 0 {
            self.ids.push(found);
            *position = id(self.ids.len());
        }
        *position as usize - 1
    }
}

/// A number of rows or units as ids are stored.
pub(crate) fn id(number: usize) -> u32 {
    u32::try_from(number).expect("fewer than 2³² rows")
}
