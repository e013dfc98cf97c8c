//! Computes the QR decomposition of columns.

/// An orthonormal basis Q of the span of columns, and the triangle R that gives the columns back:
/// their QR decomposition by classical Gram–Schmidt with every step done twice, after which Q is
/// orthogonal to machine precision (Giraud, Langou & Rozložník 2005).
///
/// By hand, because rows are many and columns few: it works in place on the columns that it is
/// given and finds the first dependent one, while matrix crates want a second copy and pivot
/// columns out of their order.
#[derive(Debug, Default)]
pub(super) struct Basis {
    columns: Vec<Vec<f64>>,
    /// Column by column, down to the diagonal.
    triangle: Vec<Vec<f64>>,
}

/// What remains of a dependent column relative to its length: the tolerance of R's `qr`.
const DEPENDENT: f64 = 1e-7;

impl Basis {
    /// Adds a column. If it depends on those before it, the error has their coefficients.
    pub(super) fn push(&mut self, mut column: Vec<f64>) -> Result<(), Vec<f64>> {
        let length = norm(&column);
        let mut shares = self.remove_from(&mut column);
        for (share, rest) in shares.iter_mut().zip(self.remove_from(&mut column)) {
            *share += rest;
        }
        let left = norm(&column);
        if left <= DEPENDENT * length {
            return Err(self.coefficients(shares));
        }
        for value in &mut column {
            *value /= left;
        }
        shares.push(left);
        self.columns.push(column);
        self.triangle.push(shares);
        Ok(())
    }

    /// Leaves what is orthogonal to the basis; returns the coordinates of what was taken out.
    pub(super) fn remove_from(&self, values: &mut [f64]) -> Vec<f64> {
        let coordinates: Vec<f64> = self.columns.iter().map(|column| dot(column, values)).collect();
        for (column, coordinate) in self.columns.iter().zip(&coordinates) {
            for (value, unit) in values.iter_mut().zip(column) {
                *value -= coordinate * unit;
            }
        }
        coordinates
    }

    /// The coordinates c whose products with the columns that were pushed are `totals`: Rᵀ c =
    /// totals.
    pub(super) fn coordinates_of(&self, totals: &[f64]) -> Vec<f64> {
        let mut coordinates: Vec<f64> = Vec::with_capacity(totals.len());
        for (triangle, total) in self.triangle.iter().zip(totals) {
            let known: f64 = triangle.iter().zip(&coordinates).map(|(r, c)| r * c).sum();
            coordinates.push((total - known) / triangle[coordinates.len()]);
        }
        coordinates
    }

    /// The coordinates of values in the basis.
    pub(super) fn coordinates(&self, values: &[f64]) -> Vec<f64> {
        self.columns.iter().map(|column| dot(column, values)).collect()
    }

    /// The element at a row of the vector with these coordinates.
    pub(super) fn at(&self, row: usize, coordinates: &[f64]) -> f64 {
        self.columns.iter().zip(coordinates).map(|(column, c)| column[row] * c).sum()
    }

    /// Coefficients of the pushed columns, from coordinates: R b = c.
    fn coefficients(&self, mut coordinates: Vec<f64>) -> Vec<f64> {
        for j in (0..coordinates.len()).rev() {
            coordinates[j] /= self.triangle[j][j];
            let coefficient = coordinates[j];
            for (coordinate, r) in coordinates[..j].iter_mut().zip(&self.triangle[j]) {
                *coordinate -= coefficient * r;
            }
        }
        coordinates
    }
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

/// Eight sums side by side: quick, and with far less rounding than one running sum.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (a_chunks, a_rest) = a.as_chunks::<8>();
    let (b_chunks, b_rest) = b.as_chunks::<8>();
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f64>() + rest
}
