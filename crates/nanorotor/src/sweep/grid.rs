//! Number the points of a sweep.

use crate::error::Result;
use crate::study::{Axis, Resolved, Study, Task};

/// The points of a study: the product of its sweep's axes, the first slowest; a study without a sweep has one point.
#[derive(Debug, Clone)]
pub struct Grid {
    study: Study,
    tasks: Vec<Task>,
    points: usize,
}

impl Grid {
    /// The grid of a study.
    ///
    /// # Errors
    /// As [`Study::resolve`], about the first point.
    pub fn new(study: &Study) -> Result<Self> {
        let points = study.axes().iter().map(|axis| axis.values.len()).product();
        let mut grid = Self { study: study.clone(), tasks: Vec::new(), points };
        grid.tasks = grid.resolve(0)?.tasks;
        Ok(grid)
    }

    /// The study.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// The axes, the first slowest.
    pub fn axes(&self) -> &[Axis] {
        self.study.axes()
    }

    /// What is computed at each point.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.points
    }

    /// Whether there is no point; a sweep always has one.
    pub fn is_empty(&self) -> bool {
        self.points == 0
    }

    /// The position of a point along each axis.
    pub fn position(&self, point: usize) -> Vec<usize> {
        let mut rest = point;
        let mut position: Vec<usize> = self
            .axes()
            .iter()
            .rev()
            .map(|axis| {
                let at = rest % axis.values.len();
                rest /= axis.values.len();
                at
            })
            .collect();
        position.reverse();
        position
    }

    /// The study at a point, every swept parameter set.
    ///
    /// # Errors
    /// As [`Study::with_value`].
    pub fn at(&self, point: usize) -> Result<Study> {
        self.axes()
            .iter()
            .zip(self.position(point))
            .try_fold(self.study.clone(), |study, (axis, at)| study.with_value(&axis.name, axis.values[at]))
    }

    /// Everything at a point, in atomic units.
    ///
    /// # Errors
    /// As [`Study::resolve`].
    pub fn resolve(&self, point: usize) -> Result<Resolved> {
        self.at(point)?.resolve()
    }
}
