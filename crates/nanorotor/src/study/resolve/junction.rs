//! Evaluate the molecule, the leads and the band of a study at one point.

use super::checks::{self, Check, Group};
use super::point::Point;
use super::resolved::{JunctionModel, LeadModel, Tabulated};
use crate::error::Fault;
use crate::expression::Formula;
use crate::junction::{Band, Channel, ComplexFormula, Lead, Lorentzian, Reference, Shape, mean_equilibrium};
use crate::study::limits;
use crate::study::read::draft::{self, Amplitude, Entry, Id};
use crate::study::words::show;
use crate::units::Dimension;

impl Point<'_> {
    pub(super) fn junction<'b>(
        &'b self,
        junction: &draft::Junction,
        groups: &mut Vec<Group<'b>>,
    ) -> Result<JunctionModel, Fault> {
        let draft::Junction { levels, hamiltonian, connection, spin_degeneracy, reference, bottom, leads } =
            junction;
        let matrix = self.matrix(hamiltonian, *levels, checks::hermitian, groups)?;
        let connection = connection
            .as_ref()
            .map(|connection| self.matrix(connection, *levels, checks::anti_hermitian, groups))
            .transpose()?;
        let spin_degeneracy = match *spin_degeneracy {
            Some(id) => {
                let label = "no whole number from 1 to 100";
                self.ruled(id, limits::is_degeneracy, label, "write 1, or 2 for two spins")?
            }
            None => 1.0,
        };
        let mut models = Vec::with_capacity(leads.len());
        let (mut lorentzians, mut shapes) = (Vec::new(), Vec::new());
        for lead in leads {
            let chemical_potential = self.constant(lead.chemical_potential)?;
            let thermal_energy = self.temperature(lead.thermal_energy)?;
            let positive = |id| self.ruled(id, |w| w > 0.0, "not positive", "write for example \"4 eV\"");
            match &lead.band {
                Some(draft::Band::Lorentzian { center, half_width }) => {
                    let band =
                        Lorentzian { center: self.constant(*center)?, half_width: positive(*half_width)? };
                    shapes.push(Shape::lorentzian(&band));
                    lorentzians.push(band);
                }
                Some(draft::Band::Chain { center, hopping, fit }) => {
                    let half_width = 2.0 * positive(*hopping)?;
                    shapes.push(Shape::fitted("chain", fit, self.constant(*center)?, half_width));
                }
                Some(draft::Band::Tabulated(band, zero)) => {
                    let center = band.center + self.constant_or_zero(*zero)?;
                    shapes.push(Shape::fitted("table", &band.fit, center, band.half_width));
                }
                Some(draft::Band::SelfEnergy(band, zero)) => {
                    let center = band.center + self.constant_or_zero(*zero)?;
                    if band.fit.error == 0.0 {
                        let band = Lorentzian { center, half_width: band.half_width };
                        shapes.push(Shape::lorentzian(&band));
                        lorentzians.push(band);
                    } else {
                        let shape = Shape::fitted(&band.file, &band.fit, center, band.half_width);
                        shapes.push(shape.with_real_error(band.real_error));
                    }
                }
                None => {}
            }
            // The amplitudes of a self-energy stand for themselves: it is in units of its largest Γ.
            let size = match &lead.band {
                Some(draft::Band::SelfEnergy(band, _)) => band.size,
                _ => 0.0,
            };
            let channels = lead
                .channels
                .iter()
                .map(|channel| self.channels(channel, size, *levels, groups))
                .collect::<Result<Vec<_>, _>>()?
                .concat();
            let lead = Lead { name: lead.name.clone(), chemical_potential, thermal_energy };
            models.push(LeadModel { lead, channels });
        }
        let band = match *bottom {
            Some(id) => Band::Bottom(self.bottom(id, leads, &models)?),
            None if lorentzians.len() == leads.len() => Band::Lorentzian(lorentzians),
            None => Band::Shaped(shapes),
        };
        let reference = self.reference(reference, &models)?;
        let table = self.draft.table.as_ref().map(Tabulated::of);
        Ok(JunctionModel {
            hamiltonian: matrix,
            connection,
            table,
            reference,
            spin_degeneracy,
            band,
            leads: models,
        })
    }

    /// A square matrix, whose entries are checked; what comes from a table is Hermitian or anti-Hermitian already.
    pub(super) fn matrix<'b>(
        &'b self,
        matrix: &draft::Matrix,
        levels: usize,
        check: Check,
        groups: &mut Vec<Group<'b>>,
    ) -> Result<Vec<Vec<ComplexFormula>>, Fault> {
        match matrix {
            draft::Matrix::Entries(entries) => {
                let span = |i: usize, j: usize| self.draft.fields[entries[i][j].re].span.clone();
                let row = |row: &Vec<Entry>| row.iter().map(|&entry| self.complex(entry)).collect();
                let formulas: Vec<Vec<ComplexFormula>> = entries.iter().map(row).collect();
                check(&formulas, &span)?;
                Ok(formulas)
            }
            &draft::Matrix::Array(id) => {
                groups.extend(self.group_of_array(id, false));
                Ok(self.arrays[id].chunks(levels).map(<[ComplexFormula]>::to_vec).collect())
            }
        }
    }

    pub(super) fn reference(
        &self,
        draft: &draft::Reference,
        leads: &[LeadModel],
    ) -> Result<Reference, Fault> {
        let (mean_potential, mean_temperature) = mean_equilibrium(leads.iter().map(|model| &model.lead));
        Ok(match draft {
            draft::Reference::None => Reference::None,
            draft::Reference::Equilibrium { chemical_potential, thermal_energy } => Reference::Equilibrium {
                chemical_potential: chemical_potential.map_or(Ok(mean_potential), |id| self.constant(id))?,
                thermal_energy: thermal_energy.map_or(Ok(mean_temperature), |id| self.temperature(id))?,
            },
            draft::Reference::Molecule { occupied_below } => Reference::Molecule {
                occupied_below: occupied_below.map_or(Ok(mean_potential), |id| self.constant(id))?,
            },
        })
    }

    pub(super) fn bottom(&self, id: Id, leads: &[draft::Lead], models: &[LeadModel]) -> Result<f64, Fault> {
        let bottom = self.constant(id)?;
        for (draft, model) in leads.iter().zip(models) {
            let lead = &model.lead;
            if bottom >= lead.chemical_potential {
                let (low, high) =
                    (show(lead.chemical_potential, Dimension::ENERGY), show(bottom, Dimension::ENERGY));
                let place = self.draft.fields[draft.chemical_potential].span.clone();
                return Err(self
                    .fault(
                        id,
                        &format!("is {high}, above the chemical potential of lead \"{}\", {low}", lead.name),
                        "the bottom",
                        "the bottom is an absolute energy on the zero of the levels, such as \"-10 eV\"",
                    )
                    .also(place, "the chemical potential"));
            }
        }
        Ok(bottom)
    }

    /// A channel, or the channels of a matrix with a column for each; `size` is the broadening of one that states none.
    pub(super) fn channels<'b>(
        &'b self,
        channel: &draft::Channel,
        size: f64,
        levels: usize,
        groups: &mut Vec<Group<'b>>,
    ) -> Result<Vec<Channel>, Fault> {
        let hint = "a broadening is zero or more; signs and angles belong to the amplitude";
        let broadening = match channel.broadening {
            Some(id) => self.ruled(id, |b| b >= 0.0, "negative", hint)?,
            None => size,
        };
        let sites = match &channel.amplitude {
            Amplitude::Sites(sites) => sites,
            &Amplitude::Array { id, channels } => {
                let entries = &self.arrays[id];
                let column = |c: usize| entries[c..].iter().step_by(channels).cloned().collect();
                groups.extend(self.group_of_array(id, true));
                return Ok((0..channels).map(|c| Channel { broadening, amplitude: column(c) }).collect());
            }
        };
        let zero = || [Formula::constant(0.0), Formula::constant(0.0)];
        let mut amplitude: Vec<ComplexFormula> = (0..levels).map(|_| zero()).collect();
        let mut ids = Vec::new();
        for &(site, entry) in sites {
            amplitude[site] = self.complex(entry);
            ids.push(entry.re);
            ids.extend(entry.im);
        }
        if ids.iter().any(|&id| !self.formulas[id].is_constant()) {
            // Only w w† acts on the molecule, so a channel may change its sign after a period.
            groups.push(self.group(&ids, true));
        }
        Ok(vec![Channel { broadening, amplitude }])
    }
}
