//! Holds a forest on indices: parents, children, depths.

/// A forest on indices.
#[derive(Debug)]
pub(super) struct Tree {
    parents: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
    depths: Vec<usize>,
}

impl Tree {
    /// Fails with the first index that has no way up to a root.
    pub(super) fn new(parents: Vec<Option<usize>>) -> Result<Self, usize> {
        let mut children = vec![Vec::new(); parents.len()];
        let mut depths = Vec::with_capacity(parents.len());
        for (at, &parent) in parents.iter().enumerate() {
            depths.push(depth(&parents, at).ok_or(at)?);
            if let Some(parent) = parent {
                children[parent].push(at);
            }
        }
        Ok(Self { parents, children, depths })
    }

    pub(super) fn len(&self) -> usize {
        self.parents.len()
    }

    pub(super) fn parent(&self, at: usize) -> Option<usize> {
        self.parents[at]
    }

    pub(super) fn children(&self, at: usize) -> &[usize] {
        &self.children[at]
    }

    /// The number of ancestors.
    pub(super) fn depth(&self, at: usize) -> usize {
        self.depths[at]
    }

    /// The member itself, its parent, and so on up to the root.
    pub(super) fn upwards(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(at), |&at| self.parents[at])
    }

    /// The lowest member above or at both; none in different trees of the forest.
    pub(super) fn common(&self, one: usize, other: usize) -> Option<usize> {
        let (mut one, mut other) = (one, other);
        while one != other {
            if self.depths[one] < self.depths[other] {
                other = self.parents[other]?;
            } else {
                one = self.parents[one]?;
            }
        }
        Some(one)
    }
}

fn depth(parents: &[Option<usize>], at: usize) -> Option<usize> {
    let mut depth = 0;
    let mut above = parents[at];
    while let Some(parent) = above {
        depth += 1;
        if depth == parents.len() {
            return None;
        }
        above = *parents.get(parent)?;
    }
    Some(depth)
}
